package colmenar.backend.local;

import colmenar.backend.Backend.OutputStream;
import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Failure;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.backend.Work;
import colmenar.worker.WorkerReport;
import colmenar.worker.WorkerRequest;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One attempt in a worker process: a Python function, or a command that the worker starts. */
final class ProcessRun implements Run {

  private static final int MOST_EVENTS = 100;

  private final Work work;
  private final PythonWorkers workers;
  private final RunDirectories directories;
  private final Listener listener;
  private final LocalSettings settings;
  private final Clock clock;
  private final Path directory;
  private final List<Event> unsent = new ArrayList<>();

  private @Nullable PythonWorker worker;
  private @Nullable EndReason endReason;
  private long commandGroup;
  private boolean begun;

  /** A worker had the request. If it dies, what it said last may be lost: the code may have run. */
  private boolean mayHaveBegun;

  ProcessRun(
      Work work,
      PythonWorkers workers,
      RunDirectories directories,
      Listener listener,
      LocalSettings settings,
      Clock clock) {
    this.work = work;
    this.workers = workers;
    this.directories = directories;
    this.listener = listener;
    this.settings = settings;
    this.clock = clock;
    this.directory = directories.create(work.attempt());
  }

  @Override
  public Work work() {
    return work;
  }

  @Override
  public Optional<Path> directoryIfMade() {
    return Optional.of(directory);
  }

  @Override
  public Event.Finished execute() {
    Instant started = clock.instant();
    Event.Finished end;
    try {
      end = inWorker(workers.take());
      if (end == null) {
        // An idle worker may die unseen; a fresh one that dies at once has a reason.
        end = inWorker(workers.fresh());
      }
    } catch (IOException e) {
      end = ended(started, new Outcome.Failed(Failures.workerNotStarted(e.toString())));
    }
    if (end == null) {
      end = ended(started, notBegun());
    }
    directories.finished(directory, end.outcome());
    return end;
  }

  /**
   * @return null when the worker was dead before the attempt began
   */
  private Event.@Nullable Finished inWorker(PythonWorker candidate) {
    Instant started = clock.instant();
    if (!begin(candidate)) {
      workers.giveBack(candidate);
      return ended(started, endedEarly());
    }
    try {
      candidate.send(WorkerRequest.run(work, directory, settings.limits()));
      mayHaveBegun = true;
      Optional<JsonObject> finished = follow(candidate);
      if (finished.isPresent()) {
        release();
        putBack(candidate);
        return finished(finished.get());
      }
    } catch (IOException | JsonException e) {
      // A worker that cannot be spoken to is as good as dead.
      candidate.kill();
    }
    release();
    workers.discard(candidate);
    flush();
    return died(candidate, started);
  }

  private static Outcome notBegun() {
    return new Outcome.Failed(
        Failures.workerNotStarted(
            "the worker process ended before it said that the attempt began; see worker.log"));
  }

  /** One that was told to end, though too late, is not there for the next attempt. */
  private void putBack(PythonWorker candidate) {
    if (wasEnded()) {
      workers.discard(candidate);
    } else {
      workers.giveBack(candidate);
    }
  }

  private synchronized boolean begin(PythonWorker candidate) {
    if (endReason != null) {
      return false;
    }
    worker = candidate;
    return true;
  }

  /** From here on the worker is not this attempt's to end. */
  private synchronized void release() {
    worker = null;
  }

  /** Follows the worker's events to the last one; empty when it has died before. */
  private Optional<JsonObject> follow(PythonWorker candidate) throws IOException {
    Optional<JsonObject> next = candidate.next();
    while (next.isPresent()) {
      JsonObject event = next.get();
      if (event.getString("ev").equals("finished")) {
        flush();
        return next;
      }
      take(event);
      if (unsent.size() >= MOST_EVENTS || !candidate.hasNext()) {
        flush();
      }
      next = candidate.next();
    }
    return Optional.empty();
  }

  private void take(JsonObject event) {
    switch (event.getString("ev")) {
      case "started" -> begun = true;
      case "group" -> setCommandGroup(event.getJsonNumber("pgid").longValue());
      default -> WorkerReport.event(work.attempt(), event, clock.instant()).ifPresent(unsent::add);
    }
  }

  private void flush() {
    if (!unsent.isEmpty()) {
      listener.on(List.copyOf(unsent)).toCompletableFuture().join();
      unsent.clear();
    }
  }

  private Event.Finished finished(JsonObject report) {
    Outcome told = WorkerReport.outcome(report);
    Outcome outcome = told instanceof Outcome.Canceled ? endedEarly() : told;
    Execution execution =
        WorkerReport.execution(report, tail(OutputStream.STDOUT), tail(OutputStream.STDERR));
    return new Event.Finished(work.attempt(), outcome, execution, clock.instant());
  }

  private Event.@Nullable Finished died(PythonWorker dead, Instant started) {
    killCommand();
    if (wasEnded()) {
      return ended(started, endedEarly());
    }
    if (!mayHaveBegun) {
      return null;
    }
    if (!begun) {
      return ended(started, notBegun());
    }
    try {
      int exitCode = dead.exitCode();
      return ended(started, exitCode, new Outcome.Failed(Failures.workerDied(exitCode)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ended(started, new Outcome.Failed(Failures.workerNotStarted("interrupted")));
    }
  }

  private Event.Finished ended(Instant started, Outcome outcome) {
    return ended(started, null, outcome);
  }

  private Event.Finished ended(Instant started, @Nullable Integer exitCode, Outcome outcome) {
    Instant now = clock.instant();
    Execution execution =
        new Execution(
            started,
            started,
            now,
            Map.of(),
            Machine.facts(),
            exitCode,
            tail(OutputStream.STDOUT),
            tail(OutputStream.STDERR));
    return new Event.Finished(work.attempt(), outcome, execution, now);
  }

  private @Nullable String tail(OutputStream stream) {
    return RunDirectories.tail(directory, stream);
  }

  private synchronized boolean wasEnded() {
    return endReason != null;
  }

  private synchronized Outcome endedEarly() {
    Failure limit = Failures.timeLimit(work, "");
    return endReason == EndReason.TIME_LIMIT ? new Outcome.Failed(limit) : new Outcome.Canceled("");
  }

  private synchronized void setCommandGroup(long group) {
    commandGroup = group;
  }

  private synchronized void killCommand() {
    if (commandGroup > 0) {
      ProcessGroup.kill(commandGroup);
    }
  }

  @Override
  public synchronized boolean end(EndReason reason) {
    if (endReason != null) {
      return false;
    }
    endReason = reason;
    PythonWorker running = worker;
    if (running == null) {
      return true;
    }
    if (work.code() instanceof Code.Command) {
      askToCancel(running);
    } else {
      running.terminate();
    }
    return true;
  }

  private void askToCancel(PythonWorker running) {
    try {
      running.send(WorkerRequest.cancel(work));
    } catch (IOException e) {
      running.kill();
    }
  }

  /** Whatever did not end when asked is ended now; that always works, so nothing is given up. */
  @Override
  public synchronized Optional<Event.Finished> abandoned() {
    if (worker != null) {
      worker.kill();
    }
    return Optional.empty();
  }
}

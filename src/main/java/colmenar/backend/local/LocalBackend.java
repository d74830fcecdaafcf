package colmenar.backend.local;

import colmenar.backend.Backend;
import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Handle;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.backend.OutputChunk;
import colmenar.backend.Profile;
import colmenar.backend.Recovered;
import colmenar.backend.Refusal;
import colmenar.backend.Status;
import colmenar.backend.Status.Condition;
import colmenar.backend.Work;
import colmenar.backend.local.Run.EndReason;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs at most {@code colmenar.local.workers} attempts at once. The bound is kept here: the
 * servers' own limits are ceilings, and differ.
 */
@SingleInstance
class LocalBackend implements Backend {

  private static final Logger LOG = System.getLogger(LocalBackend.class.getName());
  private static final String NAME = "local";
  private static final long LINE_CHECK_MILLIS = 100;

  /** Attempts in hand: in line, running, or ended and not yet written down. */
  private static final int MOST_UNTOLD = 10_000;

  private static final Profile PROFILE =
      new Profile(NAME, Set.of("java", "python", "command"), true, true, true);

  private final LocalSettings settings;
  private final Threads threads;
  private final JavaRuns javaRuns;
  private final PythonWorkers workers;
  private final RunDirectories directories;
  private final Clock clock;
  private final Slots slots;
  private final ConcurrentMap<UUID, Run> runs = new ConcurrentHashMap<>();
  private volatile @Nullable Listener listener;
  private volatile @Nullable ScheduledFuture<?> timer;
  private volatile boolean stopped;

  @Inject
  LocalBackend(
      LocalSettings settings,
      Threads threads,
      JavaRuns javaRuns,
      PythonWorkers workers,
      RunDirectories directories,
      Clock clock) {
    this.settings = settings;
    this.threads = threads;
    this.javaRuns = javaRuns;
    this.workers = workers;
    this.directories = directories;
    this.clock = clock;
    this.slots =
        new Slots(
            settings.workers(),
            run -> threads.executor().execute(run),
            this::execute,
            System::nanoTime);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public void start(Listener to) {
    listener = to;
    workers.start();
    timer =
        threads
            .scheduler()
            .scheduleWithFixedDelay(
                this::giveBack, LINE_CHECK_MILLIS, LINE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Nothing of an earlier life is left: worker processes end when their server does. */
  @Override
  public List<Recovered> recover(List<Handle> attempts) {
    Set<UUID> ours = attempts.stream().map(Handle::attempt).collect(Collectors.toSet());
    for (Run run : runs.values()) {
      // Those that have ended may be told already; of the others another server has taken over.
      if (!ours.contains(run.work().attempt()) && runs.remove(run.work().attempt(), run)) {
        end(run, EndReason.CANCELED);
      }
    }
    return attempts.stream()
        .map(
            handle ->
                runs.containsKey(handle.attempt())
                    ? new Recovered(handle.attempt(), Recovered.Fate.ATTACHED, "")
                    : new Recovered(
                        handle.attempt(),
                        Recovered.Fate.LOST,
                        "the server stopped while it was running"))
        .toList();
  }

  @Override
  public int capacity() {
    // While outcomes cannot be written, nothing piles up behind them.
    return stopped || runs.size() > MOST_UNTOLD ? 0 : slots.room();
  }

  @Override
  public List<Refusal> submit(List<Work> works) {
    List<Refusal> refusals = new ArrayList<>();
    for (Work work : works) {
      Optional<Refusal> refusal = take(work);
      refusal.ifPresent(refusals::add);
    }
    return refusals;
  }

  private Optional<Refusal> take(Work work) {
    if (!(work.code() instanceof Code.Java) && workers.unusable().isPresent()) {
      return Optional.of(
          new Refusal(work.attempt(), Refusal.Kind.REJECTED, workers.unusable().get()));
    }
    if (runs.containsKey(work.attempt())) {
      return Optional.empty();
    }
    if (stopped || !slots.reserve()) {
      return Optional.of(
          new Refusal(work.attempt(), Refusal.Kind.UNAVAILABLE, "every slot is taken"));
    }
    try {
      Run run =
          work.code() instanceof Code.Java
              ? javaRuns.of(work, report())
              : new ProcessRun(work, workers, directories, report(), settings, clock);
      runs.put(work.attempt(), run);
      slots.begin(run);
      return Optional.empty();
    } catch (RejectedExecutionException e) {
      return Optional.of(notTaken(work, "the server has no thread for it now"));
    } catch (UncheckedIOException e) {
      LOG.log(Level.WARNING, "no run directory for attempt " + work.attempt(), e);
      return Optional.of(notTaken(work, "the server cannot make a run directory now"));
    }
  }

  private Refusal notTaken(Work work, String reason) {
    runs.remove(work.attempt());
    slots.release();
    return new Refusal(work.attempt(), Refusal.Kind.UNAVAILABLE, reason);
  }

  private void report(Event event) {
    CompletionStage<Void> unused = report().on(List.of(event));
  }

  private Listener report() {
    Listener known = listener;
    if (known == null) {
      throw new IllegalStateException("the local backend has not been started");
    }
    return known;
  }

  /** The slot is free as soon as the work has ended; the run is known until that is committed. */
  private Runnable execute(Run run) {
    Event.Finished end = executed(run);
    return () -> {
      if (stopped) {
        runs.remove(run.work().attempt());
      } else if (runs.containsKey(run.work().attempt())) {
        tell(end);
      }
    };
  }

  private void tell(Event last) {
    CompletionStage<Void> unused =
        report().on(List.of(last)).whenComplete((told, failure) -> runs.remove(last.attempt()));
  }

  private Event.Finished executed(Run run) {
    Future<?> limit = null;
    try {
      limit = limit(run);
      return run.execute();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "attempt " + run.work().attempt() + " could not be run", e);
      Outcome failed = new Outcome.Failed(Failures.notRun());
      return new Event.Finished(run.work().attempt(), failed, null, clock.instant());
    } finally {
      if (limit != null) {
        limit.cancel(false);
      }
    }
  }

  private void giveBack() {
    try {
      slots.impatient().forEach(run -> tell(new Event.GivenBack(run.work().attempt())));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "could not give back what waits in line; trying again", e);
    }
  }

  private @Nullable Future<?> limit(Run run) {
    Duration limit = run.work().timeLimit();
    return limit == null ? null : threads.after(limit, () -> end(run, EndReason.TIME_LIMIT));
  }

  @Override
  public void cancel(Collection<UUID> attempts) {
    for (UUID attempt : attempts) {
      Run run = runs.get(attempt);
      if (run != null) {
        end(run, EndReason.CANCELED);
      }
    }
  }

  /** Ends a run, and gives it up when it does not end in time. */
  private void end(Run run, EndReason reason) {
    if (run.end(reason)) {
      Future<?> unused =
          threads.after(Duration.ofSeconds(settings.graceSeconds()), () -> abandon(run));
    }
  }

  private void abandon(Run run) {
    if (!stopped) {
      run.abandoned().ifPresent(this::report);
    }
  }

  @Override
  public Optional<OutputChunk> output(
      UUID attempt, OutputStream stream, long offset, int maxBytes) {
    return Optional.ofNullable(runs.get(attempt))
        .flatMap(Run::directoryIfMade)
        .flatMap(directory -> RunDirectories.read(directory, stream, offset, maxBytes));
  }

  @Override
  public Status status() {
    Optional<String> unusable = workers.unusable();
    return new Status(
        stopped ? Condition.DOWN : unusable.isPresent() ? Condition.DEGRADED : Condition.UP,
        unusable.orElse(""),
        settings.workers(),
        slots.busy(),
        Map.of(
            "pythonWorkers", String.valueOf(workers.size()),
            "python", workers.version().orElse("none")));
  }

  @Override
  public void stop() {
    stopped = true;
    ScheduledFuture<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
    runs.values().forEach(run -> run.end(EndReason.CANCELED));
    workers.stop();
  }
}

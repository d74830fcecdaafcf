package colmenar.dispatch;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.cluster.Identity;
import colmenar.cluster.Membership;
import colmenar.platform.Database;
import colmenar.platform.Looker;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.task.Tasks;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Takes in what backends report and commits it in groups, on one thread at a time. Thread-safe.
 *
 * <p>That thread is never the caller's: a caller may be running a user's code that is being
 * interrupted, and an interrupt in the middle of its work closes an embedded database. While the
 * database is away reports wait, so that no outcome is dropped.
 */
@SingleInstance
class Outcomes implements Listener {

  private static final Logger LOG = System.getLogger(Outcomes.class.getName());
  private static final int MOST_EVENTS = 500;
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Tasks tasks;
  private final Identity identity;
  private final Database database;

  /** Attempts with items that could not be stored. */
  private final Set<UUID> incomplete = ConcurrentHashMap.newKeySet();

  private final Queue<Report> waiting = new ConcurrentLinkedQueue<>();
  private final Looker writer;

  @Inject
  Outcomes(Tasks tasks, Membership membership, Database database, Threads threads) {
    // Not the executor of the attempts: it may be full of threads that wait for this one.
    this(tasks, membership.identity(), database, task -> threads.scheduler().execute(task));
  }

  Outcomes(Tasks tasks, Identity identity, Database database, Executor executor) {
    this.tasks = tasks;
    this.identity = identity;
    this.database = database;
    this.writer = new Looker("the writer of outcomes", executor, this::write);
  }

  @Override
  public CompletionStage<Void> on(List<Event> events) {
    Report report = new Report(List.copyOf(events), new CompletableFuture<>());
    waiting.add(report);
    wake();
    return report.written();
  }

  /** Writes what waits; also called from time to time, for what could not be written before. */
  void wake() {
    if (!waiting.isEmpty() && !writer.wake() && writer.stopped()) {
      letGo();
    }
  }

  /** See {@link Looker#stalled}. */
  Duration stalled() {
    return writer.stalled();
  }

  /** Lets go of whoever waits; what was not written is found by recovery at the next start. */
  void stop() {
    writer.stop();
    letGo();
  }

  private void letGo() {
    for (Report report = waiting.poll(); report != null; report = waiting.poll()) {
      report.letGo();
    }
  }

  private void write() {
    for (List<Report> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
      write(group);
      writer.moved();
    }
  }

  private List<Report> nextGroup() {
    List<Report> group = new ArrayList<>();
    int events = 0;
    while (events < MOST_EVENTS) {
      Report next = waiting.poll();
      if (next == null) {
        break;
      }
      group.add(next);
      events += next.events().size();
    }
    return group;
  }

  private void write(List<Report> group) {
    if (group.size() > 1 && committed(group.stream().flatMap(r -> r.events().stream()).toList())) {
      group.forEach(Report::done);
      return;
    }
    for (Report report : group) {
      writeAlone(report);
    }
  }

  private void writeAlone(Report report) {
    int tries = 0;
    boolean committed = committed(report.events());
    while (!committed && !writer.stopped()) {
      if (!database.answers(1)) {
        LockSupport.parkNanos(PAUSE.toNanos());
      } else if (++tries == TRIES) {
        giveUp(report.events());
        break;
      }
      committed = committed(report.events());
    }
    if (committed || !writer.stopped()) {
      report.done();
    } else {
      report.letGo();
    }
  }

  private boolean committed(List<Event> events) {
    List<Event> honest = events.stream().map(this::honest).toList();
    try {
      identity.act(me -> tasks.record(me, honest));
      honest.stream()
          .filter(Event.Finished.class::isInstance)
          .forEach(end -> incomplete.remove(end.attempt()));
      return true;
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "not written yet: reports of " + named(events), e);
      return false;
    }
  }

  /** No attempt succeeds of which an item is missing. */
  private Event honest(Event event) {
    return event instanceof Event.Finished end && incomplete.contains(end.attempt())
        ? notStored(end)
        : event;
  }

  private static Event.Finished notStored(Event.Finished end) {
    Failure failure =
        new Failure(
            FailureClass.INFRASTRUCTURE,
            "OutcomeNotStored",
            "the outcome could not be stored; the server's log says why",
            null);
    return new Event.Finished(end.attempt(), new Outcome.Failed(failure), null, end.at());
  }

  /** The database answers but does not take it: the attempts fail rather than hang. */
  private void giveUp(List<Event> events) {
    LOG.log(Level.ERROR, () -> "cannot be stored: reports of " + named(events));
    List<Event> instead = new ArrayList<>();
    for (Event event : events) {
      if (event instanceof Event.Item item) {
        incomplete.add(item.attempt());
      } else if (event instanceof Event.Finished end) {
        instead.add(notStored(end));
      }
    }
    if (!instead.isEmpty() && !committed(instead)) {
      LOG.log(
          Level.ERROR, () -> "nor can the failure, recovery will find it, of " + named(instead));
    }
  }

  /** Never the events themselves, which carry values. */
  private static String named(List<Event> events) {
    return events.stream()
        .map(event -> "attempt " + event.attempt())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** What one caller has told. */
  private record Report(List<Event> events, CompletableFuture<Void> written) {
    void done() {
      written.complete(null);
    }

    void letGo() {
      written.completeExceptionally(new IllegalStateException("the server is stopping"));
    }
  }
}

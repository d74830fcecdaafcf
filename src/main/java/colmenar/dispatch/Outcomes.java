package colmenar.dispatch;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import colmenar.task.Tasks;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes in what backends report and commits it in groups. Thread-safe.
 *
 * <p>Whoever gets the lock writes for all who wait for it. While the database is away everybody
 * waits, so that no outcome is dropped.
 */
@SingleInstance
class Outcomes implements Listener {

  private static final Logger LOG = System.getLogger(Outcomes.class.getName());
  private static final int MOST_EVENTS = 500;
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Tasks tasks;
  private final Database database;
  private final Queue<Report> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock writing = new ReentrantLock();
  private volatile boolean stopped;

  @Inject
  Outcomes(Tasks tasks, Database database) {
    this.tasks = tasks;
    this.database = database;
  }

  @Override
  public void on(List<Event> events) {
    Report report = new Report(events);
    waiting.add(report);
    while (!report.written) {
      writing.lock();
      try {
        if (!report.written) {
          write(nextGroup());
        }
      } finally {
        writing.unlock();
      }
    }
  }

  /** Lets go of whoever waits; what was not written is found by recovery at the next start. */
  void stop() {
    stopped = true;
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
      events += next.events.size();
    }
    return group;
  }

  private void write(List<Report> group) {
    if (group.size() > 1 && committed(group.stream().flatMap(r -> r.events.stream()).toList())) {
      group.forEach(report -> report.written = true);
      return;
    }
    for (Report report : group) {
      writeAlone(report.events);
      report.written = true;
    }
  }

  private void writeAlone(List<Event> events) {
    int tries = 0;
    while (!stopped && !committed(events)) {
      if (!database.answers(1)) {
        pause();
      } else if (++tries == TRIES) {
        giveUp(events);
        return;
      }
    }
  }

  private boolean committed(List<Event> events) {
    try {
      tasks.record(events);
      return true;
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "outcomes were not written", e);
      return false;
    }
  }

  /** The database answers but does not take it: the attempts fail rather than hang. */
  private void giveUp(List<Event> events) {
    LOG.log(Level.ERROR, () -> "cannot be stored: reports of " + events.get(0).attempt());
    Failure failure =
        new Failure(
            FailureClass.INFRASTRUCTURE,
            "OutcomeNotStored",
            "the outcome could not be stored; the server's log says why",
            null);
    List<Event> instead =
        events.stream()
            .filter(Event.Finished.class::isInstance)
            .<Event>map(
                e ->
                    new Event.Finished(
                        e.attempt(), new Outcome.Failed(failure), null, ((Event.Finished) e).at()))
            .toList();
    if (!instead.isEmpty() && !committed(instead)) {
      LOG.log(
          Level.ERROR, () -> instead.get(0).attempt() + " is left to recovery at the next start");
    }
  }

  private static void pause() {
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  /** What one caller has told, until it is written. */
  private static final class Report {
    private final List<Event> events;
    private volatile boolean written;

    Report(List<Event> events) {
      this.events = List.copyOf(events);
    }
  }
}

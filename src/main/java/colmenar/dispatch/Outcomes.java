package colmenar.dispatch;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.platform.Database;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes in what backends report and commits it in groups, on one thread at a time. Thread-safe.
 *
 * <p>That thread is never the caller's: a caller may be running a user's code that is being
 * interrupted, and an interrupt in the middle of its work closes an embedded database. While the
 * database is away callers wait, so that no outcome is dropped.
 */
@SingleInstance
class Outcomes implements Listener {

  private static final Logger LOG = System.getLogger(Outcomes.class.getName());
  private static final int MOST_EVENTS = 500;
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Tasks tasks;
  private final Database database;
  private final Executor executor;
  private final Queue<Report> waiting = new ConcurrentLinkedQueue<>();

  /** Reports since the writer last looked; whoever raises it from 0 starts the writer. */
  private final AtomicInteger news = new AtomicInteger();

  private volatile boolean stopped;

  @Inject
  Outcomes(Tasks tasks, Database database, Threads threads) {
    // Not the executor of the attempts: it may be full of threads that wait for this one.
    this(tasks, database, (Executor) task -> threads.scheduler().execute(task));
  }

  Outcomes(Tasks tasks, Database database, Executor executor) {
    this.tasks = tasks;
    this.database = database;
    this.executor = executor;
  }

  @Override
  public void on(List<Event> events) {
    Report report = new Report(List.copyOf(events), new CompletableFuture<>());
    waiting.add(report);
    wakeWriter();
    report.written().join();
  }

  private void wakeWriter() {
    while (!stopped && news.getAndIncrement() == 0) {
      try {
        executor.execute(this::write);
        return;
      } catch (RejectedExecutionException e) {
        LOG.log(Level.WARNING, "no thread to write outcomes now; trying again");
        news.set(0);
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    if (stopped) {
      letGo();
    }
  }

  /** Lets go of whoever waits; what was not written is found by recovery at the next start. */
  void stop() {
    stopped = true;
    letGo();
  }

  private void letGo() {
    for (Report report = waiting.poll(); report != null; report = waiting.poll()) {
      report.letGo();
    }
  }

  private void write() {
    int seen;
    do {
      seen = news.get();
      for (List<Report> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
        write(group);
      }
    } while (!news.compareAndSet(seen, 0));
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
    while (!committed && !stopped) {
      if (!database.answers(1)) {
        LockSupport.parkNanos(PAUSE.toNanos());
      } else if (++tries == TRIES) {
        giveUp(report.events());
        break;
      }
      committed = committed(report.events());
    }
    if (committed || !stopped) {
      report.done();
    } else {
      report.letGo();
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
    List<Event> instead = new ArrayList<>();
    for (Event event : events) {
      if (event instanceof Event.Finished end) {
        Outcome outcome = new Outcome.Failed(failure);
        instead.add(new Event.Finished(end.attempt(), outcome, null, end.at()));
      }
    }
    if (!instead.isEmpty() && !committed(instead)) {
      LOG.log(Level.ERROR, () -> "nor can its failure; recovery will find it: " + instead);
    }
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

package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.backend.BackendUnavailableException;
import colmenar.backend.Handle;
import colmenar.backend.Refusal;
import colmenar.backend.Work;
import colmenar.task.Claimed;
import colmenar.task.Tasks;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Hands the waiting tasks of one backend over to it, as many as it will take.
 *
 * <p>Runs whenever it is woken, on one thread at a time. Attempts whose arrival is in doubt, after
 * a restart or a lost answer, are asked for before anything new is claimed.
 */
final class Lane {

  private static final Logger LOG = System.getLogger(Lane.class.getName());
  private static final int MOST_AT_ONCE = 200;

  private final Backend backend;
  private final Tasks tasks;
  private final Function<Claimed, Work> work;
  private final Executor executor;

  /** Wake-ups since the last look; the thread that raises it from 0 runs. */
  private final AtomicInteger wakeUps = new AtomicInteger();

  /** Only the running thread touches it. */
  private boolean inDoubt = true;

  private volatile boolean stopped;

  Lane(Backend backend, Tasks tasks, Function<Claimed, Work> work, Executor executor) {
    this.backend = backend;
    this.tasks = tasks;
    this.work = work;
    this.executor = executor;
  }

  /** Makes it look for work; returns at once. */
  void wake() {
    if (!stopped && wakeUps.getAndIncrement() == 0) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        wakeUps.set(0);
        LOG.log(Level.DEBUG, () -> "no thread for backend " + backend.name() + " now");
      }
    }
  }

  void stop() {
    stopped = true;
  }

  private void run() {
    int seen;
    do {
      seen = wakeUps.get();
      try {
        while (!stopped && handOver()) {
          LOG.log(Level.TRACE, () -> "backend " + backend.name() + " takes more");
        }
      } catch (RuntimeException | Error e) {
        LOG.log(Level.WARNING, "backend " + backend.name() + " was not served; trying again", e);
      }
    } while (!wakeUps.compareAndSet(seen, 0));
  }

  /**
   * @return whether there may be more to hand over
   */
  private boolean handOver() {
    if (inDoubt && !cleared()) {
      return false;
    }
    int room = Math.min(backend.capacity(), MOST_AT_ONCE);
    if (room <= 0) {
      return false;
    }
    List<Claimed> claimed = tasks.claim(backend.name(), backend.profile().startsAtOnce(), room);
    if (claimed.isEmpty()) {
      return false;
    }
    inDoubt = true;
    List<Refusal> refusals = backend.submit(claimed.stream().map(work).toList());
    if (!refusals.isEmpty()) {
      tasks.refused(refusals);
    }
    inDoubt = false;
    return claimed.size() == room && refusals.isEmpty();
  }

  /** Asks the backend about every attempt it should know. */
  private boolean cleared() {
    List<Handle> handles = tasks.active(backend.name());
    try {
      if (!handles.isEmpty()) {
        tasks.recovered(backend.recover(handles));
        LOG.log(Level.INFO, () -> handles.size() + " attempts recovered on " + backend.name());
      }
      inDoubt = false;
      return true;
    } catch (BackendUnavailableException e) {
      LOG.log(Level.WARNING, () -> backend.name() + " is unavailable: " + e.getMessage());
      return false;
    }
  }
}

package colmenar.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does the same thing whenever it is woken, on one thread at a time: what comes while it looks
 * makes it look once more. Survives whatever the action throws. Thread-safe.
 */
final class Looker {

  private static final Logger LOG = System.getLogger(Looker.class.getName());

  private final String name;
  private final Executor executor;
  private final Runnable look;

  /** Wake-ups since the last look; whoever raises it from 0 starts the thread. */
  private final AtomicInteger wakeUps = new AtomicInteger();

  private volatile boolean stopped;

  Looker(String name, Executor executor, Runnable look) {
    this.name = name;
    this.executor = executor;
    this.look = look;
  }

  /**
   * Makes it look; returns at once.
   *
   * @return false when there is no thread for it now, or it has been stopped
   */
  boolean wake() {
    if (stopped) {
      return false;
    }
    return wakeUps.getAndIncrement() > 0 || started();
  }

  private boolean started() {
    boolean started = false;
    try {
      executor.execute(this::run);
      started = true;
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, () -> "no thread for " + name + " now");
    } finally {
      // Whatever went wrong: else it would wait for this thread for ever.
      if (!started) {
        wakeUps.set(0);
      }
    }
    return started;
  }

  boolean stopped() {
    return stopped;
  }

  void stop() {
    stopped = true;
  }

  private void run() {
    int seen;
    do {
      seen = wakeUps.get();
      try {
        look.run();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.WARNING, name + " failed; it is tried again when woken", e);
      }
    } while (!wakeUps.compareAndSet(seen, 0));
  }
}

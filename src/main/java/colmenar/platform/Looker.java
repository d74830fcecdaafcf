package colmenar.platform;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Does the same thing whenever it is woken, on one thread at a time: what comes while it looks
 * makes it look once more. Survives whatever the action throws. Thread-safe.
 */
public final class Looker {

  private static final Logger LOG = System.getLogger(Looker.class.getName());

  private final String name;
  private final Executor executor;
  private final Runnable look;
  private final LongSupplier nanos;

  /** Wake-ups since the last look; whoever raises it from 0 starts the thread. */
  private final AtomicInteger wakeUps = new AtomicInteger();

  /** When it last had nothing to do, or got on with what it had. */
  private volatile long movedAt;

  private volatile boolean stopped;

  public Looker(String name, Executor executor, Runnable look) {
    this(name, executor, look, System::nanoTime);
  }

  Looker(String name, Executor executor, Runnable look, LongSupplier nanos) {
    this.name = name;
    this.executor = executor;
    this.look = look;
    this.nanos = nanos;
    this.movedAt = nanos.getAsLong();
  }

  /**
   * Makes it look; returns at once.
   *
   * @return false when there is no thread for it now, or it has been stopped
   */
  public boolean wake() {
    if (stopped) {
      return false;
    }
    if (wakeUps.get() == 0) {
      moved();
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

  /** A look that takes long says so with every step it gets done. */
  public void moved() {
    movedAt = nanos.getAsLong();
  }

  /** For how long it has been asked for something and not got on with it, thread or no thread. */
  public Duration stalled() {
    return wakeUps.get() == 0 ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - movedAt);
  }

  public boolean stopped() {
    return stopped;
  }

  public void stop() {
    stopped = true;
  }

  private void run() {
    int seen;
    do {
      seen = wakeUps.get();
      moved();
      try {
        look.run();
      } catch (Exception | Error e) {
        LOG.log(Level.WARNING, name + " failed; it is tried again when woken", e);
      }
      moved();
    } while (!wakeUps.compareAndSet(seen, 0));
  }
}

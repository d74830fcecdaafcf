package colmenar.backend.local;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Runs so many at once and no more. Thread-safe.
 *
 * <p>While runs are short, some more are let in to stand in line, as many as will be begun within a
 * few moments: handing over is then done for many at a time. When that hope was wrong, those in
 * line are given back.
 */
final class Slots {

  private static final Logger LOG = System.getLogger(Slots.class.getName());
  private static final double AHEAD_NANOS = Duration.ofMillis(50).toNanos();
  private static final long PATIENCE_NANOS = Duration.ofMillis(250).toNanos();
  private static final int MOST_AHEAD = 1000;

  /** Weight of the newest run in the mean. */
  private static final double NEWEST = 0.05;

  private final int slots;
  private final Executor executor;
  private final Function<Run, Runnable> execute;
  private final LongSupplier nanos;
  private final Queue<Waiting> line = new ConcurrentLinkedQueue<>();

  /** Running or in line. */
  private final AtomicInteger taken = new AtomicInteger();

  private final AtomicInteger servers = new AtomicInteger();
  private final AtomicBoolean onItsWay = new AtomicBoolean();

  /** Of a run, smoothed; updates that get lost do not matter. */
  private volatile double meanNanos = AHEAD_NANOS;

  /**
   * @param execute runs it to its end; what it returns is done when the slot is free
   */
  Slots(int slots, Executor executor, Function<Run, Runnable> execute, LongSupplier nanos) {
    this.slots = slots;
    this.executor = executor;
    this.execute = execute;
    this.nanos = nanos;
  }

  /** How many more are let in now. */
  int room() {
    return Math.max(0, most() - taken.get());
  }

  private int most() {
    double mean = meanNanos;
    return mean >= AHEAD_NANOS
        ? slots
        : slots + (int) Math.min(MOST_AHEAD, slots * AHEAD_NANOS / mean);
  }

  int busy() {
    return Math.min(slots, taken.get());
  }

  /** Keeps room for one run, which {@link #begin} or {@link #release} has to follow. */
  boolean reserve() {
    int most = most();
    return taken.getAndUpdate(count -> count < most ? count + 1 : count) < most;
  }

  void release() {
    taken.decrementAndGet();
  }

  /**
   * @throws RejectedExecutionException when there is no thread for it
   */
  void begin(Run run) {
    Waiting waiting = new Waiting(run, nanos.getAsLong());
    line.add(waiting);
    try {
      callServer();
    } catch (RejectedExecutionException e) {
      // Unless one of those that are already there has got it meanwhile.
      if (line.remove(waiting)) {
        throw e;
      }
    }
  }

  /**
   * One server at a time is on its way: it calls the next when it finds more in the line than the
   * one that it takes. Runs that are over at once do not cost a thread each.
   */
  private void callServer() {
    // Again when one was found to be enough that had left before something came into the line.
    while (!line.isEmpty() && servers.get() < slots && onItsWay.compareAndSet(false, true)) {
      if (!oneMore()) {
        onItsWay.set(false);
      } else {
        startServer();
      }
    }
  }

  private void startServer() {
    try {
      executor.execute(this::serve);
    } catch (RuntimeException | Error e) {
      servers.decrementAndGet();
      onItsWay.set(false);
      throw e;
    }
  }

  private boolean oneMore() {
    return servers.getAndUpdate(count -> count < slots ? count + 1 : count) < slots;
  }

  private void serve() {
    onItsWay.set(false);
    do {
      try {
        for (Waiting next = line.poll(); next != null; next = line.poll()) {
          callAnother();
          runSafely(next.run());
        }
      } finally {
        servers.decrementAndGet();
      }
      // One that came after the last look and found all servers at work.
    } while (!line.isEmpty() && oneMore());
  }

  /** Without a thread for it those in the line wait for the servers that there are. */
  private void callAnother() {
    try {
      callServer();
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "no thread for another slot now", e);
    }
  }

  /** Whatever a run throws, those behind it have their turn. */
  private void runSafely(Run run) {
    try {
      run(run);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "attempt " + run.work().attempt() + " broke its slot", e);
    }
  }

  private void run(Run run) {
    long begin = nanos.getAsLong();
    Runnable after;
    try {
      after = execute.apply(run);
    } finally {
      long took = nanos.getAsLong() - begin;
      double mean = meanNanos;
      meanNanos = mean + NEWEST * (took - mean);
      taken.decrementAndGet();
    }
    after.run();
  }

  /** Takes out of the line what has stood there for too long. */
  List<Run> impatient() {
    long now = nanos.getAsLong();
    List<Run> out = new ArrayList<>();
    Waiting first = line.peek();
    if (first == null || now - first.since() < PATIENCE_NANOS) {
      return out;
    }
    for (Waiting next = line.poll(); next != null; next = line.poll()) {
      taken.decrementAndGet();
      out.add(next.run());
    }
    meanNanos = Math.max(meanNanos, 2 * AHEAD_NANOS);
    LOG.log(Level.DEBUG, () -> out.size() + " given back: runs take longer than before");
    return out;
  }

  private record Waiting(Run run, long since) {}
}

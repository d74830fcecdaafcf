package colmenar.backend.globus;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** No more than so many requests in a period, whoever makes them. Thread-safe. */
final class Pace {

  private final int most;
  private final long periodNanos;
  private final LongSupplier nanos;
  private final Deque<Long> made = new ArrayDeque<>();

  private final long origin;

  /** Until when the service wants to hear nothing. */
  private long silentUntil;

  /**
   * @param nanos a clock, as {@link System#nanoTime}
   */
  Pace(int most, Duration period, LongSupplier nanos) {
    this.most = most;
    this.periodNanos = period.toNanos();
    this.nanos = nanos;
    this.origin = nanos.getAsLong();
  }

  /** Takes the next turn; how long to wait before it. */
  synchronized Duration next() {
    long now = now();
    while (!made.isEmpty() && now - made.peekFirst() >= periodNanos) {
      made.removeFirst();
    }
    long at = Math.max(now, silentUntil);
    if (made.size() >= most) {
      // The one that is so many turns back has to be a period ago.
      long before = made.stream().skip(made.size() - (long) most).findFirst().orElse(now);
      at = Math.max(at, before + periodNanos);
    }
    made.addLast(at);
    return Duration.ofNanos(at - now);
  }

  /** The service was asked too often in spite of it. */
  synchronized void pause(Duration pause) {
    silentUntil = Math.max(silentUntil, now() + pause.toNanos());
  }

  /** For display. */
  @Override
  public synchronized String toString() {
    long now = now();
    long recent = made.stream().filter(at -> now - at < periodNanos).count();
    return "%d of %d in %d s".formatted(recent, most, Duration.ofNanos(periodNanos).toSeconds());
  }

  private long now() {
    return nanos.getAsLong() - origin;
  }
}

package colmenar.platform;

import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/**
 * Makes time-ordered ids (UUID version 7, RFC 9562 section 6.2 method 1): ids of one server sort in
 * the order of their making, which is the order in which tasks are claimed and listed. Thread-safe.
 */
@SingleInstance
public class Ids {

  private static final int COUNTER_BITS = 12;

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  private long ticks;

  @Inject
  public Ids(Clock clock) {
    this.clock = clock;
  }

  public UUID next() {
    long tick = nextTick();
    long millis = tick >>> COUNTER_BITS;
    long counter = tick & ((1L << COUNTER_BITS) - 1);
    long high = (millis << 16) | (7L << 12) | counter;
    long low = (random.nextLong() >>> 2) | (0b10L << 62);
    return new UUID(high, low);
  }

  /** Milliseconds and a counter in one number that only grows, also when the clock steps back. */
  private synchronized long nextTick() {
    ticks = Math.max(ticks + 1, clock.instant().toEpochMilli() << COUNTER_BITS);
    return ticks;
  }
}

package colmenar.platform;

import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

/**
 * Makes time-ordered ids (UUID version 7, RFC 9562 section 6.2 method 1): ids of one server sort in
 * the order of their making, which is the order in which tasks are listed. Thread-safe.
 *
 * <p>An id ends in zeros, six hexadecimal digits of them, in place of which its {@linkplain #part
 * parts} have their number: whoever knows the id of an attempt knows its task without a look.
 */
@SingleInstance
public class Ids {

  /** The highest number that a part can have. */
  public static final int MOST_PARTS = 0xFFFFFF;

  /**
   * As databases order ids, and their texts are; {@link UUID#compareTo} takes their halves for
   * signed numbers.
   */
  public static final Comparator<UUID> ORDER =
      Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
          .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

  private static final int COUNTER_BITS = 12;
  private static final long MOST_MILLIS = (1L << 48) - 1;

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
    long low = ((random.nextLong() >>> 2) | (0b10L << 62)) & ~MOST_PARTS;
    return new UUID(high, low);
  }

  /**
   * An id below all that are made at this time or later, to the millisecond, and above all that
   * were made before.
   */
  public static UUID least(Instant instant) {
    long seconds = instant.getEpochSecond();
    long millis =
        seconds < 0 ? 0 : seconds < MOST_MILLIS / 1000 ? instant.toEpochMilli() : MOST_MILLIS;
    return new UUID((millis << 16) | (7L << 12), 0);
  }

  /**
   * From now on makes ids that come after this one, also when the clock of the server that made it
   * is ahead.
   */
  public synchronized void goBeyond(UUID id) {
    long high = id.getMostSignificantBits();
    ticks = Math.max(ticks, (high >>> 16 << COUNTER_BITS) | (high & ((1L << COUNTER_BITS) - 1)));
  }

  /** When an id was made, to the millisecond. */
  public static Instant time(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  /** The id of a part, such as an attempt of a task. */
  public static UUID part(UUID whole, int number) {
    if (number < 0 || number > MOST_PARTS) {
      throw new IllegalArgumentException("%s has no part %d".formatted(whole, number));
    }
    return new UUID(whole.getMostSignificantBits(), whole.getLeastSignificantBits() | number);
  }

  /** The id of that of which this is a part. */
  public static UUID whole(UUID part) {
    return new UUID(part.getMostSignificantBits(), part.getLeastSignificantBits() & ~MOST_PARTS);
  }

  /** The number of a part. */
  public static int number(UUID part) {
    return (int) part.getLeastSignificantBits() & MOST_PARTS;
  }

  /** Milliseconds and a counter in one number that only grows, also when the clock steps back. */
  private synchronized long nextTick() {
    ticks = Math.max(ticks + 1, clock.instant().toEpochMilli() << COUNTER_BITS);
    return ticks;
  }
}

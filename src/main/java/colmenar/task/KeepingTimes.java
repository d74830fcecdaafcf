package colmenar.task;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks are kept after their end; null is for ever.
 *
 * @param usual of every task
 * @param failed of one that has failed
 * @param unacknowledged at least, while results of it wait to be acknowledged
 */
record KeepingTimes(
    @Nullable Duration usual, @Nullable Duration failed, @Nullable Duration unacknowledged) {

  private static final BigDecimal MOST_DAYS = BigDecimal.valueOf(100_000);
  private static final BigDecimal SECONDS_PER_DAY = BigDecimal.valueOf(86_400);

  /**
   * @return null for 0
   * @throws IllegalArgumentException naming the setting
   */
  static @Nullable Duration days(String setting, String text) {
    BigDecimal days;
    try {
      days = new BigDecimal(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is %s; it must be a number of days".formatted(setting, text), e);
    }
    if (days.signum() < 0 || days.compareTo(MOST_DAYS) > 0) {
      throw new IllegalArgumentException(
          "%s is %s; it must be from 0 to %s days".formatted(setting, text, MOST_DAYS));
    }
    return days.signum() == 0
        ? null
        : Duration.ofMillis(days.multiply(SECONDS_PER_DAY).movePointRight(3).longValue());
  }

  /** Of a task of this kind; empty for ever. */
  Optional<Duration> kept(boolean hasFailed, boolean isUnacknowledged) {
    Duration own = hasFailed ? failed : usual;
    if (!isUnacknowledged) {
      return Optional.ofNullable(own);
    }
    return own == null || unacknowledged == null
        ? Optional.empty()
        : Optional.of(own.compareTo(unacknowledged) > 0 ? own : unacknowledged);
  }

  /** No task younger than that is ever deleted; empty when none is. */
  Optional<Duration> shortest() {
    return Stream.of(kept(false, false), kept(true, false))
        .flatMap(Optional::stream)
        .min(Duration::compareTo);
  }

  /** Whether a task has been kept for its time. */
  boolean isOver(Retention.Old task, Instant now) {
    Instant ended = task.endedAt();
    return ended != null
        && kept(task.failed(), !task.acknowledged())
            .filter(time -> ended.plus(time).isBefore(now))
            .isPresent();
  }
}

package colmenar.remote;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps away from a machine for a while after it could not be reached, each time about twice as
 * long. Thread-safe.
 */
final class Backoff {

  private static final int MOST_DOUBLINGS = 20;

  private final Duration first;
  private final Duration longest;
  private final Clock clock;
  private final RandomGenerator random;
  private int failures;
  private Instant notBefore = Instant.MIN;
  private @Nullable String trouble;

  Backoff(Duration first, Duration longest, Clock clock, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.clock = clock;
    this.random = random;
  }

  /** Why it could not be reached the last time; empty when it could. */
  synchronized Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Why not to try now, and when to try again; empty when one may try. */
  synchronized Optional<String> pause() {
    return clock.instant().isBefore(notBefore)
        ? Optional.of(
            "%s; tried again at %s".formatted(trouble, notBefore.truncatedTo(ChronoUnit.MILLIS)))
        : Optional.empty();
  }

  /**
   * @param lasting whether it is of no use to try again soon, as with a refused key: a site may
   *     lock out who knocks too often
   */
  synchronized void failed(String reason, boolean lasting) {
    long most = longest.toMillis();
    long whole =
        lasting ? most : Math.min(most, first.toMillis() << Math.min(failures, MOST_DOUBLINGS));
    failures++;
    trouble = reason;
    // Between a half and the whole of it, so that not all servers come back at once.
    notBefore = clock.instant().plusMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }

  synchronized void succeeded() {
    failures = 0;
    notBefore = Instant.MIN;
    trouble = null;
  }
}

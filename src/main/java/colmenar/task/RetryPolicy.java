package colmenar.task;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whether a failed task is tried again, and after how long.
 *
 * <p>Failures of the application and of its time limit use up the task's {@code maxRetries}; loss
 * of infrastructure does not; a rejection would only be repeated. {@code maxAttempts} bounds them
 * all.
 */
final class RetryPolicy {

  private static final Duration FIRST_DELAY = Duration.ofMillis(500);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(2);
  private static final int DOUBLINGS = 16;

  private final RandomGenerator random;

  RetryPolicy(RandomGenerator random) {
    this.random = random;
  }

  /** How long to wait before the next attempt; empty when there is none. */
  Optional<Duration> delay(Task task, Failure failure) {
    if (failure.failureClass() == FailureClass.REJECTED || task.attempts() >= task.maxAttempts()) {
      return Optional.empty();
    }
    if (usesRetry(failure) && task.retries() >= task.maxRetries()) {
      return Optional.empty();
    }
    return Optional.of(backoff(task.attempts()));
  }

  static boolean usesRetry(Failure failure) {
    return failure.failureClass() != FailureClass.INFRASTRUCTURE;
  }

  /** Doubles with every attempt; the later half of it is by chance, so that retries spread out. */
  private Duration backoff(int attempts) {
    Duration full = FIRST_DELAY.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS));
    long millis = Math.min(full.toMillis(), LONGEST_DELAY.toMillis());
    return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
  }
}

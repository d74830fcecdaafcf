package colmenar.task;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.json.JsonText;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whether a failed task is tried again, and after how long.
 *
 * <p>Failures of the application and of its time limit use up the task's {@code maxRetries}; loss
 * of infrastructure does not; a rejection would only be repeated. {@code maxAttempts} bounds them
 * all, and nothing is tried that could not be over in time.
 *
 * <p>A method or a task may say otherwise in a JSON object {@code retry}: {@code on}, the
 * {@linkplain FailureClass classes} that are tried again; {@code delaySeconds}, before the second
 * attempt; {@code factor}, by which the delay grows with each one; {@code maxDelaySeconds}; {@code
 * jitter}, the part of the delay that is left to chance, so that retries spread out, from 0 to 1.
 */
final class RetryPolicy {

  private static final double FIRST_DELAY_SECONDS = 0.5;
  private static final double LONGEST_DELAY_SECONDS = 120;
  private static final double FACTOR = 2;
  private static final double JITTER = 0.5;
  private static final double MILLIS = 1000;

  private final RandomGenerator random;

  RetryPolicy(RandomGenerator random) {
    this.random = random;
  }

  /** How long to wait before the next attempt; empty when there is none. */
  Optional<Duration> delay(Task task, Failure failure, Instant now) {
    JsonObject policy =
        task.retry()
            .map(json -> JsonText.stored(json).asJsonObject())
            .orElse(JsonValue.EMPTY_JSON_OBJECT);
    if (!triesAgainOn(failure.failureClass(), policy) || task.attempts() >= task.maxAttempts()) {
      return Optional.empty();
    }
    if (usesRetry(failure) && task.retries() >= task.maxRetries()) {
      return Optional.empty();
    }
    return Optional.of(backoff(task.attempts(), policy))
        .filter(delay -> task.finishBy().map(now.plus(delay)::isBefore).orElse(true));
  }

  private static boolean triesAgainOn(FailureClass cause, JsonObject policy) {
    return policy.get("on") instanceof JsonArray classes
        ? classes.getValuesAs(JsonString.class).stream()
            .anyMatch(name -> name.getString().equals(cause.name()))
        : cause != FailureClass.REJECTED;
  }

  static boolean usesRetry(Failure failure) {
    return failure.failureClass() != FailureClass.INFRASTRUCTURE;
  }

  private Duration backoff(int attempts, JsonObject policy) {
    double first = number(policy, "delaySeconds", FIRST_DELAY_SECONDS);
    double grown = first * Math.pow(number(policy, "factor", FACTOR), attempts - 1);
    double full = Math.min(grown, number(policy, "maxDelaySeconds", LONGEST_DELAY_SECONDS));
    double byChance = full * number(policy, "jitter", JITTER) * random.nextDouble();
    return Duration.ofMillis(Math.round((full - byChance) * MILLIS));
  }

  private static double number(JsonObject policy, String name, double otherwise) {
    return policy.get(name) instanceof JsonNumber number ? number.doubleValue() : otherwise;
  }
}

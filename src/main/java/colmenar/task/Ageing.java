package colmenar.task;

import java.time.Duration;
import java.time.Instant;

/**
 * How priority and waiting are weighed: a step of priority is worth a time of waiting. So what is
 * urgent comes first, and what is not comes all the same, however much of the urgent follows.
 *
 * @param step how much longer a task of one step less has to wait to be as urgent; with zero only
 *     the time of waiting counts
 */
public record Ageing(Duration step) {

  private static final int LONGEST_STEP_SECONDS = 31_536_000;

  /**
   * @param seconds from {@code colmenar.priority.step-seconds}
   */
  static Ageing ofSeconds(int seconds) {
    if (seconds < 0 || seconds > LONGEST_STEP_SECONDS) {
      throw new IllegalArgumentException(
          "colmenar.priority.step-seconds is %d; it must be from 0 to %d"
              .formatted(seconds, LONGEST_STEP_SECONDS));
    }
    return new Ageing(Duration.ofSeconds(seconds));
  }

  /** The turn of what waits since then: the more urgent, the earlier it comes. */
  Instant turn(int priority, Instant since) {
    return since.minus(step.multipliedBy(priority));
  }

  /** The turn after a change of priority; the time already waited counts on. */
  Instant turn(int priority, int before, Instant turn) {
    return turn.minus(step.multipliedBy(priority - before));
  }
}

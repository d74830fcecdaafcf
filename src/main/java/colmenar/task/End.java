package colmenar.task;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended, and what became of its task thereby.
 *
 * @param task its id
 * @param state of the task since then: terminal, or PENDING when another attempt follows
 * @param number of the attempt, or of the last one before; 0 when there was none
 * @param attempt null when the task was cancelled while it waited, like all that is told of it
 * @param outcome of the attempt
 * @param failureClass of the attempt; null when it did not fail
 * @param receivedAt when the server had the task
 * @param submittedAt when the attempt was made
 * @param startedAt when its code began; null when that is not known, like {@code endedAt}
 * @param at when this was noted
 */
public record End(
    UUID task,
    String owner,
    String topic,
    @Nullable String campaign,
    String backend,
    String method,
    TaskState state,
    int number,
    @Nullable UUID attempt,
    @Nullable TaskState outcome,
    @Nullable FailureClass failureClass,
    Instant receivedAt,
    @Nullable Instant submittedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    Instant at) {

  static End of(Task task, Attempt attempt, Instant now) {
    return new End(
        task.id(),
        task.owner(),
        task.topic(),
        task.campaign().orElse(null),
        task.backend(),
        task.methodName(),
        task.state(),
        task.attempts(),
        attempt.id(),
        attempt.outcome().orElse(null),
        attempt.failure().map(Failure::failureClass).orElse(null),
        task.inputReceivedAt(),
        attempt.submittedAt(),
        attempt.startedAt().orElse(null),
        attempt.endedAt().orElse(null),
        now);
  }

  /** Of a task that was cancelled while it waited. */
  static End waiting(Task task, Instant now) {
    return new End(
        task.id(),
        task.owner(),
        task.topic(),
        task.campaign().orElse(null),
        task.backend(),
        task.methodName(),
        task.state(),
        task.attempts(),
        null,
        null,
        null,
        task.inputReceivedAt(),
        null,
        null,
        null,
        now);
  }

  /** Whether another attempt follows. */
  public boolean retried() {
    return !state.terminal();
  }
}

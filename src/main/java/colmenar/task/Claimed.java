package colmenar.task;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node has claimed: a new attempt of a task, with all it needs to be handed to its backend.
 *
 * @param number 1 for the first attempt
 * @param turnAt attempts are handed over in this order
 * @param receivedAt when the server had the task
 * @param timeLimit of this attempt; null for none
 * @param args a JSON array, like the other texts a JSON object
 */
public record Claimed(
    UUID attempt,
    UUID task,
    int number,
    String owner,
    String topic,
    @Nullable String campaign,
    String method,
    int version,
    int priority,
    Instant turnAt,
    Instant receivedAt,
    @Nullable Duration timeLimit,
    String args,
    String kwargs,
    String resources,
    String options) {

  static Claimed of(Task task, TaskInput input) {
    return new Claimed(
        task.attemptId().orElseThrow(),
        task.id(),
        task.attempts(),
        task.owner(),
        task.topic(),
        task.campaign().orElse(null),
        task.methodName(),
        task.methodVersion(),
        task.priority(),
        task.turnAt(),
        task.inputReceivedAt(),
        task.timeLimit().orElse(null),
        input.args(),
        input.kwargs(),
        input.resources(),
        input.options());
  }

  Turn turn() {
    return new Turn(turnAt, task);
  }
}

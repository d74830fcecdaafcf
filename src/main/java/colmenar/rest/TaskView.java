package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.task.Task;
import colmenar.task.TaskInput;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A task as clients see it; what is not known yet is left out.
 *
 * @param attempts made so far, of any cause
 * @param retries used up by failures of the application
 * @param items streamed so far
 * @param inputBytes size of the inputs as JSON
 * @param valueBytes size of the value as JSON
 * @param failureGroup the same for all tasks that have failed for the same cause
 * @param licences units of shared resources that an attempt takes; left out when it takes none
 * @param resources only when one task is asked for, like taskInfo
 */
@Schema(name = "Task")
public record TaskView(
    String id,
    String state,
    String method,
    int version,
    String backend,
    String topic,
    String owner,
    int priority,
    int attempts,
    int retries,
    int maxRetries,
    int maxAttempts,
    @Nullable Double timeLimitSeconds,
    boolean keepInputs,
    int items,
    long inputBytes,
    @Nullable Long valueBytes,
    @Nullable String failureClass,
    @Nullable String failureGroup,
    @Nullable String rerunOf,
    @Nullable String clientId,
    @Nullable String campaign,
    @Schema(implementation = Object.class) @Nullable JsonValue labels,
    @Schema(implementation = Object.class) @Nullable JsonValue retry,
    Instant readyAt,
    @Nullable Instant startBy,
    @Nullable Instant finishBy,
    TaskTimes timestamps,
    @Nullable Map<String, Integer> licences,
    @Schema(implementation = Object.class) @Nullable JsonValue resources,
    @Schema(implementation = Object.class) @Nullable JsonValue options,
    @Schema(implementation = Object.class) @Nullable JsonValue taskInfo) {

  private static final double MILLIS = 1000;

  /** Colmena's timestamps that belong to the task; the others belong to its attempts. */
  public record TaskTimes(Instant created, Instant inputReceived, @Nullable Instant resultSent) {}

  static TaskView of(Task task) {
    return of(task, null, null, null);
  }

  static TaskView of(Task task, TaskInput input) {
    return of(
        task,
        JsonText.stored(input.resources()),
        JsonText.stored(input.options()),
        JsonText.stored(input.taskInfo()));
  }

  private static TaskView of(
      Task task,
      @Nullable JsonValue resources,
      @Nullable JsonValue options,
      @Nullable JsonValue taskInfo) {
    return new TaskView(
        task.id().toString(),
        task.state().name(),
        task.methodName(),
        task.methodVersion(),
        task.backend(),
        task.topic(),
        task.owner(),
        task.priority(),
        task.attempts(),
        task.retries(),
        task.maxRetries(),
        task.maxAttempts(),
        task.timeLimit().map(TaskView::seconds).orElse(null),
        task.keepInputs(),
        task.items(),
        task.inputBytes(),
        task.valueBytes().orElse(null),
        task.failureClass().map(Enum::name).orElse(null),
        task.failureGroup().orElse(null),
        task.rerunOf().map(Object::toString).orElse(null),
        task.clientId().orElse(null),
        task.campaign().orElse(null),
        task.labels().map(JsonText::stored).orElse(null),
        task.retry().map(JsonText::stored).orElse(null),
        task.readyAt(),
        task.startBy().orElse(null),
        task.finishBy().orElse(null),
        new TaskTimes(task.createdAt(), task.inputReceivedAt(), task.resultSentAt().orElse(null)),
        task.licences().isEmpty() ? null : task.licences(),
        resources,
        options,
        taskInfo);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / MILLIS;
  }
}

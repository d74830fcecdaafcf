package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.rest.AttemptView.FailureView;
import colmenar.task.Attempt;
import colmenar.task.Delivery.Delivered;
import colmenar.task.Result;
import colmenar.task.Task;
import colmenar.task.TaskInput;
import colmenar.task.TaskReport;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a task, or a streamed item, with all that Colmena's {@code Result} records.
 *
 * @param sequence its place in the inbox, and {@code deliveries} how often it was handed out; only
 *     when received by topic
 * @param index of a streamed item within its attempt; left out for the outcome
 * @param complete false for a streamed item
 * @param value left out when there is none
 * @param args left out when the task does not keep its inputs, like kwargs
 * @param failure why it failed
 * @param worker where it ran
 */
@Schema(name = "Result")
public record ResultView(
    @Nullable Long sequence,
    @Nullable Integer deliveries,
    @Nullable Integer index,
    String taskId,
    String state,
    String method,
    int version,
    String topic,
    boolean success,
    boolean complete,
    @Schema(implementation = Object.class) @Nullable JsonValue value,
    @Schema(implementation = Object.class) @Nullable JsonValue args,
    @Schema(implementation = Object.class) @Nullable JsonValue kwargs,
    @Schema(implementation = Object.class) JsonValue taskInfo,
    @Schema(implementation = Object.class) JsonValue resources,
    @Nullable FailureView failure,
    @Schema(implementation = Object.class) @Nullable JsonValue worker,
    @Nullable Integer exitCode,
    Sizes messageSizes,
    Timestamps timestamps,
    @Schema(implementation = Object.class) JsonValue timeSpans,
    int attempt,
    int retries,
    int maxRetries,
    boolean keepInputs) {

  /** Bytes of JSON. */
  public record Sizes(long inputs, @Nullable Long value) {}

  /** Colmena's eight, in the order of a task's life. */
  public record Timestamps(
      Instant created,
      Instant inputReceived,
      @Nullable Instant startTaskSubmission,
      @Nullable Instant taskReceived,
      @Nullable Instant computeStarted,
      @Nullable Instant computeEnded,
      @Nullable Instant resultSent,
      @Nullable Instant resultReceived) {}

  static ResultView of(TaskReport report) {
    return of(report, null, null);
  }

  static ResultView of(Delivered delivered) {
    Result result = delivered.result();
    return of(delivered.report(), result.sequence(), result.deliveries());
  }

  private static ResultView of(
      TaskReport report, @Nullable Long sequence, @Nullable Integer deliveries) {
    Task task = report.task();
    TaskInput input = report.input();
    Optional<Result> result = report.result();
    Optional<Attempt> attempt = report.attempt();
    boolean complete = result.map(Result::complete).orElse(true);
    return new ResultView(
        sequence,
        deliveries,
        complete ? null : result.map(Result::itemIndex).orElse(null),
        task.id().toString(),
        task.state().name(),
        task.methodName(),
        task.methodVersion(),
        task.topic(),
        result.map(Result::success).orElse(false),
        complete,
        result.flatMap(Result::value).map(JsonText::stored).orElse(null),
        task.keepInputs() ? JsonText.stored(input.args()) : null,
        task.keepInputs() ? JsonText.stored(input.kwargs()) : null,
        JsonText.stored(input.taskInfo()),
        JsonText.stored(input.resources()),
        attempt.flatMap(Attempt::failure).map(FailureView::of).orElse(null),
        attempt.flatMap(Attempt::worker).map(JsonText::stored).orElse(null),
        attempt.flatMap(Attempt::exitCode).orElse(null),
        new Sizes(task.inputBytes(), result.flatMap(ResultView::size).orElse(null)),
        timestamps(report),
        timeSpans(input, attempt),
        result.map(Result::attemptNumber).orElse(task.attempts()),
        task.retries(),
        task.maxRetries(),
        task.keepInputs());
  }

  private static Optional<Long> size(Result result) {
    return result.value().map(value -> result.valueBytes());
  }

  private static Timestamps timestamps(TaskReport report) {
    Task task = report.task();
    Optional<Attempt> attempt = report.attempt();
    return new Timestamps(
        task.createdAt(),
        task.inputReceivedAt(),
        attempt.map(Attempt::submittedAt).orElse(null),
        attempt.flatMap(Attempt::receivedAt).orElse(null),
        attempt.flatMap(Attempt::startedAt).orElse(null),
        attempt.flatMap(Attempt::endedAt).orElse(null),
        report.result().map(Result::sentAt).orElse(null),
        report.result().flatMap(Result::receivedAt).orElse(null));
  }

  /** What the client measured, and what the worker did. */
  private static JsonValue timeSpans(TaskInput input, Optional<Attempt> attempt) {
    JsonObjectBuilder spans =
        JsonText.JSON.createObjectBuilder(JsonText.stored(input.timeSpans()).asJsonObject());
    attempt
        .flatMap(Attempt::spans)
        .map(json -> JsonText.stored(json).asJsonObject())
        .ifPresent(measured -> measured.forEach(spans::add));
    return spans.build();
  }
}

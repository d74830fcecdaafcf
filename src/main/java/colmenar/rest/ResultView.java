package colmenar.rest;

import colmenar.rest.AttemptView.FailureView;
import jakarta.json.JsonValue;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a task, or a streamed item, for the API description; {@link ResultJson} writes it:
 * all that Colmena's {@code Result} records.
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
}

package colmenar.rest;

import colmenar.backend.Failure;
import colmenar.json.JsonText;
import colmenar.task.Attempt;
import jakarta.json.JsonValue;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One try of a task.
 *
 * @param outcome the terminal state it led to by itself; left out while it is not over
 * @param nativeId what the backend calls it
 * @param exitCode of the process, 128+n when signal n ended it
 * @param note what the owner should know about a cancel
 * @param progress from 0 to 1
 * @param timeSpans seconds by name
 */
@Schema(name = "Attempt")
public record AttemptView(
    String id,
    int number,
    String backend,
    @Nullable String outcome,
    @Nullable String nativeId,
    @Nullable Integer exitCode,
    @Nullable FailureView failure,
    @Nullable String note,
    @Nullable Double progress,
    @Nullable String progressMessage,
    AttemptTimes timestamps,
    @Schema(implementation = Object.class) @Nullable JsonValue timeSpans,
    @Schema(implementation = Object.class) @Nullable JsonValue worker) {

  /** Colmena's timestamps that belong to an attempt, and when it was queued and told to be over. */
  public record AttemptTimes(
      Instant startTaskSubmission,
      @Nullable Instant accepted,
      @Nullable Instant taskReceived,
      @Nullable Instant computeStarted,
      @Nullable Instant computeEnded,
      @Nullable Instant finished) {}

  /**
   * Why it failed.
   *
   * @param failureClass APPLICATION, TIME_LIMIT, INFRASTRUCTURE or REJECTED
   * @param type of the exception or condition
   */
  @Schema(name = "Failure")
  public record FailureView(
      String failureClass, String type, String message, @Nullable String traceback) {

    static FailureView of(Failure failure) {
      return new FailureView(
          failure.failureClass().name(), failure.type(), failure.message(), failure.traceback());
    }
  }

  static AttemptView of(Attempt attempt) {
    return new AttemptView(
        attempt.id().toString(),
        attempt.number(),
        attempt.backend(),
        attempt.outcome().map(Enum::name).orElse(null),
        attempt.nativeId().orElse(null),
        attempt.exitCode().orElse(null),
        attempt.failure().map(FailureView::of).orElse(null),
        attempt.note().orElse(null),
        attempt.progress().orElse(null),
        attempt.progressMessage().orElse(null),
        new AttemptTimes(
            attempt.submittedAt(),
            attempt.acceptedAt().orElse(null),
            attempt.receivedAt().orElse(null),
            attempt.startedAt().orElse(null),
            attempt.endedAt().orElse(null),
            attempt.finishedAt().orElse(null)),
        attempt.spans().map(JsonText::stored).orElse(null),
        attempt.worker().map(JsonText::stored).orElse(null));
  }
}

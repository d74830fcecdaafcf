package colmenar.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A submission for the API description; {@link SubmissionJson} reads it. */
@Schema(name = "Submission")
public record SubmissionBody(
    @Schema(required = true, description = "Name of a method in the catalog") String method,
    @Schema(description = "Of the method; the latest unless given") @Nullable Integer version,
    @Schema(description = "Positional arguments, any JSON") @Nullable List<Object> args,
    @Schema(description = "Keyword arguments, any JSON") @Nullable Map<String, Object> kwargs,
    @Schema(description = "One of the method's backends; its first unless given")
        @Nullable String backend,
    @Schema(description = "Routes the result to its consumer", defaultValue = "default")
        @Nullable String topic,
    @Schema(description = "Any JSON; comes back with the result") @Nullable Object taskInfo,
    @Schema(description = "Whether the inputs come back with the result", defaultValue = "true")
        @Nullable Boolean keepInputs,
    @Schema(description = "Higher runs earlier, -1000 to 1000", defaultValue = "0")
        @Nullable Integer priority,
    @Schema(
            description =
                "Attempts after the first that failures of the application and time limits may"
                    + " cost; the method's unless given")
        @Nullable Integer maxRetries,
    @Schema(
            description =
                "Attempts of any cause, lost infrastructure included; with 1 the code is started"
                    + " at most once")
        @Nullable Integer maxAttempts,
    @Schema(description = "Of one attempt, fractions allowed") @Nullable Double timeLimitSeconds,
    @Schema(description = "What the task asks for; the method's defaults fill the rest")
        @Nullable ResourcesBody resources,
    @Schema(
            description =
                "Units of shared resources that an attempt takes, such as {\"ansys\": 2}, where an"
                    + " administrator has limited them; the method's unless given, 0 for none")
        @Nullable Map<String, Integer> licences,
    @Schema(description = "For the backend, such as Globus Compute's userEndpointConfig")
        @Nullable Map<String, Object> options,
    @Schema(description = "When the client made it, by its own clock") @Nullable Instant created,
    @Schema(description = "Seconds that the client measured, such as serializeInputs")
        @Nullable Map<String, Double> timeSpans,
    @Schema(description = "No attempt is made before") @Nullable Instant notBefore,
    @Schema(description = "Fails when it has not begun by then") @Nullable Instant startBy,
    @Schema(description = "Fails, and is ended if need be, when it is not over by then")
        @Nullable Instant finishBy,
    @Schema(description = "Like startBy, counted from when it may begin")
        @Nullable Double waitLimitSeconds,
    @Schema(description = "Like finishBy, counted from the submit")
        @Nullable Double totalLimitSeconds,
    @Schema(description = "How it is retried; the method's way fills the rest")
        @Nullable RetryBody retry,
    @Schema(description = "Under which tasks are grouped") @Nullable String campaign,
    @Schema(description = "Up to 20, to find tasks by") @Nullable Map<String, String> labels,
    @Schema(description = "The same from the same owner is the same task, made once")
        @Nullable String clientId) {

  /** How a task is retried. */
  @Schema(name = "Retry")
  public record RetryBody(
      @Schema(
              description = "Classes of failures that are tried again",
              enumeration = {"APPLICATION", "TIME_LIMIT", "INFRASTRUCTURE", "REJECTED"})
          @Nullable List<String> on,
      @Schema(description = "Before the second attempt", defaultValue = "0.5")
          @Nullable Double delaySeconds,
      @Schema(description = "By which the delay grows each time", defaultValue = "2")
          @Nullable Double factor,
      @Schema(defaultValue = "120") @Nullable Double maxDelaySeconds,
      @Schema(description = "Part of the delay left to chance, 0 to 1", defaultValue = "0.5")
          @Nullable Double jitter) {}

  /** What a task asks for. */
  @Schema(name = "Resources")
  public record ResourcesBody(
      @Schema(defaultValue = "1") @Nullable Integer nodes,
      @Schema(description = "MPI ranks on each node", defaultValue = "1")
          @Nullable Integer processesPerNode,
      @Schema(defaultValue = "1") @Nullable Integer threadsPerProcess,
      @Schema(description = "Per node, MiB") @Nullable Integer memoryMb,
      @Schema(description = "Per node") @Nullable Integer gpus,
      @Schema(description = "To ask a scheduler for") @Nullable Integer walltimeSeconds,
      @Schema(description = "Scheduler queue or partition") @Nullable String queue,
      @Schema(description = "Scheduler account or project") @Nullable String account) {}
}

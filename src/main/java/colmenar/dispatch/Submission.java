package colmenar.dispatch;

import colmenar.task.TaskRequest.ClientId;
import colmenar.task.TaskRequest.Schedule;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as a client makes it; what is null is left to the method's defaults.
 *
 * @param version of the method; null for the latest
 * @param licences units of shared resources that it takes, by name
 * @param taskInfo whatever the client wants to find with the result
 * @param created when the client made it, by its own clock
 * @param timeSpans seconds the client measured
 * @param retry what is to be different from the method's way of retrying
 */
public record Submission(
    String method,
    @Nullable Integer version,
    JsonArray args,
    JsonObject kwargs,
    @Nullable String backend,
    String topic,
    JsonValue taskInfo,
    boolean keepInputs,
    int priority,
    @Nullable Integer maxRetries,
    @Nullable Integer maxAttempts,
    @Nullable Duration timeLimit,
    JsonObject resources,
    JsonObject licences,
    JsonObject options,
    @Nullable Instant created,
    JsonObject timeSpans,
    Schedule schedule,
    JsonObject retry,
    @Nullable String campaign,
    Map<String, String> labels,
    @Nullable ClientId clientId) {

  public Submission {
    labels = Map.copyOf(labels);
  }
}

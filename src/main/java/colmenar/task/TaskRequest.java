package colmenar.task;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request that has been checked against the catalog, every default filled in.
 *
 * @param resources as JSON, see {@link colmenar.method.ResourcesJson}
 * @param licences units of shared resources that an attempt takes, by name
 * @param options for the backend
 * @param taskInfo whatever the client wants to find with the result
 * @param created when the client made it, by its own clock; null when it did not say
 * @param timeSpans seconds the client measured, such as {@code serializeInputs}
 * @param rerunOf the task that this one repeats
 */
public record TaskRequest(
    String method,
    int version,
    String backend,
    String topic,
    JsonArray args,
    JsonObject kwargs,
    JsonObject resources,
    Map<String, Integer> licences,
    JsonObject options,
    JsonValue taskInfo,
    JsonObject timeSpans,
    boolean keepInputs,
    int priority,
    int maxRetries,
    int maxAttempts,
    @Nullable Duration timeLimit,
    @Nullable Instant created,
    @Nullable UUID rerunOf) {

  public TaskRequest {
    licences = Map.copyOf(licences);
  }

  /** Size of the inputs as JSON in UTF-8. */
  long inputBytes() {
    return bytes(args) + bytes(kwargs);
  }

  private static long bytes(JsonValue json) {
    return json.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}

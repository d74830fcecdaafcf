package colmenar.task;

import colmenar.json.JsonText;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
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
 * @param retry how it is retried, see {@link RetryPolicy}; empty for the usual way
 * @param campaign under which its owner groups tasks
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
    @Nullable UUID rerunOf,
    Schedule schedule,
    JsonObject retry,
    @Nullable String campaign,
    Map<String, String> labels,
    @Nullable ClientId clientId) {

  public TaskRequest {
    licences = Map.copyOf(licences);
    labels = Map.copyOf(labels);
  }

  /**
   * What the client calls the task.
   *
   * @param id the same one from the same owner is the same task
   * @param print of what is asked for under it
   */
  public record ClientId(String id, String print) {}

  /**
   * When a task may begin and must end; what is null does not matter.
   *
   * @param startBy a task that has not begun by then fails
   * @param finishBy a task that is not over by then fails
   * @param startWithin like {@code startBy}, counted from when it may begin
   * @param finishWithin like {@code finishBy}, counted from the submit
   */
  public record Schedule(
      @Nullable Instant notBefore,
      @Nullable Instant startBy,
      @Nullable Instant finishBy,
      @Nullable Duration startWithin,
      @Nullable Duration finishWithin) {

    /** At once, and for as long as it takes. */
    public static final Schedule FREE = new Schedule(null, null, null, null, null);

    Instant ready(Instant now) {
      return notBefore == null || notBefore.isBefore(now) ? now : notBefore;
    }

    @Nullable Instant startBy(Instant now) {
      return earlier(startBy, startWithin == null ? null : ready(now).plus(startWithin));
    }

    @Nullable Instant finishBy(Instant now) {
      return earlier(finishBy, finishWithin == null ? null : now.plus(finishWithin));
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return one.isBefore(other) ? one : other;
    }
  }

  /** Size of the inputs as JSON in UTF-8. */
  long inputBytes() {
    return (long) JsonText.bytes(args.toString()) + JsonText.bytes(kwargs.toString());
  }
}

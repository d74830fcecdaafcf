package colmenar.task;

import colmenar.json.Json;
import colmenar.task.TaskRequest.ClientId;
import colmenar.task.TaskRequest.Schedule;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests with everything at its default but what a test is about. */
public final class TaskRequests {

  private TaskRequests() {}

  public static TaskRequest any() {
    return of("local", 0, 4, 0, null);
  }

  public static TaskRequest on(String backend) {
    return of(backend, 0, 4, 0, null);
  }

  public static TaskRequest retried(int maxRetries, int maxAttempts) {
    return of("local", maxRetries, maxAttempts, 0, null);
  }

  public static TaskRequest urgent(int priority) {
    return of("local", 0, 4, priority, null);
  }

  public static TaskRequest limited(Duration timeLimit) {
    return of("local", 0, 4, 0, timeLimit);
  }

  public static TaskRequest planned(Schedule schedule, JsonObject retry) {
    return of("add", Map.of(), "local", 5, 9, 0, null, schedule, retry, null, null);
  }

  public static TaskRequest called(String clientId, String print) {
    return of(
        "add",
        Map.of(),
        "local",
        0,
        4,
        0,
        null,
        Schedule.FREE,
        JsonValue.EMPTY_JSON_OBJECT,
        null,
        new ClientId(clientId, print));
  }

  public static TaskRequest in(@Nullable String campaign) {
    return of(
        "add",
        Map.of(),
        "local",
        0,
        4,
        0,
        null,
        Schedule.FREE,
        JsonValue.EMPTY_JSON_OBJECT,
        campaign,
        null);
  }

  public static TaskRequest taking(String method, Map<String, Integer> licences) {
    return of(
        method,
        licences,
        "local",
        0,
        4,
        0,
        null,
        Schedule.FREE,
        JsonValue.EMPTY_JSON_OBJECT,
        null,
        null);
  }

  private static TaskRequest of(
      String backend, int maxRetries, int maxAttempts, int priority, @Nullable Duration timeLimit) {
    return of(
        "add",
        Map.of(),
        backend,
        maxRetries,
        maxAttempts,
        priority,
        timeLimit,
        Schedule.FREE,
        JsonValue.EMPTY_JSON_OBJECT,
        null,
        null);
  }

  private static TaskRequest of(
      String method,
      Map<String, Integer> licences,
      String backend,
      int maxRetries,
      int maxAttempts,
      int priority,
      @Nullable Duration timeLimit,
      Schedule schedule,
      JsonObject retry,
      @Nullable String campaign,
      @Nullable ClientId clientId) {
    return new TaskRequest(
        method,
        1,
        backend,
        "default",
        Json.array("[1, 'ä']"),
        Json.object("{'b': 2}"),
        JsonValue.EMPTY_JSON_OBJECT,
        licences,
        JsonValue.EMPTY_JSON_OBJECT,
        JsonValue.NULL,
        JsonValue.EMPTY_JSON_OBJECT,
        true,
        priority,
        maxRetries,
        maxAttempts,
        timeLimit,
        null,
        null,
        schedule,
        retry,
        campaign,
        Map.of(),
        clientId);
  }
}

package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.json.JsonText;
import colmenar.problem.RefusedException;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the service says of a task that is over; either of both texts is there.
 *
 * @param value what the function returned, as the service passes it on
 * @param failure what went wrong around the function, mostly a traceback
 */
record TaskResult(UUID task, @Nullable String value, @Nullable String failure) {

  /** Of which kind a message is. */
  private static final byte JSON_MESSAGE = 1;

  private static final String UNKNOWN = "Unknown task id";
  private static final String UNEXPLAINED = "the service says nothing more of it";

  /**
   * From a queue.
   *
   * @throws IllegalArgumentException when it is no result; the message says what it is
   */
  static TaskResult ofMessage(byte[] body) {
    if (body.length == 0 || body[0] != JSON_MESSAGE) {
      throw new IllegalArgumentException("a message that is not JSON");
    }
    JsonObject message = object(new String(body, 1, body.length - 1, UTF_8));
    String type = text(message, "message_type");
    if (!"result".equals(type)) {
      throw new IllegalArgumentException("a message of type " + type);
    }
    JsonObject data = object(message.get("data"));
    String value = text(data, "data");
    if (data.get("error_details") instanceof JsonObject details) {
      return failed(id(data), value, text(details, "user_message"));
    }
    if (value == null) {
      throw new IllegalArgumentException("a result without data");
    }
    return new TaskResult(id(data), value, null);
  }

  /** Whether the service knows nothing of the task. */
  static boolean isUnknown(JsonObject status) {
    return UNKNOWN.equals(text(status, "reason"));
  }

  /** From the status of a task; empty while it is not over. */
  static Optional<TaskResult> ofStatus(UUID task, JsonObject status) {
    String word = String.valueOf(text(status, "status")).toLowerCase(Locale.ROOT);
    String value = text(status, "result");
    if (word.equals("success") && value != null) {
      return Optional.of(new TaskResult(task, value, null));
    }
    if (word.equals("failed")) {
      return Optional.of(failed(task, text(status, "exception"), text(status, "reason")));
    }
    return Optional.empty();
  }

  /** What the function told of its attempts; empty when it did not return, or something else. */
  Optional<List<JsonObject>> outcomes() {
    String returned = value;
    if (returned == null) {
      return Optional.empty();
    }
    try {
      return Wire.json(returned)
          .map(JsonText::parse)
          .filter(JsonArray.class::isInstance)
          .map(list -> list.asJsonArray().getValuesAs(JsonValue.class))
          .filter(list -> list.stream().allMatch(TaskResult::isOutcome))
          .map(list -> list.stream().map(JsonValue::asJsonObject).toList());
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }

  private static boolean isOutcome(JsonValue value) {
    try {
      return value instanceof JsonObject outcome && attempt(outcome).version() >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Which attempt an outcome is of. */
  static UUID attempt(JsonObject outcome) {
    return UUID.fromString(String.valueOf(text(outcome, "attempt")));
  }

  private static TaskResult failed(UUID task, @Nullable String first, @Nullable String second) {
    String failure = first == null ? second : first;
    return new TaskResult(task, null, failure == null ? UNEXPLAINED : failure);
  }

  private static UUID id(JsonObject data) {
    String id = text(data, "task_id");
    if (id == null) {
      throw new IllegalArgumentException("a result without task_id");
    }
    return UUID.fromString(id);
  }

  private static JsonObject object(String text) {
    try {
      return object(JsonText.parse(text));
    } catch (RefusedException e) {
      throw new IllegalArgumentException("a message that is " + e.getMessage(), e);
    }
  }

  private static JsonObject object(@Nullable JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("a message without data");
  }

  private static @Nullable String text(JsonObject json, String name) {
    return json.get(name) instanceof JsonString text ? text.getString() : null;
  }
}

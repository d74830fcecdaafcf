package colmenar.rest;

import colmenar.dispatch.Submission;
import colmenar.json.JsonText;
import colmenar.json.Schema;
import colmenar.problem.InvalidException;
import colmenar.task.TaskRequest.ClientId;
import colmenar.task.TaskRequest.Schedule;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a submission; its schema is {@code schema/submit-task.json}. */
final class SubmissionJson {

  private static final Schema SCHEMA = Schema.packaged("submit-task.json");

  /** What a client that tries again measures again. */
  private static final Set<String> CHANGES_WITH_EVERY_TRY = Set.of("created", "timeSpans");

  private SubmissionJson() {}

  static Submission read(JsonValue body) {
    JsonObject json = RequestBodies.object(body);
    SCHEMA.check("the submission", json);
    return new Submission(
        json.getString("method"),
        integer(json, "version"),
        json.get("args") instanceof JsonArray args ? args : JsonValue.EMPTY_JSON_ARRAY,
        object(json, "kwargs"),
        string(json, "backend"),
        json.getString("topic", "default"),
        json.getOrDefault("taskInfo", JsonValue.NULL),
        json.getBoolean("keepInputs", true),
        json.getInt("priority", 0),
        integer(json, "maxRetries"),
        integer(json, "maxAttempts"),
        JsonText.seconds(json, "timeLimitSeconds"),
        object(json, "resources"),
        object(json, "licences"),
        object(json, "options"),
        instant(json, "created"),
        object(json, "timeSpans"),
        new Schedule(
            instant(json, "notBefore"),
            instant(json, "startBy"),
            instant(json, "finishBy"),
            JsonText.seconds(json, "waitLimitSeconds"),
            JsonText.seconds(json, "totalLimitSeconds")),
        object(json, "retry"),
        string(json, "campaign"),
        texts(json, "labels"),
        clientId(json));
  }

  private static @Nullable ClientId clientId(JsonObject json) {
    String id = string(json, "clientId");
    return id == null ? null : new ClientId(id, Prints.of(json, CHANGES_WITH_EVERY_TRY));
  }

  private static Map<String, String> texts(JsonObject json, String name) {
    Map<String, String> texts = new TreeMap<>();
    object(json, name).forEach((key, value) -> texts.put(key, ((JsonString) value).getString()));
    return texts;
  }

  private static JsonObject object(JsonObject json, String name) {
    return json.get(name) instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
  }

  private static @Nullable Integer integer(JsonObject json, String name) {
    return json.get(name) instanceof JsonNumber number ? number.intValue() : null;
  }

  private static @Nullable String string(JsonObject json, String name) {
    return json.get(name) instanceof JsonString string ? string.getString() : null;
  }

  private static @Nullable Instant instant(JsonObject json, String name) {
    String text = string(json, name);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new InvalidException(name, "no date and time with an offset: " + text);
    }
  }
}

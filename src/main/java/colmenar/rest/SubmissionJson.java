package colmenar.rest;

import colmenar.dispatch.Submission;
import colmenar.json.JsonText;
import colmenar.json.Schema;
import colmenar.task.TaskRequest.ClientId;
import colmenar.task.TaskRequest.Schedule;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
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
        JsonText.string(json, "backend"),
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
        JsonText.instant(json, "created", "created"),
        object(json, "timeSpans"),
        new Schedule(
            JsonText.instant(json, "notBefore", "notBefore"),
            JsonText.instant(json, "startBy", "startBy"),
            JsonText.instant(json, "finishBy", "finishBy"),
            JsonText.seconds(json, "waitLimitSeconds"),
            JsonText.seconds(json, "totalLimitSeconds")),
        object(json, "retry"),
        JsonText.string(json, "campaign"),
        texts(json, "labels"),
        clientId(json));
  }

  private static @Nullable ClientId clientId(JsonObject json) {
    String id = JsonText.string(json, "clientId");
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
}

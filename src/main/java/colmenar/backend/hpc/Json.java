package colmenar.backend.hpc;

import colmenar.json.JsonText;
import colmenar.problem.MalformedException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What schedulers write as JSON: they are not strict about types, nor about what is there. */
final class Json {

  private Json() {}

  /**
   * @throws IllegalArgumentException when it is no object
   */
  static JsonObject object(String text) {
    if (parse(text) instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("the scheduler's answer is no JSON object");
  }

  /**
   * @throws IllegalArgumentException when it is no array of objects
   */
  static List<JsonObject> objects(String text) {
    return objects(parse(text));
  }

  /** See {@link #objects(String)}. */
  static List<JsonObject> objects(@Nullable JsonValue value) {
    if (value == null || value.getValueType() != JsonValue.ValueType.ARRAY) {
      throw new IllegalArgumentException("the scheduler's answer has no list of jobs");
    }
    return value.asJsonArray().stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  private static JsonValue parse(String text) {
    try {
      return JsonText.parse(text);
    } catch (MalformedException e) {
      throw new IllegalArgumentException("the scheduler's answer is no JSON: " + e.getMessage(), e);
    }
  }

  /** Empty when there is none. */
  static String text(JsonObject object, String name) {
    JsonValue value = object.get(name);
    if (value instanceof JsonString string) {
      return string.getString();
    }
    return value instanceof JsonNumber number ? number.toString() : "";
  }

  /** Whether written as a number or as a text; null when there is none. */
  static @Nullable Integer number(JsonObject object, String name) {
    String text = text(object, name).strip();
    return text.matches("-?\\d{1,9}") ? Integer.valueOf(text) : null;
  }
}

package colmenar.json;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** JSON written in Java with single quotes. */
public final class Json {

  private Json() {}

  public static JsonValue value(String text) {
    return JsonText.parse(text.replace('\'', '"'));
  }

  public static JsonObject object(String text) {
    return value(text).asJsonObject();
  }

  public static JsonArray array(String text) {
    return value(text).asJsonArray();
  }
}

package colmenar.method;

import colmenar.backend.Resources;
import colmenar.json.JsonText;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import org.jspecify.annotations.Nullable;

/** Resources as JSON, with the names of {@link Resources}. */
public final class ResourcesJson {

  private ResourcesJson() {}

  public static Resources of(JsonObject json) {
    return new Resources(
        json.getInt("nodes", 1),
        json.getInt("processesPerNode", 1),
        json.getInt("threadsPerProcess", 1),
        integer(json, "memoryMb"),
        integer(json, "gpus"),
        integer(json, "walltimeSeconds"),
        string(json, "queue"),
        string(json, "account"));
  }

  /** All that is set; what is null is left out. */
  public static JsonObject json(Resources resources) {
    JsonObjectBuilder builder =
        JsonText.JSON
            .createObjectBuilder()
            .add("nodes", resources.nodes())
            .add("processesPerNode", resources.processesPerNode())
            .add("threadsPerProcess", resources.threadsPerProcess());
    add(builder, "memoryMb", resources.memoryMb());
    add(builder, "gpus", resources.gpus());
    add(builder, "walltimeSeconds", resources.walltimeSeconds());
    add(builder, "queue", resources.queue());
    add(builder, "account", resources.account());
    return builder.build();
  }

  private static void add(JsonObjectBuilder builder, String name, @Nullable Integer value) {
    if (value != null) {
      builder.add(name, value);
    }
  }

  private static void add(JsonObjectBuilder builder, String name, @Nullable String value) {
    if (value != null) {
      builder.add(name, value);
    }
  }

  private static @Nullable Integer integer(JsonObject json, String name) {
    return json.get(name) instanceof JsonNumber number ? number.intValue() : null;
  }

  private static @Nullable String string(JsonObject json, String name) {
    return json.get(name) instanceof JsonString string ? string.getString() : null;
  }
}

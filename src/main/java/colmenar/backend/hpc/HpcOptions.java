package colmenar.backend.hpc;

import colmenar.json.JsonText;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task asks of a site besides its resources: the {@code options} of a task or method.
 *
 * @param qos quality of service; null for that of the site
 * @param constraint features that nodes must have; null for that of the site
 * @param directives more of them for the scheduler, without its mark
 * @param requeue whether the scheduler may start it again, after the loss of a node for example
 * @param stageIn by path in the run directory, what is copied there from the server's exchange
 *     directory
 * @param stageOut by path in the run directory, where it is copied to in the exchange directory
 * @param warnSeconds so long before the end of its walltime the code gets a signal; null for never
 * @param warnSignal which
 */
record HpcOptions(
    @Nullable String qos,
    @Nullable String constraint,
    List<String> directives,
    boolean requeue,
    Map<String, String> stageIn,
    Map<String, String> stageOut,
    @Nullable Integer warnSeconds,
    String warnSignal) {

  static final HpcOptions NONE =
      new HpcOptions(null, null, List.of(), false, Map.of(), Map.of(), null, "SIGUSR1");

  private static final Set<String> NAMES =
      Set.of(
          "qos",
          "constraint",
          "directives",
          "requeue",
          "stageIn",
          "stageOut",
          "warnSeconds",
          "warnSignal");

  private static final Set<String> SIGNALS =
      Set.of("SIGUSR1", "SIGUSR2", "SIGTERM", "SIGINT", "SIGHUP");

  HpcOptions {
    directives = List.copyOf(directives);
    stageIn = Map.copyOf(stageIn);
    stageOut = Map.copyOf(stageOut);
  }

  /**
   * @param json an object
   * @throws IllegalArgumentException naming what is wrong in it
   */
  static HpcOptions parse(String json) {
    JsonObject options = JsonText.stored(json).asJsonObject();
    for (String name : options.keySet()) {
      if (!NAMES.contains(name)) {
        throw wrong(name, "is unknown; there are " + NAMES.stream().sorted().toList());
      }
    }
    return new HpcOptions(
        text(options, "qos"),
        text(options, "constraint"),
        texts(options, "directives"),
        truth(options, "requeue"),
        paths(options, "stageIn"),
        paths(options, "stageOut"),
        seconds(options, "warnSeconds"),
        signal(options));
  }

  private static IllegalArgumentException wrong(String name, String how) {
    return new IllegalArgumentException("options.%s %s".formatted(name, how));
  }

  private static @Nullable String text(JsonObject options, String name) {
    JsonValue value = options.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof JsonString text) {
      return text.getString();
    }
    throw wrong(name, "must be a text");
  }

  private static List<String> texts(JsonObject options, String name) {
    JsonValue value = options.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof JsonArray array && array.stream().allMatch(JsonString.class::isInstance)) {
      return array.getValuesAs(JsonString::getString);
    }
    throw wrong(name, "must be an array of texts");
  }

  private static boolean truth(JsonObject options, String name) {
    JsonValue value = options.getOrDefault(name, JsonValue.FALSE);
    if (value.equals(JsonValue.TRUE) || value.equals(JsonValue.FALSE)) {
      return value.equals(JsonValue.TRUE);
    }
    throw wrong(name, "must be true or false");
  }

  private static Map<String, String> paths(JsonObject options, String name) {
    JsonValue value = options.getOrDefault(name, JsonValue.EMPTY_JSON_OBJECT);
    if (!(value instanceof JsonObject object)) {
      throw wrong(name, "must be an object of paths");
    }
    Map<String, String> paths = new LinkedHashMap<>();
    for (Map.Entry<String, JsonValue> each : object.entrySet()) {
      if (!(each.getValue() instanceof JsonString path)) {
        throw wrong(name + "." + each.getKey(), "must be a path");
      }
      paths.put(
          RelativePath.checked("options." + name, each.getKey()),
          RelativePath.checked("options.%s.%s".formatted(name, each.getKey()), path.getString()));
    }
    return paths;
  }

  private static @Nullable Integer seconds(JsonObject options, String name) {
    JsonValue value = options.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof JsonNumber number && number.isIntegral() && number.intValue() > 0) {
      return number.intValue();
    }
    throw wrong(name, "must be a number of seconds");
  }

  private static String signal(JsonObject options) {
    String name = text(options, "warnSignal");
    if (name == null) {
      return NONE.warnSignal;
    }
    if (!SIGNALS.contains(name)) {
      throw wrong("warnSignal", "must be one of " + SIGNALS.stream().sorted().toList());
    }
    return name;
  }
}

package colmenar.backend.globus;

import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Set;

/**
 * What a task asks of an endpoint besides its resources: the {@code options} of a task or method.
 *
 * @param userConfig as {@code user_endpoint_config}, over that of the endpoint's settings
 * @param launcherOptions more words for the launcher of an MPI program, as {@code
 *     launcher_options}; empty for none
 */
record EndpointOptions(JsonObject userConfig, String launcherOptions) {

  private static final String USER_CONFIG = "userEndpointConfig";
  private static final String LAUNCHER_OPTIONS = "launcherOptions";
  private static final Set<String> NAMES = Set.of(USER_CONFIG, LAUNCHER_OPTIONS);

  /** Names that an endpoint keeps for itself; with one of them it would not start. */
  private static final Set<String> RESERVED =
      Set.of("parent_config", "user_runtime", "mapped_identity", "_GC");

  /**
   * @param json an object
   * @throws IllegalArgumentException naming what is wrong in it
   */
  static EndpointOptions parse(String json) {
    JsonObject options = JsonText.stored(json).asJsonObject();
    for (String name : options.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "options.%s is unknown; there are %s".formatted(name, NAMES));
      }
    }
    JsonValue userConfig = options.getOrDefault(USER_CONFIG, JsonValue.EMPTY_JSON_OBJECT);
    if (!(userConfig instanceof JsonObject object)) {
      throw new IllegalArgumentException("options.%s must be an object".formatted(USER_CONFIG));
    }
    checkNames(object, "options." + USER_CONFIG);
    if (!options.containsKey(LAUNCHER_OPTIONS)) {
      return new EndpointOptions(object, "");
    }
    if (options.get(LAUNCHER_OPTIONS) instanceof JsonString text) {
      return new EndpointOptions(object, text.getString());
    }
    throw new IllegalArgumentException("options.%s must be a text".formatted(LAUNCHER_OPTIONS));
  }

  /**
   * @throws IllegalArgumentException naming what the endpoint keeps for itself
   */
  static void checkNames(JsonObject userConfig, String where) {
    for (String name : userConfig.keySet()) {
      if (RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            "%s.%s is reserved by the service".formatted(where, name));
      }
    }
  }
}

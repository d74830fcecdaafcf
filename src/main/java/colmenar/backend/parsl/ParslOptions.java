package colmenar.backend.parsl;

import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.Set;

/**
 * What a task asks of Parsl besides its resources: the {@code options} of a task or method.
 *
 * @param launcherOptions more words for the launcher of an MPI program, as Parsl's {@code
 *     launcher_options}
 */
record ParslOptions(String launcherOptions) {

  private static final String LAUNCHER_OPTIONS = "launcherOptions";

  /**
   * @param json an object
   * @throws IllegalArgumentException naming what is wrong in it
   */
  static ParslOptions parse(String json) {
    JsonObject options = JsonText.stored(json).asJsonObject();
    Set<String> known = Set.of(LAUNCHER_OPTIONS);
    for (String name : options.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "options.%s is unknown; there are %s".formatted(name, known));
      }
    }
    if (!options.containsKey(LAUNCHER_OPTIONS)) {
      return new ParslOptions("");
    }
    if (options.get(LAUNCHER_OPTIONS) instanceof JsonString text) {
      return new ParslOptions(text.getString());
    }
    throw new IllegalArgumentException("options.%s must be a text".formatted(LAUNCHER_OPTIONS));
  }
}

package colmenar.method;

import colmenar.json.JsonText;
import colmenar.platform.Phase;
import colmenar.platform.SingleInstance;
import colmenar.problem.InvalidException;
import colmenar.problem.RefusedException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Loads the definitions of a directory at start-up: one JSON file per method, named after it.
 *
 * <p>Python source may stand in a file beside it, named by {@code sourceFile}. A file that does not
 * fit is reported and left out; the others are loaded.
 */
@SingleInstance
class MethodFiles {

  private static final Logger LOG = System.getLogger(MethodFiles.class.getName());
  private static final String SUFFIX = ".json";
  private static final String LOADED_BY = "start-up";

  private final Methods methods;
  private final Optional<String> directory;

  @Inject
  MethodFiles(
      Methods methods, @ConfigProperty(name = "colmenar.methods.dir") Optional<String> directory) {
    this.methods = methods;
    this.directory = directory;
  }

  void load(@Observes @Priority(Phase.CONTENT) Startup event) {
    directory.filter(name -> !name.isBlank()).map(Path::of).ifPresent(this::load);
  }

  private void load(Path root) {
    try (Stream<Path> files = Files.list(root)) {
      List<Path> definitions =
          files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
      definitions.forEach(this::loadFile);
    } catch (IOException e) {
      LOG.log(Level.ERROR, () -> "colmenar.methods.dir cannot be read: " + e);
    }
  }

  private void loadFile(Path file) {
    try {
      String fileName = String.valueOf(file.getFileName());
      String name = fileName.substring(0, fileName.length() - SUFFIX.length());
      Method method = methods.put(name, withSources(file), LOADED_BY);
      LOG.log(
          Level.INFO, () -> "method " + name + " version " + method.version() + " from " + file);
    } catch (IOException | RefusedException e) {
      LOG.log(Level.ERROR, () -> "method file " + file + " is left out: " + describe(e));
    }
  }

  private static String describe(Exception e) {
    return e instanceof InvalidException invalid
        ? e.getMessage() + " " + invalid.errors()
        : String.valueOf(e.getMessage());
  }

  /** The definition, with each {@code sourceFile} replaced by the {@code source} it names. */
  private static JsonObject withSources(Path file) throws IOException {
    JsonValue json = JsonText.parse(Files.readString(file));
    if (!(json instanceof JsonObject definition)) {
      throw new InvalidException("", "expected a JSON object");
    }
    JsonObject result = withSource(definition, file);
    for (String step : List.of("preprocess", "postprocess")) {
      if (result.get(step) instanceof JsonObject python) {
        result =
            JsonText.JSON.createObjectBuilder(result).add(step, withSource(python, file)).build();
      }
    }
    return result;
  }

  private static JsonObject withSource(JsonObject python, Path file) throws IOException {
    if (!(python.get("sourceFile") instanceof JsonString name)) {
      return python;
    }
    String source = Files.readString(file.resolveSibling(name.getString()));
    return JsonText.JSON
        .createObjectBuilder(python)
        .remove("sourceFile")
        .add("source", source)
        .build();
  }
}

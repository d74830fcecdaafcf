package colmenar.method;

import colmenar.backend.Code;
import colmenar.backend.Resources;
import colmenar.json.JsonText;
import colmenar.json.Schema;
import colmenar.problem.InvalidException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a method is, read from its JSON.
 *
 * @param json the definition as it was given, with its name
 * @param backends where it may run; the first is where it runs unless a task says otherwise
 * @param parameters names of the positional arguments, in order
 * @param inputSchema checks the named arguments; null when they are not checked
 * @param maxRetries attempts after the first that failures of the application may cost, unless a
 *     task says otherwise
 * @param maxAttempts attempts of any cause, unless a task says otherwise; null for the default
 * @param timeLimit of one attempt, unless a task says otherwise; null for none
 */
public record MethodDefinition(
    String name,
    JsonObject json,
    Code code,
    List<String> backends,
    List<String> parameters,
    @Nullable Schema inputSchema,
    int maxRetries,
    @Nullable Integer maxAttempts,
    @Nullable Duration timeLimit) {

  private static final List<String> DEFAULT_BACKENDS = List.of("local");

  private static final Map<String, Schema> SCHEMAS =
      Map.of(
          "java", Schema.packaged("method-java.json"),
          "python", Schema.packaged("method-python.json"),
          "command", Schema.packaged("method-command.json"));

  /**
   * @param name the name it gets; a name in the JSON must be the same
   * @throws InvalidException naming everything that is wrong
   */
  public static MethodDefinition of(String name, JsonObject json) {
    if (!(json.get("kind") instanceof JsonString kind)) {
      throw new InvalidException("kind", "is required: java, python or command");
    }
    Schema schema = SCHEMAS.get(kind.getString());
    if (schema == null) {
      throw new InvalidException("kind", "unknown kind; expected java, python or command");
    }
    JsonObject named = withName(name, json);
    schema.check("the method", named);
    if (named.containsKey("inputSchema")) {
      checkInputSchema(named.getJsonObject("inputSchema"));
    }
    return read(name, named);
  }

  /** Reads what the catalog has stored. */
  static MethodDefinition stored(Method method) {
    return read(method.name(), JsonText.stored(method.definition()).asJsonObject());
  }

  private static MethodDefinition read(String name, JsonObject json) {
    List<String> backends = CodeJson.strings(json, "backends");
    List<String> parameters = CodeJson.strings(json, "parameters");
    return new MethodDefinition(
        name,
        json,
        CodeJson.code(json, parameters),
        backends.isEmpty() ? DEFAULT_BACKENDS : backends,
        parameters,
        json.containsKey("inputSchema") ? inputSchema(json.getJsonObject("inputSchema")) : null,
        json.getInt("maxRetries", 0),
        json.containsKey("maxAttempts") ? json.getInt("maxAttempts") : null,
        JsonText.seconds(json, "timeLimitSeconds"));
  }

  private static JsonObject withName(String name, JsonObject json) {
    if (json.get("name") instanceof JsonString given && !given.getString().equals(name)) {
      throw new InvalidException("name", "is " + given.getString() + ", expected " + name);
    }
    return JsonText.JSON.createObjectBuilder(json).add("name", name).build();
  }

  private static void checkInputSchema(JsonObject json) {
    try {
      Schema.checkDefinition(json);
    } catch (InvalidException e) {
      throw new InvalidException("inputSchema", String.valueOf(e.getMessage()));
    }
  }

  private static Schema inputSchema(JsonObject json) {
    try {
      return Schema.of(json);
    } catch (InvalidException e) {
      throw new InvalidException("inputSchema", String.valueOf(e.getMessage()));
    }
  }

  public String description() {
    return json.getString("description", "");
  }

  /** Its defaults, overridden by what a task asks for. */
  public Resources resources(JsonObject asked) {
    JsonObject own = json.getJsonObject("resources");
    return ResourcesJson.of(own == null ? asked : merged(own, asked));
  }

  /** How it is retried: its own way, overridden by what a task asks for. */
  public JsonObject retry(JsonObject asked) {
    JsonObject own = json.getJsonObject("retry");
    return own == null ? asked : merged(own, asked);
  }

  /**
   * Units of shared resources that an attempt takes: those of the method, overridden by those of a
   * task; none of 0.
   */
  public Map<String, Integer> licences(JsonObject asked) {
    JsonObject own = json.getJsonObject("licences");
    JsonObject all = own == null ? asked : merged(own, asked);
    return all.keySet().stream()
        .filter(name -> all.getInt(name) > 0)
        .collect(Collectors.toMap(Function.identity(), all::getInt));
  }

  /** Options for one backend: those of the method, overridden by those of a task. */
  public JsonObject options(String backend, JsonObject asked) {
    return Optional.ofNullable(json.getJsonObject("options"))
        .map(all -> all.getJsonObject(backend))
        .map(own -> merged(own, asked))
        .orElse(asked);
  }

  private static JsonObject merged(JsonObject defaults, JsonObject asked) {
    var builder = JsonText.JSON.createObjectBuilder(defaults);
    asked.forEach(builder::add);
    return builder.build();
  }
}

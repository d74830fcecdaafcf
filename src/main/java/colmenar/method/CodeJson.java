package colmenar.method;

import colmenar.backend.Code;
import colmenar.backend.Code.CommandResult;
import colmenar.problem.InvalidException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of a definition that says what to run; its schema has been checked before. */
final class CodeJson {

  private static final Pattern SOURCE_FUNCTION = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern MODULE_FUNCTION =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*");

  /** Possessive, because going back needs a stack as deep as the text is long. */
  private static final Pattern TEMPLATE =
      Pattern.compile("([^{}]++|\\{\\{|}}|\\{[A-Za-z_][A-Za-z0-9_]*})*+");

  /** A slash in front, a drive letter, a backslash anywhere or a step up. */
  private static final Pattern LEAVES_DIRECTORY =
      Pattern.compile("/.*|[A-Za-z]:.*|.*\\\\.*|(.*/)?\\.\\.(/.*)?", Pattern.DOTALL);

  private CodeJson() {}

  static Code code(JsonObject json, List<String> parameters) {
    return switch (json.getString("kind")) {
      case "java" -> new Code.Java(json.getString("bean"));
      case "python" -> python("", json);
      default -> command(json, parameters);
    };
  }

  private static Code.Python python(String field, JsonObject json) {
    String source = json.getString("source", null);
    String function = json.getString("function");
    Pattern expected = source == null ? MODULE_FUNCTION : SOURCE_FUNCTION;
    if (!expected.matcher(function).matches()) {
      throw new InvalidException(
          field + "function",
          source == null
              ? "expected module:function, since there is no source; found " + function
              : "expected the name of a function in the source; found " + function);
    }
    return new Code.Python(source, function);
  }

  private static Code.Command command(JsonObject json, List<String> parameters) {
    Code.Command command =
        new Code.Command(
            strings(json, "argv"),
            launch(json.get("launch")),
            json.getString("stdin", null),
            texts(json, "files"),
            texts(json, "environment"),
            result(json.getJsonObject("result")),
            successCodes(json),
            step(json, "preprocess"),
            step(json, "postprocess"),
            parameters);
    checkTemplates(command);
    command.files().keySet().forEach(path -> checkPath("files", path));
    String resultPath = command.result().path();
    if (resultPath != null) {
      checkPath("result.path", resultPath);
    }
    return command;
  }

  private static List<String> launch(@Nullable JsonValue launch) {
    if (launch instanceof JsonString words) {
      return Arrays.stream(words.getString().split("\\s+")).filter(w -> !w.isEmpty()).toList();
    }
    return launch == null ? List.of() : strings(launch);
  }

  private static CommandResult result(@Nullable JsonObject result) {
    if (result == null) {
      return new CommandResult(null, false);
    }
    boolean fromFile = "file".equals(result.getString("from", "stdout"));
    String path = result.getString("path", null);
    if (fromFile != (path != null)) {
      throw new InvalidException("result.path", "is needed with from=file, and only then");
    }
    return new CommandResult(path, "json".equals(result.getString("as", "text")));
  }

  private static List<Integer> successCodes(JsonObject json) {
    return json.containsKey("successCodes")
        ? json.getJsonArray("successCodes").getValuesAs(JsonNumber::intValue)
        : List.of(0);
  }

  private static Code.@Nullable Python step(JsonObject json, String name) {
    JsonObject step = json.getJsonObject(name);
    return step == null ? null : python(name + ".", step);
  }

  private static void checkTemplates(Code.Command command) {
    command.argv().forEach(word -> checkTemplate("argv", word));
    command.launch().forEach(word -> checkTemplate("launch", word));
    command.environment().forEach((name, text) -> checkTemplate("environment." + name, text));
    command.files().forEach((path, text) -> checkTemplate("files." + path, text));
    String stdin = command.stdin();
    if (stdin != null) {
      checkTemplate("stdin", stdin);
    }
  }

  private static void checkTemplate(String field, String text) {
    if (!TEMPLATE.matcher(text).matches()) {
      throw new InvalidException(
          field, "has a brace that is neither {name} nor doubled for a literal one: " + text);
    }
  }

  private static void checkPath(String field, String path) {
    if (LEAVES_DIRECTORY.matcher(path).matches()) {
      throw new InvalidException(field, "must stay inside the run directory: " + path);
    }
  }

  static List<String> strings(JsonObject json, String name) {
    JsonValue array = json.get(name);
    return array == null ? List.of() : strings(array);
  }

  private static List<String> strings(JsonValue array) {
    return array.asJsonArray().getValuesAs(JsonString::getString);
  }

  private static Map<String, String> texts(JsonObject json, String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonObject object = json.getJsonObject(name);
    if (object != null) {
      object.keySet().forEach(key -> texts.put(key, object.getString(key)));
    }
    return texts;
  }
}

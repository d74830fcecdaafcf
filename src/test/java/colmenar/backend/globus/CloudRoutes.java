package colmenar.backend.globus;

import colmenar.json.JsonText;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the stand-in answers when nothing goes wrong. Thread-safe. */
final class CloudRoutes {

  private static final String ID = "/([^/]+)";
  private static final List<String> META =
      List.of("python_version", "sdk_version", "serde_identifier");
  private static final int FUNCTION_BYTES = 10 << 20;

  private final List<Route> routes = new ArrayList<>();
  private final CloudTokens tokens;
  private final CloudMemory memory;

  private record Route(
      Pattern line, boolean open, BiFunction<CloudRequest, List<String>, CloudAnswer> answer) {}

  /**
   * @param streams where results are to be had
   */
  CloudRoutes(
      CloudTokens tokens,
      CloudMemory memory,
      CloudEndpoints endpoints,
      CloudSubmits submits,
      Supplier<CloudAnswer> streams) {
    this.tokens = tokens;
    this.memory = memory;
    open("POST /v2/oauth2/token", (request, ids) -> tokens.give(request));
    open("GET /v2/version", (request, ids) -> version(request));
    add("POST /v3/functions", (request, ids) -> register(request.json()));
    add("GET /v2/functions" + ID, (request, ids) -> function(id(ids)));
    add("DELETE /v2/functions" + ID, (request, ids) -> removeFunction(id(ids)));
    add(
        "POST /v3/endpoints" + ID + "/submit",
        (request, ids) -> submits.accept(endpoints.known(id(ids)), request.json()));
    add("GET /v2/tasks" + ID, (request, ids) -> task(id(ids)));
    add("POST /v2/batch_status", (request, ids) -> statuses(request.json()));
    add("GET /v2/taskgroup" + ID, (request, ids) -> group(id(ids)));
    add("GET /v2/get_amqp_result_connection_url", (request, ids) -> streams.get());
    add("GET /v2/endpoints", (request, ids) -> endpoints.list());
    add("GET /v2/endpoints" + ID, (request, ids) -> endpoints.metadata(id(ids)));
    add("GET /v2/endpoints" + ID + "/status", (request, ids) -> endpoints.status(id(ids)));
    add(
        "GET /v3/endpoints" + ID + "/allowed_functions",
        (request, ids) -> endpoints.allowedFunctions(id(ids)));
  }

  private void open(String line, BiFunction<CloudRequest, List<String>, CloudAnswer> answer) {
    routes.add(new Route(Pattern.compile(line), true, answer));
  }

  private void add(String line, BiFunction<CloudRequest, List<String>, CloudAnswer> answer) {
    routes.add(new Route(Pattern.compile(line), false, answer));
  }

  CloudAnswer answer(CloudRequest request) {
    try {
      for (Route route : routes) {
        Matcher match = route.line().matcher(request.line());
        if (match.matches()) {
          if (!route.open()) {
            tokens.check(request);
          }
          return route.answer().apply(request, groups(match));
        }
      }
      return CloudAnswer.failed(404, "NOT_FOUND", "Not Found");
    } catch (CloudAnswer.RefusalException e) {
      return e.answer();
    }
  }

  private static List<String> groups(Matcher match) {
    List<String> groups = new ArrayList<>();
    for (int i = 1; i <= match.groupCount(); i++) {
      groups.add(match.group(i));
    }
    return groups;
  }

  private static CloudAnswer version(CloudRequest request) {
    if (!request.query().contains("service=all")) {
      return CloudAnswer.ok(JsonText.JSON.createValue("1.55.1"));
    }
    return CloudAnswer.ok(
        JsonText.JSON
            .createObjectBuilder()
            .add("api", "1.55.1")
            .add("min_sdk_version", "1.0.0a6")
            .add("min_ep_version", "1.0.0a0"));
  }

  private CloudAnswer register(JsonObject function) {
    for (String name : List.of("function_name", "function_code")) {
      if (!(function.get(name) instanceof JsonString)) {
        return CloudAnswer.invalid(name, "field required");
      }
    }
    if (!(function.get("meta") instanceof JsonObject meta)) {
      return CloudAnswer.invalid("meta", "field required");
    }
    for (String name : META) {
      if (!(meta.get(name) instanceof JsonString)) {
        return CloudAnswer.invalid("meta." + name, "field required");
      }
    }
    if (JsonText.bytes(function.getString("function_code")) > FUNCTION_BYTES) {
      return CloudAnswer.failed(413, "FUNCTION_TOO_LARGE", "the function is too large");
    }
    return CloudAnswer.ok(
        JsonText.JSON
            .createObjectBuilder()
            .add("function_uuid", memory.register(function).toString()));
  }

  private CloudAnswer function(UUID id) {
    JsonObject function = memory.function(id).orElseThrow(() -> unknown("FUNCTION", id));
    return CloudAnswer.ok(
        JsonText.JSON
            .createObjectBuilder()
            .add("function_uuid", id.toString())
            .add("function_name", function.get("function_name"))
            .add("function_code", function.get("function_code"))
            .add("description", function.getString("description", ""))
            .add("metadata", function.get("meta")));
  }

  private CloudAnswer removeFunction(UUID id) {
    if (!memory.removeFunction(id)) {
      throw unknown("FUNCTION", id);
    }
    return CloudAnswer.ok(JsonText.JSON.createObjectBuilder().add("result", 302));
  }

  private CloudAnswer task(UUID id) {
    return CloudAnswer.ok(memory.status(id).orElseThrow(() -> unknown("TASK", id)));
  }

  private CloudAnswer statuses(JsonObject request) {
    JsonObjectBuilder results = JsonText.JSON.createObjectBuilder();
    if (!(request.get("task_ids") instanceof JsonArray)) {
      return CloudAnswer.invalid("task_ids", "field required");
    }
    for (String each : texts(request, "task_ids")) {
      results.add(each, status(id(List.of(each))));
    }
    return CloudAnswer.ok(
        JsonText.JSON.createObjectBuilder().add("response", "batch").add("results", results));
  }

  private JsonObjectBuilder status(UUID task) {
    return memory
        .status(task)
        .map(status -> JsonText.JSON.createObjectBuilder(status).remove("details"))
        .orElseGet(
            () ->
                JsonText.JSON
                    .createObjectBuilder()
                    .add("task_id", task.toString())
                    .add("status", "failed")
                    .add("reason", "Unknown task id"));
  }

  private CloudAnswer group(UUID id) {
    JsonArrayBuilder tasks = JsonText.JSON.createArrayBuilder();
    memory.group(id).orElseThrow(() -> unknown("TASK_GROUP", id)).forEach(tasks::add);
    return CloudAnswer.ok(
        JsonText.JSON
            .createObjectBuilder()
            .add("taskgroup_id", id.toString())
            .add("create_websockets_queue", true)
            .add("tasks", tasks));
  }

  private static UUID id(List<String> ids) {
    return id("id", ids.get(0));
  }

  static UUID id(String field, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw CloudAnswer.invalid(field, "value is not a valid uuid").refusal();
    }
  }

  static CloudAnswer.RefusalException unknown(String what, UUID id) {
    String reason = "%s %s could not be resolved".formatted(what, id);
    return CloudAnswer.failed(404, what + "_NOT_FOUND", reason).refusal();
  }

  /** The texts of a list; none when it is not there. */
  static List<String> texts(JsonObject json, String name) {
    return json.get(name) instanceof JsonArray list ? strings(list).toList() : List.of();
  }

  static Stream<String> strings(JsonValue list) {
    if (list instanceof JsonArray array
        && array.stream().allMatch(each -> each instanceof JsonString)) {
      return array.getValuesAs(JsonString.class).stream().map(JsonString::getString);
    }
    throw CloudAnswer.invalid("body", "str type expected").refusal();
  }
}

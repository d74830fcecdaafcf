package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every error is a problem of RFC 9457, and says what was wrong. */
@SharedServer
class ProblemsIT {

  private static final String NO_TASK = "01a206ed-4cdc-7000-9494-36c41f0a67b9";

  private static Api api;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
  }

  private static JsonObject problem(Api.Answer answer, int status, String type) {
    JsonObject problem = answer.expect(status).object();
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(problem.getInt("status")).isEqualTo(status);
    assertThat(problem.getString("type")).isEqualTo("urn:colmenar:problem:" + type);
    assertThat(problem.getString("title")).isNotEmpty();
    return problem;
  }

  private static List<String> fields(JsonObject problem) {
    return problem.getJsonArray("errors").stream()
        .map(error -> error.asJsonObject().getString("field"))
        .toList();
  }

  @Test
  void an_unknown_method() throws Exception {
    JsonObject problem = problem(api.post("tasks", "{\"method\":\"no-such\"}"), 422, "invalid");

    assertThat(fields(problem)).containsExactly("method");
    assertThat(problem.getString("detail")).contains("no-such");
  }

  @Test
  void an_unknown_version_of_a_method() throws Exception {
    problem(api.post("tasks", "{\"method\":\"lorenz\",\"version\":99}"), 422, "invalid");
    problem(api.get("methods/lorenz/versions/99"), 404, "not-found");
  }

  @Test
  void text_that_is_not_json_says_where() throws Exception {
    JsonObject problem = problem(api.post("tasks", "{\"method\":\n oops}"), 400, "malformed");

    assertThat(problem.getString("detail")).contains("line 2");
  }

  @Test
  void text_after_the_json() throws Exception {
    problem(api.post("tasks", "{\"method\":\"lorenz\"} {}"), 400, "malformed");
  }

  @Test
  void no_text_at_all() throws Exception {
    problem(api.post("tasks", ""), 400, "malformed");
  }

  @Test
  void json_that_is_no_object() throws Exception {
    problem(api.post("tasks", "7"), 422, "invalid");
  }

  @Test
  void wrong_types_and_unknown_names_are_all_named() throws Exception {
    String body =
        "{\"method\":\"lorenz\",\"args\":5,\"priority\":\"high\",\"resources\":{\"nodes\":0},\"extra\":1}";

    assertThat(fields(problem(api.post("tasks", body), 422, "invalid")))
        .containsExactlyInAnyOrder("args", "priority", "resources.nodes", "extra");
  }

  @Test
  void inputs_that_violate_the_schema_of_the_method() throws Exception {
    String body = "{\"method\":\"lorenz\",\"args\":[[1,2],\"long\"]}";

    assertThat(fields(problem(api.post("tasks", body), 422, "invalid")))
        .containsExactlyInAnyOrder("start", "time");
  }

  @Test
  void more_positional_arguments_than_the_method_names() throws Exception {
    String body = "{\"method\":\"lorenz\",\"args\":[[1,2,3],1,2]}";

    assertThat(fields(problem(api.post("tasks", body), 422, "invalid"))).containsExactly("args");
  }

  @Test
  void inputs_that_are_too_large_name_the_limit() throws Exception {
    String body = "{\"method\":\"pi-integral\",\"args\":[\"" + "x".repeat(200_000) + "\"]}";

    assertThat(problem(api.post("tasks", body), 413, "too-large").getString("detail"))
        .contains("100000")
        .contains("colmenar.input.max-bytes");
  }

  @Test
  void a_request_that_is_too_large_names_the_limit() throws Exception {
    String body = "[" + " ".repeat(1_100_000) + "]";

    assertThat(problem(api.post("tasks", body), 413, "too-large").getString("detail"))
        .contains("1000000")
        .contains("colmenar.request.max-bytes");
  }

  @Test
  void more_tasks_at_once_than_allowed() throws Exception {
    String body = "[" + "0,".repeat(10_000) + "0]";

    problem(api.post("tasks", body), 413, "too-large");
  }

  @Test
  void a_backend_on_which_the_method_may_not_run() throws Exception {
    JsonObject problem =
        problem(api.post("tasks", "{\"method\":\"lorenz\",\"backend\":\"hpc\"}"), 422, "invalid");

    assertThat(problem.toString()).contains("start", "time");
    problem =
        problem(
            api.post(
                "tasks", "{\"method\":\"pi-integral\",\"args\":[1],\"backend\":\"elsewhere\"}"),
            422,
            "invalid");
    assertThat(fields(problem)).containsExactly("backend");
  }

  @Test
  void a_date_that_is_none() throws Exception {
    String body = "{\"method\":\"pi-integral\",\"args\":[1],\"created\":\"yesterday\"}";

    assertThat(fields(problem(api.post("tasks", body), 422, "invalid"))).containsExactly("created");
  }

  @Test
  void an_unknown_id() throws Exception {
    for (String path : List.of("", "/result", "/result?wait=1", "/items", "/inputs", "/attempts")) {
      problem(api.get("tasks/" + NO_TASK + path), 404, "not-found");
      problem(api.get("tasks/not-an-id" + path), 404, "not-found");
    }
    problem(api.post("tasks/" + NO_TASK + "/cancel", ""), 404, "not-found");
    problem(api.post("tasks/" + NO_TASK + "/rerun", ""), 404, "not-found");
    problem(api.get("methods/nowhere"), 404, "not-found");
    problem(api.get("backends/nowhere"), 404, "not-found");
    problem(api.delete("tokens/" + NO_TASK), 404, "not-found");
    problem(api.delete("tokens/nothing"), 404, "not-found");
  }

  @Test
  void query_parameters_that_make_no_sense() throws Exception {
    for (String query : List.of("limit=0", "limit=many", "state=LOST", "cursor=x")) {
      String name = query.substring(0, query.indexOf('='));
      assertThat(fields(problem(api.get("tasks?" + query), 422, "invalid"))).containsExactly(name);
    }
  }

  @Test
  void numbers_that_are_too_large_and_characters_that_no_name_has() throws Exception {
    String body = "{\"method\":\"pi-integral\",\"args\":[1],\"resources\":{\"gpus\":5000000000}}";
    assertThat(fields(problem(api.post("tasks", body), 422, "invalid")))
        .containsExactly("resources.gpus");
    assertThat(fields(problem(api.post("tasks", "{\"method\":\"a\\u0000\"}"), 422, "invalid")))
        .containsExactly("method");
    assertThat(fields(problem(api.get("tasks?topic=a%00"), 422, "invalid")))
        .containsExactly("topic");
    String definition = "{\"kind\":\"java\",\"bean\":\"b\",\"options\":{\"local\":5}}";
    assertThat(fields(problem(api.put("methods/bad", definition), 422, "invalid")))
        .containsExactly("options.local");
  }

  @Test
  void what_the_container_refuses() throws Exception {
    problem(api.get("nothing/here"), 404, "not-found");
    problem(api.delete("tasks"), 405, "method-not-allowed");
    problem(api.post("tasks", "text/plain", "x"), 415, "unsupported-media-type");
  }

  @Test
  void a_method_definition_that_does_not_fit() throws Exception {
    problem(api.put("methods/bad", "{\"kind\":\"perl\"}"), 422, "invalid");
    problem(api.put("methods/bad", "{}"), 422, "invalid");
    problem(api.put("methods/bad", "{\"kind\":\"python\"}"), 422, "invalid");
    problem(
        api.put("methods/bad", "{\"kind\":\"python\",\"function\":\"os.system\"}"), 422, "invalid");
    problem(
        api.put("methods/bad", "{\"kind\":\"command\",\"argv\":[\"echo\",\"{x.__class__}\"]}"),
        422,
        "invalid");
    problem(
        api.put(
            "methods/bad", "{\"kind\":\"command\",\"argv\":[\"ls\"],\"files\":{\"../x\":\"y\"}}"),
        422,
        "invalid");
    problem(
        api.put(
            "methods/bad",
            "{\"kind\":\"java\",\"bean\":\"b\",\"inputSchema\":{\"type\":\"nothing\"}}"),
        422,
        "invalid");
    problem(api.put("methods/9bad", "{\"kind\":\"java\",\"bean\":\"b\"}"), 422, "invalid");
    problem(api.get("methods/bad"), 404, "not-found");
  }

  @Test
  void a_token_request_that_does_not_fit() throws Exception {
    problem(api.post("tokens", "{\"user\":\"x\",\"role\":\"king\"}"), 422, "invalid");
    problem(api.post("tokens", "{\"user\":\"a b\",\"role\":\"viewer\"}"), 422, "invalid");
  }
}

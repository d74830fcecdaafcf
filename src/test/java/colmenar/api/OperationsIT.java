package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters, and changes of all tasks that fit one. */
@SharedServer
class OperationsIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  private static Api api;
  private static Api oda;
  private static Api viewer;

  /** Of one test, so that no other test is in its way. */
  private String campaign;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    oda = api.as("oda", "submitter");
    viewer = api.as("vito", "viewer");
    api.define("same", "{'kind':'java','bean':'echo','backends':['local','elsewhere']}");
    api.define("faulty", "{'kind':'java','bean':'no-such-bean'}");
  }

  @BeforeEach
  void nameCampaign(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    campaign = name.substring(0, Math.min(80, name.length()));
  }

  @AfterEach
  void open() throws Exception {
    api.delete("limits/METHOD/same");
  }

  /** Nothing of the method starts, so its tasks wait. */
  private static void hold() throws Exception {
    api.put("limits/METHOD/same", "{\"maxRunning\":0}").expect(200);
  }

  private List<String> submit(Api caller, int many, String method) throws Exception {
    return submit(caller, many, method, "{}");
  }

  private List<String> submit(Api caller, int many, String method, String labels) throws Exception {
    String body =
        "{'method':'%s','args':[1],'topic':'operations','campaign':'%s','labels':%s}"
            .formatted(method, campaign, labels);
    String bodies = String.join(",", Collections.nCopies(many, body)).replace('\'', '"');
    JsonObject answer = caller.post("tasks", "[" + bodies + "]").expect(200).object();
    assertThat(answer.getInt("accepted")).isEqualTo(many);
    return answer.getJsonArray("items").getValuesAs(JsonObject.class).stream()
        .map(item -> item.getString("id"))
        .toList();
  }

  private List<JsonObject> list(String query) throws Exception {
    List<JsonObject> tasks = new ArrayList<>();
    String cursor = "";
    do {
      JsonObject page =
          api.get("tasks?limit=70&campaign=" + campaign + query + cursor).expect(200).object();
      tasks.addAll(page.getJsonArray("tasks").getValuesAs(JsonObject.class));
      cursor = page.containsKey("next") ? "&cursor=" + page.getString("next") : null;
    } while (cursor != null);
    return tasks;
  }

  private static Set<String> ids(List<JsonObject> tasks) {
    return tasks.stream().map(task -> task.getString("id")).collect(Collectors.toSet());
  }

  private void awaitAll(int many, Predicate<JsonObject> condition) {
    Awaitility.await()
        .atMost(SOON)
        .until(() -> list("").stream().filter(condition).count() == many);
  }

  private static Predicate<JsonObject> in(String state) {
    return task -> task.getString("state").equals(state);
  }

  /** An operation of this test's campaign; single quotes stand for double ones. */
  private String body(String action, String more) {
    return "{'action':'%s','filter':{'campaign':'%s'}%s}"
        .formatted(action, campaign, more)
        .replace('\'', '"');
  }

  private static JsonObject operate(Api caller, String body) throws Exception {
    Api.Answer answer = caller.post("operations", body).expect(202);
    String id = answer.object().getString("id");
    assertThat(answer.header("Location")).endsWith("/api/v1/operations/" + id);
    return over(id);
  }

  private static JsonObject over(String id) {
    return Awaitility.await()
        .atMost(SOON)
        .until(
            () -> viewer.get("operations/" + id).expect(200).object(),
            operation -> !Set.of("PENDING", "RUNNING").contains(operation.getString("state")));
  }

  private static void assertDone(JsonObject operation, int matched, int changed, String skipped) {
    assertThat(operation.getString("state")).as(operation.toString()).isEqualTo("DONE");
    assertThat(operation.getInt("matched")).as(operation.toString()).isEqualTo(matched);
    assertThat(operation.getInt("changed")).as(operation.toString()).isEqualTo(changed);
    assertThat(operation.getJsonObject("skipped").toString().replace('"', '\'')).isEqualTo(skipped);
    assertThat(operation.getInt("failed")).isZero();
    assertThat(operation).containsKeys("created", "started", "ended");
  }

  private static List<String> fields(Api.Answer answer) {
    return answer.expect(422).object().getJsonArray("errors").getValuesAs(JsonObject.class).stream()
        .map(error -> error.getString("field"))
        .toList();
  }

  @Test
  void each_filter_finds_its_tasks_and_no_others() throws Exception {
    hold();
    Set<String> held = Set.copyOf(submit(oda, 5, "same", "{'site':'north','run':'a:b'}"));
    Set<String> failed = Set.copyOf(submit(api, 7, "faulty", "{'site':'south'}"));
    awaitAll(7, in("FAILED"));

    assertThat(ids(list(""))).hasSize(12);
    assertThat(ids(list("&label=site:north"))).isEqualTo(held);
    assertThat(ids(list("&label=site:north&label=run:a:b"))).isEqualTo(held);
    assertThat(list("&label=site:south&label=run:a:b")).isEmpty();
    assertThat(ids(list("&state=FAILED"))).isEqualTo(failed);
    assertThat(ids(list("&state=FAILED&state=PENDING&state=SUCCEEDED"))).hasSize(12);
    assertThat(ids(list("&state=PENDING&state=RUNNING"))).isEqualTo(held);
    assertThat(ids(list("&failureClass=REJECTED"))).isEqualTo(failed);
    assertThat(list("&failureClass=TIME_LIMIT")).isEmpty();
    assertThat(list("&failureClass=REJECTED&state=PENDING")).isEmpty();
    assertThat(ids(list("&owner=oda&method=same&backend=local&topic=operations"))).isEqualTo(held);
    assertThat(ids(list("&since=2020-01-01T00:00:00Z&until=2999-01-01T00:00:00Z"))).hasSize(12);
    assertThat(list("&until=2020-01-01T00:00:00Z")).isEmpty();
    assertThat(list("&since=2999-01-01T00:00:00Z")).isEmpty();
    for (JsonObject task : list("")) {
      String since = task.getJsonObject("timestamps").getString("inputReceived");
      assertThat(ids(list("&since=" + since))).contains(task.getString("id"));
    }
  }

  @Test
  void a_list_is_newest_first_also_when_it_is_of_several_states() throws Exception {
    submit(api, 30, "faulty");
    hold();
    submit(api, 30, "same");
    submit(api, 30, "faulty");
    awaitAll(60, in("FAILED"));

    for (String query : List.of("", "&state=FAILED&state=PENDING&state=CANCELED")) {
      List<String> ids = list(query).stream().map(task -> task.getString("id")).toList();
      assertThat(ids).hasSize(90).isSortedAccordingTo(Collections.reverseOrder());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "state=LOST, state",
    "label=north, label",
    "label=a:b&label=a:c, label",
    "failureClass=BAD, failureClass",
    "since=today, since",
    "campaign=a%00, campaign"
  })
  void a_query_that_makes_no_sense_is_named(String query, String field) throws Exception {
    assertThat(fields(api.get("tasks?" + query))).containsExactly(field);
  }

  @Test
  void waiting_and_running_tasks_are_cancelled() throws Exception {
    hold();
    submit(api, 600, "same");
    submit(api, 3, "faulty");
    awaitAll(3, in("FAILED"));

    assertDone(operate(api, body("CANCEL", "")), 603, 600, "{'IS_OVER':3}");

    assertThat(list("").stream().filter(in("CANCELED"))).hasSize(600);
    String one = list("&state=CANCELED").get(0).getString("id");
    assertThat(api.result(one).getString("state")).isEqualTo("CANCELED");
    assertDone(operate(api, body("CANCEL", "")), 603, 0, "{'IS_OVER':603}");
  }

  @Test
  void tasks_that_failed_are_run_again_each_once() throws Exception {
    List<String> old = submit(api, 700, "faulty");
    awaitAll(700, in("FAILED"));
    api.define("faulty", "{'kind':'java','bean':'no-such-bean-either'}");

    JsonObject operation = operate(api, body("RERUN", ""));

    assertDone(operation, 700, 700, "{}");
    List<JsonObject> tasks = list("");
    assertThat(tasks).hasSize(1400);
    assertThat(tasks.stream().filter(task -> task.containsKey("rerunOf")))
        .extracting(task -> task.getString("rerunOf"))
        .containsExactlyInAnyOrderElementsOf(old);
  }

  @Test
  void what_an_administrator_runs_again_still_belongs_to_its_owner() throws Exception {
    submit(oda, 3, "faulty");
    awaitAll(3, in("FAILED"));

    assertDone(operate(api, body("RERUN", "")), 3, 3, "{}");

    assertThat(list("")).hasSize(6).allMatch(task -> task.getString("owner").equals("oda"));
  }

  @Test
  void waiting_tasks_get_another_priority() throws Exception {
    hold();
    List<String> ids = submit(api, 20, "same");

    assertDone(operate(api, body("REPRIORITIZE", ",'priority':7")), 20, 20, "{}");

    assertThat(list("")).allMatch(task -> task.getInt("priority") == 7);
    assertThat(
            api.post("tasks/" + ids.get(0) + "/priority", "{\"priority\":-3}")
                .expect(200)
                .object()
                .getInt("priority"))
        .isEqualTo(-3);
    assertThat(api.get("tasks/" + ids.get(0)).object().getInt("priority")).isEqualTo(-3);
  }

  @Test
  void waiting_tasks_move_to_another_backend_and_back_and_run() throws Exception {
    hold();
    List<String> ids = submit(api, 50, "same");

    // A server of the tests has one backend, and knows no other.
    assertThat(fields(api.post("operations", body("MOVE", ",'backend':'elsewhere'"))))
        .containsExactly("backend");
    assertThat(fields(api.post("tasks/" + ids.get(0) + "/move", "{\"backend\":\"elsewhere\"}")))
        .containsExactly("backend");
    assertDone(operate(api, body("MOVE", ",'backend':'local'")), 50, 0, "{'NOTHING_TO_CHANGE':50}");
    assertThat(api.post("tasks/" + ids.get(0) + "/move", "{\"backend\":\"local\"}").expect(200))
        .isNotNull();
    open();
    awaitAll(50, in("SUCCEEDED"));
    api.post("tasks/" + ids.get(0) + "/move", "{\"backend\":\"local\"}").expect(409);
    assertDone(operate(api, body("MOVE", ",'backend':'local'")), 50, 0, "{'DOES_NOT_WAIT':50}");
  }

  @Test
  void tasks_that_wait_for_a_backend_that_is_gone_move_and_run() throws Exception {
    assumeThat(ColmenarServer.database())
        .as("the file of an embedded database is its server's own")
        .isEqualTo("postgresql");
    hold();
    submit(api, 60, "same");
    // As if they had been submitted to a server that had such a backend.
    try (Connection connection =
            DriverManager.getConnection(
                System.getenv("COLMENAR_DB_URL").replace("jdbc:faulty:", ""),
                System.getenv("COLMENAR_DB_USER"),
                System.getenv("COLMENAR_DB_PASSWORD"));
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE task SET backend = 'elsewhere' WHERE id IN"
                    + " (SELECT task_id FROM task_request WHERE campaign = ?)")) {
      update.setString(1, campaign);
      assertThat(update.executeUpdate()).isEqualTo(60);
    }
    open();
    String one = list("&backend=elsewhere").get(0).getString("id");
    assertThat(api.post("tasks/" + one + "/move", "{\"backend\":\"local\"}").expect(200).object())
        .containsEntry("backend", Json.createValue("local"));
    assertThat(api.result(one).getString("state")).isEqualTo("SUCCEEDED");

    JsonObject operation = operate(api, body("MOVE", ",'backend':'local'"));

    assertThat(operation.getInt("changed")).isEqualTo(59);
    awaitAll(60, in("SUCCEEDED"));
  }

  @Test
  void tasks_that_are_over_are_deleted_with_all_that_belongs_to_them() throws Exception {
    List<String> over = submit(api, 550, "faulty", "{'site':'north'}");
    awaitAll(550, in("FAILED"));
    hold();
    List<String> waiting = submit(api, 2, "same");

    assertDone(operate(api, body("DELETE", "")), 552, 550, "{'IS_NOT_OVER':2}");

    assertThat(ids(list(""))).isEqualTo(Set.copyOf(waiting));
    for (String part : List.of("", "/result", "/attempts", "/inputs", "/items")) {
      api.get("tasks/" + over.get(0) + part).expect(404);
    }
    assertThat(api.get("metrics").expect(200).text())
        .contains("colmenar_tasks_deleted_total{cause=\"REQUEST\"}");
  }

  @Test
  void one_task_is_deleted_and_its_client_id_is_free() throws Exception {
    String body = "{'method':'same','args':[1],'clientId':'deleted-once','campaign':'%s'}";
    String id = api.submit(body.formatted(campaign));
    api.result(id);

    oda.delete("tasks/" + id).expect(403);
    api.delete("tasks/" + id).expect(204);
    api.delete("tasks/" + id).expect(404);
    api.get("tasks/" + id).expect(404);

    hold();
    String again = api.submit(body.formatted(campaign));
    assertThat(again).isNotEqualTo(id);
    api.delete("tasks/" + again).expect(409);
  }

  @Test
  void tasks_in_which_a_text_stands_are_cancelled_and_no_others() throws Exception {
    hold();
    Set<String> red = Set.copyOf(submit(api, 7, "same", "{'colour':'Red_1%'}"));
    submit(api, 5, "same", "{'colour':'RedX1'}");
    String filter =
        "{'action':'CANCEL','filter':{'campaign':'%s','text':'red_1%%'}".formatted(campaign);

    JsonObject dry =
        api.post("operations", (filter + ",'dryRun':true}").replace('\'', '"'))
            .expect(200)
            .object();
    assertThat(dry.getInt("changeable")).isEqualTo(7);
    JsonObject operation = operate(api, (filter + "}").replace('\'', '"'));

    assertDone(operation, 7, 7, "{}");
    assertThat(operation.getJsonObject("filter").getString("text")).isEqualTo("red_1%");
    assertThat(ids(list("&state=CANCELED"))).isEqualTo(red);
    assertThat(ids(list("&text=red_1%25"))).isEqualTo(red);
    assertThat(list("&state=PENDING")).hasSize(5);
  }

  @Test
  void tasks_that_are_named_are_changed_when_they_fit_the_rest_too() throws Exception {
    hold();
    List<String> mine = submit(oda, 6, "same");
    List<String> others = submit(api, 3, "same");
    List<String> failed = submit(oda, 1, "faulty");
    awaitAll(1, in("FAILED"));
    String ids =
        Json.createArrayBuilder(List.of(mine.get(1), mine.get(4), others.get(0), failed.get(0)))
            .add("01a206ed-4cdc-7000-9494-36c41f0a67b9")
            .build()
            .toString();
    String filter = "{\"action\":\"CANCEL\",\"filter\":{\"state\":\"PENDING\",\"ids\":%s}%s}";

    JsonObject dry =
        oda.post("operations", filter.formatted(ids, ",\"dryRun\":true")).expect(200).object();
    assertThat(dry.getInt("changeable")).isEqualTo(2);
    assertDone(operate(oda, filter.formatted(ids, "")), 2, 2, "{}");

    assertThat(ids(list("&state=CANCELED"))).containsExactlyInAnyOrder(mine.get(1), mine.get(4));
    assertThat(list("&state=PENDING")).hasSize(7);
  }

  @Test
  void a_dry_run_counts_and_changes_nothing() throws Exception {
    hold();
    submit(api, 12, "same");
    submit(api, 3, "faulty");
    awaitAll(3, in("FAILED"));

    JsonObject answer =
        api.post("operations", body("CANCEL", ",'dryRun':true")).expect(200).object();

    assertThat(answer.toString().replace('"', '\''))
        .isEqualTo("{'changeable':12,'complete':true,'matched':15,'skipped':{'IS_OVER':3}}");
    assertThat(list("&state=PENDING")).hasSize(12);
  }

  @Test
  void a_submitter_changes_his_own_tasks_only_and_a_viewer_none() throws Exception {
    hold();
    submit(api, 4, "same");
    submit(oda, 6, "same");
    viewer.post("operations", body("CANCEL", "")).expect(403);
    oda.post("operations", "{\"action\":\"CANCEL\",\"filter\":{\"owner\":\"administrator\"}}")
        .expect(403);

    JsonObject operation = operate(oda, body("CANCEL", ""));

    assertDone(operation, 6, 6, "{}");
    assertThat(operation.getString("owner")).isEqualTo("oda");
    assertThat(operation.getJsonObject("filter").getString("owner")).isEqualTo("oda");
    assertThat(list("&state=PENDING")).hasSize(4);
    assertThat(list("&state=CANCELED")).allMatch(task -> task.getString("owner").equals("oda"));
  }

  @Test
  void operations_are_listed_newest_first_and_made_once_for_a_key() throws Exception {
    String first = operate(api, body("CANCEL", "")).getString("id");
    String second = operate(oda, body("DELETE", "")).getString("id");

    JsonObject page = viewer.get("operations?limit=1").expect(200).object();
    List<String> ids = new ArrayList<>();
    page.getJsonArray("operations")
        .getValuesAs(JsonObject.class)
        .forEach(operation -> ids.add(operation.getString("id")));
    viewer
        .get("operations?limit=1&cursor=" + page.getString("next"))
        .expect(200)
        .object()
        .getJsonArray("operations")
        .getValuesAs(JsonObject.class)
        .forEach(operation -> ids.add(operation.getString("id")));
    assertThat(ids).containsExactly(second, first);

    String key = campaign.substring(0, 20);
    String made =
        api.postOnce(key, "operations", body("CANCEL", "")).expect(202).object().getString("id");
    assertThat(api.postOnce(key, "operations", body("CANCEL", "")).object().getString("id"))
        .isEqualTo(made);
    assertThat(fields(api.postOnce(key, "operations", body("DELETE", ""))))
        .containsExactly("Idempotency-Key");
  }

  @Test
  void an_operation_that_is_over_cannot_be_stopped() throws Exception {
    String id = operate(api, body("CANCEL", "")).getString("id");

    api.post("operations/" + id + "/stop", "").expect(409);
    oda.post("operations/" + id + "/stop", "").expect(403);
    viewer.post("operations/" + id + "/stop", "").expect(403);
    api.get("operations/nonsense").expect(404);
    api.post("operations/01a206ed-4cdc-7000-9494-36c41f0a67b9/stop", "").expect(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'action':'BURN','filter':{'all':true}}|action",
        "{'action':'CANCEL','filter':{}}|filter",
        "{'action':'CANCEL','filter':{'all':false}}|filter",
        "{'action':'CANCEL','filter':{'all':true,'method':'m'}}|filter.all",
        "{'action':'CANCEL','filter':{'metod':'m'}}|filter.metod",
        "{'action':'CANCEL','filter':{'state':['LOST']}}|filter.state",
        "{'action':'CANCEL','filter':{'labels':{'a':5}}}|filter.labels.a",
        "{'action':'CANCEL','filter':{'since':'now'}}|filter.since",
        "{'action':'CANCEL','filter':{'text':''}}|filter.text",
        "{'action':'CANCEL','filter':{'ids':[]}}|filter.ids",
        "{'action':'CANCEL','filter':{'ids':['x']}}|filter.ids",
        "{'action':'CANCEL','filter':{'method':'m'},'priority':1}|priority",
        "{'action':'REPRIORITIZE','filter':{'method':'m'}}|priority",
        "{'action':'REPRIORITIZE','filter':{'method':'m'},'priority':1001}|priority",
        "{'action':'MOVE','filter':{'method':'m'}}|backend",
        "{'action':'MOVE','filter':{'method':'m'},'backend':'nowhere'}|backend",
        "{'action':'RERUN','filter':{'method':'m'},'backend':'local'}|backend",
        "{'action':'CANCEL','filter':{'method':'m'},'dryrun':true}|dryrun"
      })
  void what_does_not_fit_is_named(String body, String field) throws Exception {
    assertThat(fields(api.post("operations", body.replace('\'', '"')))).containsExactly(field);
  }

  @Test
  void what_is_missing_is_named() throws Exception {
    assertThat(api.post("operations", "{\"filter\":{\"all\":true}}").expect(422).text())
        .contains("action");
    assertThat(api.post("operations", "{\"action\":\"CANCEL\"}").expect(422).text())
        .contains("filter");
  }
}

package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits, gates and priorities, on real work with eight workers. */
@SharedServer
class LimitsIT {

  private static final int WORKERS = 8;
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Says from when to when it ran. */
  private static final String SPAN =
      """
      import time
      def %s(seconds):
          start = time.time()
          time.sleep(seconds)
          return [start, time.time()]
      """;

  private static Api api;
  private static Api submitter;
  private static Api viewer;

  @BeforeAll
  static void define() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    submitter = api.as("lim", "submitter");
    viewer = api.as("vera", "viewer");
    for (String name : List.of("bounded", "free", "rated", "urgent")) {
      api.definePython(name, SPAN.formatted(name), "{}");
    }
    api.definePython("licensed", SPAN.formatted("licensed"), "{'licences':{'ansys':2}}");
  }

  @AfterEach
  void openAll() throws Exception {
    for (JsonObject limit : limits()) {
      api.delete("limits/" + limit.getString("scope") + "/" + limit.getString("name")).expect(204);
    }
    api.post("backends/local/resume", "").expect(200);
    api.post("server/resume", "").expect(200);
  }

  private static List<JsonObject> limits() throws Exception {
    return viewer.get("limits").expect(200).json().asJsonArray().getValuesAs(JsonObject.class);
  }

  private static void limit(String limit, String rule) throws Exception {
    api.put("limits/" + limit, rule.replace('\'', '"')).expect(200);
  }

  private static List<String> submit(Api caller, int many, String body) throws Exception {
    String bodies = String.join(",", Collections.nCopies(many, body)).replace('\'', '"');
    JsonObject answer = caller.post("tasks", "[" + bodies + "]").expect(200).object();
    assertThat(answer.getInt("accepted")).isEqualTo(many);
    return answer.getJsonArray("items").getValuesAs(JsonObject.class).stream()
        .map(item -> item.getString("id"))
        .toList();
  }

  /** From when to when each ran. */
  private static List<double[]> spans(List<String> ids) throws Exception {
    List<double[]> spans = new ArrayList<>();
    for (String id : ids) {
      JsonArray value = api.result(id).getJsonArray("value");
      spans.add(
          new double[] {
            value.getJsonNumber(0).doubleValue(), value.getJsonNumber(1).doubleValue()
          });
    }
    return spans;
  }

  /** How many ran at once. */
  private static int peak(List<double[]> spans) {
    Map<Double, Integer> steps = new TreeMap<>();
    for (double[] span : spans) {
      steps.merge(span[0], 1, Integer::sum);
      steps.merge(span[1], -1, Integer::sum);
    }
    int running = 0;
    int peak = 0;
    for (int step : steps.values()) {
      running += step;
      peak = Math.max(peak, running);
    }
    return peak;
  }

  private static List<String> reasons(String id) throws Exception {
    return viewer.get("tasks/" + id + "/waiting").expect(200).json().asJsonArray().stream()
        .map(reason -> reason.asJsonObject().getString("type"))
        .toList();
  }

  @Test
  void of_two_hundred_tasks_never_more_run_at_once_than_their_limit() throws Exception {
    limit("METHOD/bounded", "{'maxRunning':3}");
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<String>>> submitted = new ArrayList<>();
      for (int client = 0; client < 8; client++) {
        submitted.add(clients.submit(() -> submit(api, 25, "{'method':'bounded','args':[0.03]}")));
      }
      List<String> ids = new ArrayList<>();
      for (Future<List<String>> some : submitted) {
        ids.addAll(some.get());
      }
      assertThat(peak(spans(ids))).isBetween(2, 3);
    } finally {
      clients.shutdownNow();
    }
    assertThat(limits().get(0).getInt("running")).isZero();
  }

  @Test
  void without_a_limit_more_of_them_run_at_once() throws Exception {
    List<String> ids = submit(api, 40, "{'method':'free','args':[0.3]}");

    assertThat(peak(spans(ids))).isBetween(4, WORKERS);
  }

  @Test
  void what_waits_for_a_limit_is_in_nobodys_way_and_goes_on_when_it_is_lifted() throws Exception {
    limit("METHOD/bounded", "{'maxRunning':0}");
    List<String> held = submit(api, 500, "{'method':'bounded','args':[0]}");

    assertThat(api.run("{'method':'free','args':[0]}").getBoolean("success")).isTrue();
    assertThat(reasons(held.get(0))).containsExactly("LIMIT");
    assertThat(viewer.get("tasks/" + held.get(0) + "/waiting").text())
        .contains("limit METHOD/bounded: 0 of 0 are in use");

    api.delete("limits/METHOD/bounded").expect(204);
    spans(held);
  }

  @Test
  void tasks_share_the_units_of_a_licence() throws Exception {
    limit("RESOURCE/ansys", "{'maxRunning':5}");
    List<String> ids = new ArrayList<>(submit(api, 6, "{'method':'licensed','args':[0.3]}"));
    ids.addAll(submit(api, 3, "{'method':'free','args':[0.3],'licences':{'ansys':5}}"));

    List<double[]> spans = spans(ids);

    assertThat(peak(spans.subList(0, 6))).isEqualTo(2);
    assertThat(peak(spans)).isEqualTo(2);
    JsonObject task = api.get("tasks/" + ids.get(0)).object();
    assertThat(task.getJsonObject("licences").getInt("ansys")).isEqualTo(2);
    String again =
        api.post("tasks/" + ids.get(8) + "/rerun", "").expect(201).object().getString("id");
    assertThat(api.get("tasks/" + again).object().getJsonObject("licences").getInt("ansys"))
        .isEqualTo(5);
    api.result(again);
  }

  @Test
  void a_limit_of_an_owner_lets_others_pass() throws Exception {
    limit("OWNER/lim", "{'maxRunning':1}");
    List<String> his = submit(submitter, 4, "{'method':'free','args':[0.3]}");

    api.run("{'method':'free','args':[0]}");
    assertThat(peak(spans(his))).isEqualTo(1);
  }

  @Test
  void a_limit_of_a_backend_counts_all_that_runs_there() throws Exception {
    limit("BACKEND/local", "{'maxRunning':2}");
    List<String> ids = new ArrayList<>(submit(api, 4, "{'method':'free','args':[0.2]}"));
    ids.addAll(submit(submitter, 4, "{'method':'bounded','args':[0.2]}"));

    assertThat(peak(spans(ids))).isEqualTo(2);
  }

  @Test
  void no_more_start_in_a_second_than_a_rate_allows() throws Exception {
    api.run("{'method':'rated','args':[0]}");
    limit("METHOD/rated", "{'perSecond':4,'burst':2}");
    List<String> ids = submit(api, 10, "{'method':'rated','args':[0]}");
    Awaitility.await().atMost(SOON).until(() -> reasons(ids.get(9)).equals(List.of("RATE")));

    List<Double> starts = spans(ids).stream().map(span -> span[0]).sorted().toList();

    // Two at once, eight more at four a second.
    assertThat(starts.get(9) - starts.get(0)).isBetween(1.7, 8.0);
  }

  @Test
  void a_paused_backend_starts_nothing_until_it_is_resumed() throws Exception {
    assertThat(api.post("backends/local/pause", "").expect(200).object().getString("gate"))
        .isEqualTo("PAUSED");
    String id = api.submit("{'method':'free','args':[0]}");
    assertThat(reasons(id)).containsExactly("PAUSED");
    api.get("tasks/" + id + "/result?wait=2").expect(202);

    api.post("backends/local/resume", "").expect(200);

    assertThat(api.result(id).getBoolean("success")).isTrue();
    assertThat(api.get("backends/local").object().getString("gate")).isEqualTo("OPEN");
  }

  @Test
  void all_that_waits_is_told_by_group_with_its_reasons() throws Exception {
    api.post("backends/local/pause", "").expect(200);
    limit("METHOD/urgent", "{'maxRunning':0}");
    List<String> ids = submit(submitter, 3, "{'method':'urgent','args':[0]}");
    String later = "2999-01-01T00:00:00Z";
    String timed = api.submit("{'method':'free','args':[0],'notBefore':'%s'}".formatted(later));

    JsonObject limited = group("urgent", submitter);
    assertThat(limited.getInt("tasks")).isEqualTo(3);
    assertThat(limited.getString("backend")).isEqualTo("local");
    assertThat(limited.getString("sampleTask")).isEqualTo(ids.get(0));
    assertThat(types(limited)).containsExactly("PAUSED", "LIMIT");
    JsonObject free = group("free", api);
    assertThat(free.getString("sampleTask")).isEqualTo(timed);
    assertThat(free.getString("oldestReadyAt")).isEqualTo(later);
    assertThat(types(free)).containsExactly("NOT_BEFORE", "PAUSED");

    api.post("tasks/" + timed + "/cancel", "").expect(200);
    api.delete("limits/METHOD/urgent");
    api.post("backends/local/resume", "").expect(200);
    spans(ids);
    assertThat(viewer.get("waiting").expect(200).text()).doesNotContain("\"urgent\"");
  }

  private static JsonObject group(String method, Api owner) throws Exception {
    String name = owner.get("me").object().getString("user");
    return viewer
        .get("waiting")
        .expect(200)
        .json()
        .asJsonArray()
        .getValuesAs(JsonObject.class)
        .stream()
        .filter(group -> group.getString("method").equals(method))
        .filter(group -> group.getString("owner").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> types(JsonObject group) {
    return group.getJsonArray("reasons").getValuesAs(JsonObject.class).stream()
        .map(reason -> reason.getString("type"))
        .toList();
  }

  @Test
  void a_paused_server_starts_nothing_until_it_is_resumed() throws Exception {
    assertThat(api.post("server/pause", "").expect(200).object().getString("gate"))
        .isEqualTo("PAUSED");
    String id = api.submit("{'method':'free','args':[0]}");
    api.get("tasks/" + id + "/result?wait=2").expect(202);
    assertThat(viewer.get("server").expect(200).object().getInt("unfinished")).isPositive();

    api.post("server/resume", "").expect(200);

    assertThat(api.result(id).getBoolean("success")).isTrue();
  }

  @Test
  void a_draining_backend_refuses_tasks_and_finishes_what_it_has() throws Exception {
    String id = api.submit("{'method':'free','args':[1]}");
    api.post("backends/local/drain", "").expect(200);

    Api.Answer refused = api.post("tasks", "{\"method\":\"free\",\"args\":[0]}").expect(503);
    assertThat(refused.object().getString("type")).isEqualTo("urn:colmenar:problem:draining");
    assertThat(refused.header("Retry-After")).isEqualTo("60");
    JsonObject batch = api.post("tasks", "[{\"method\":\"free\",\"args\":[0]}]").object();
    assertThat(batch.getInt("accepted")).isZero();
    assertThat(batch.getJsonArray("items").getJsonObject(0).getInt("status")).isEqualTo(503);
    assertThat(api.result(id).getBoolean("success")).isTrue();
  }

  @Test
  void a_task_that_is_made_more_urgent_overtakes() throws Exception {
    limit("METHOD/urgent", "{'maxRunning':1}");
    api.post("backends/local/pause", "").expect(200);
    List<String> ids = submit(submitter, 3, "{'method':'urgent','args':[0.05]}");

    JsonObject task =
        submitter
            .post("tasks/" + ids.get(2) + "/priority", "{\"priority\":5}")
            .expect(200)
            .object();
    assertThat(task.getInt("priority")).isEqualTo(5);
    api.post("backends/local/resume", "").expect(200);

    List<double[]> spans = spans(ids);
    assertThat(spans.get(2)[0]).isLessThan(spans.get(0)[0]);
    assertThat(spans.get(0)[0]).isLessThan(spans.get(1)[0]);
    submitter.post("tasks/" + ids.get(2) + "/priority", "{\"priority\":1}").expect(409);
    viewer.post("tasks/" + ids.get(2) + "/priority", "{\"priority\":1}").expect(403);
    api.as("otto", "submitter")
        .post("tasks/" + ids.get(2) + "/priority", "{\"priority\":1}")
        .expect(403);
    assertThat(api.post("tasks/" + ids.get(2) + "/priority", "{\"priority\":1001}").text())
        .contains("\"field\":\"priority\"");
    api.post("tasks/" + ids.get(2) + "/priority", "{}").expect(422);
    api.post("tasks/01a206ed-4cdc-7000-9494-36c41f0a67b9/priority", "{\"priority\":1}").expect(404);
  }

  @Test
  void behind_a_full_backend_a_task_knows_how_many_come_first() throws Exception {
    List<String> ids = submit(api, WORKERS + 3, "{'method':'free','args':[2]}");
    String last = ids.get(WORKERS + 2);

    Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                viewer
                    .get("tasks/" + last + "/waiting")
                    .text()
                    .contains("takes 0 more now, and 2 that could start come before it"));
    assertThat(reasons(last)).containsExactly("CAPACITY");
    spans(ids);
    viewer.get("tasks/" + last + "/waiting").expect(409);
    viewer.get("tasks/01a206ed-4cdc-7000-9494-36c41f0a67b9/waiting").expect(404);
  }

  @Test
  void limits_and_gates_are_for_administrators_to_change_and_for_all_to_see() throws Exception {
    limit("METHOD/bounded", "{'maxRunning':3,'perSecond':2.5,'burst':7}");

    JsonObject limit = limits().get(0);
    assertThat(limit.getString("scope")).isEqualTo("METHOD");
    assertThat(limit.getString("name")).isEqualTo("bounded");
    assertThat(limit.getInt("maxRunning")).isEqualTo(3);
    assertThat(limit.getJsonNumber("perSecond").doubleValue()).isEqualTo(2.5);
    assertThat(limit.getInt("burst")).isEqualTo(7);
    limit("METHOD/bounded", "{'maxRunning':4}");
    assertThat(limits()).hasSize(1);
    assertThat(limits().get(0)).doesNotContainKey("perSecond");
    for (Api caller : List.of(viewer, submitter)) {
      caller.put("limits/METHOD/bounded", "{\"maxRunning\":3}").expect(403);
      caller.delete("limits/METHOD/bounded").expect(403);
      for (String verb : List.of("pause", "resume", "drain")) {
        caller.post("server/" + verb, "").expect(403);
        caller.post("backends/local/" + verb, "").expect(403);
      }
    }
    api.post("backends/moon/pause", "").expect(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "limits/method/m    | {'maxRunning':1}                | scope",
        "limits/METHOD/a%20b| {'maxRunning':1}                | name",
        "limits/METHOD/m    | {'maxRunning':-1}               | maxRunning",
        "limits/METHOD/m    | {'maxRunning':'1'}              | maxRunning",
        "limits/METHOD/m    | {'perSecond':0}                 | perSecond",
        "limits/METHOD/m    | {'perSecond':1,'burst':0}       | burst",
        "limits/METHOD/m    | {'maxRunning':1,'burst':2}      | burst",
        "limits/METHOD/m    | {'maxRuning':1}                 | maxRuning",
        "limits/METHOD/m    | {}                              | ``"
      })
  void a_limit_that_makes_no_sense_is_refused_by_name(String path, String json, String field)
      throws Exception {
    JsonObject problem = api.put(path, json.replace('\'', '"')).expect(422).object();

    assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("field")).isEqualTo(field);
    assertThat(limits()).isEmpty();
  }

  @Test
  void what_is_not_there_cannot_be_removed() throws Exception {
    api.delete("limits/METHOD/never").expect(404);
    assertThat(api.delete("limits/nothing/never").expect(422).text()).contains("scope");
  }

  @Test
  void names_of_backends_may_have_slashes() throws Exception {
    refusesAsUnknown("site/executor");
    limit("BACKEND/site/executor", "{'maxRunning':1}");
    assertThat(limits())
        .singleElement()
        .satisfies(one -> assertThat(one.getString("name")).isEqualTo("site/executor"));
    api.delete("limits/BACKEND/site/executor").expect(204);
  }

  /** Open Liberty refuses every encoded slash before the application sees it. */
  @Test
  void slashes_may_be_encoded_where_the_server_lets_them_pass() throws Exception {
    if (ColmenarServer.name().equals("liberty")) {
      api.get("backends/site%2Fexecutor").expect(400);
      return;
    }
    refusesAsUnknown("site%2Fexecutor");
    limit("BACKEND/site%2Fexecutor", "{'maxRunning':1}");
    assertThat(limits())
        .singleElement()
        .satisfies(one -> assertThat(one.getString("name")).isEqualTo("site/executor"));
    api.delete("limits/BACKEND/site%2Fexecutor").expect(204);
  }

  private static void refusesAsUnknown(String name) throws Exception {
    String why = "no backend site/executor";
    assertThat(api.get("backends/" + name).expect(404).object().getString("detail")).isEqualTo(why);
    for (String verb : List.of("pause", "resume", "drain")) {
      JsonObject problem = api.post("backends/" + name + "/" + verb, "").expect(404).object();
      assertThat(problem.getString("detail")).isEqualTo(why);
    }
  }

  @Test
  void a_backend_counts_tasks_that_are_not_over() throws Exception {
    api.result(api.submit("{'method':'free','args':[0]}"));
    String waiting = api.submit("{'method':'free','args':[0],'notBefore':'2099-01-01T00:00:00Z'}");

    JsonObject tasks = api.get("backends/local").expect(200).object().getJsonObject("tasks");

    assertThat(tasks.getInt("PENDING")).isPositive();
    assertThat(tasks).doesNotContainKeys("SUCCEEDED", "FAILED", "CANCELED");
    api.post("tasks/" + waiting + "/cancel", "").expect(200);
  }

  @Test
  void whoever_makes_the_same_limit_at_the_same_moment_makes_it() throws Exception {
    ExecutorService others = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 15; round++) {
        String path = "limits/RESOURCE/race-" + round;
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          answers.add(others.submit(() -> api.put(path, "{\"maxRunning\":1}").status()));
        }
        for (Future<Integer> answer : answers) {
          assertThat(answer.get()).isIn(200, 409);
        }
      }
    } finally {
      others.shutdownNow();
    }
    assertThat(limits()).hasSize(15);
  }
}

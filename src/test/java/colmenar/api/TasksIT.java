package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SharedServer
class TasksIT {

  private static final String ISING =
      "{'method':'ising-model','kwargs':{'size':4,'temperature':2.0,'sweeps':%d}%s}";

  private static Api api;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    api.definePython(
        "texts_that_fail", "def texts_that_fail():\n    raise ValueError('Too cold')", "{}");
  }

  private static String ising(int sweeps, String more) {
    return ISING.formatted(sweeps, more);
  }

  @Test
  void looking_at_a_result_is_not_receiving_it() throws Exception {
    String id = api.submit("{'method':'echo','args':[1]}");
    JsonObject looked = api.get("tasks/" + id + "/result?wait=60&peek=true").expect(200).object();

    assertThat(looked.getJsonObject("timestamps")).doesNotContainKey("resultReceived");
    assertThat(api.result(id).getJsonObject("timestamps")).containsKey("resultReceived");
    api.get("tasks/" + id + "/result?peek=perhaps").expect(422);
  }

  @Test
  void a_result_carries_everything_that_colmena_records() throws Exception {
    JsonObject result =
        api.run(
            ising(
                100,
                ",'topic':'simulation','taskInfo':{'round':3},'maxRetries':2,"
                    + "'created':'2026-01-02T03:04:05.678901Z','timeSpans':{'serializeInputs':0.25},"
                    + "'resources':{'nodes':2,'processesPerNode':3,'threadsPerProcess':4,"
                    + "'memoryMb':512,'gpus':1,'walltimeSeconds':60,'queue':'debug','account':'abc'}"));

    assertThat(result.getBoolean("success")).isTrue();
    assertThat(result.getBoolean("complete")).isTrue();
    assertThat(result.getString("state")).isEqualTo("SUCCEEDED");
    assertThat(result.getString("method")).isEqualTo("ising-model");
    assertThat(result.getString("topic")).isEqualTo("simulation");
    assertThat(result.getJsonObject("taskInfo").getInt("round")).isEqualTo(3);
    assertThat(result.getJsonObject("value").keySet())
        .containsExactlyInAnyOrder("energy", "magnetization", "measurements");
    assertThat(result.getJsonObject("kwargs").getInt("sweeps")).isEqualTo(100);
    assertThat(result.getJsonArray("args")).isEmpty();
    assertThat(result.getInt("maxRetries")).isEqualTo(2);
    assertThat(result.getInt("retries")).isZero();
    assertThat(result.getJsonObject("messageSizes").getInt("inputs")).isEqualTo(43);
    assertThat(result.getJsonObject("messageSizes").getInt("value"))
        .isEqualTo(result.getJsonObject("value").toString().length());
    assertThat(result.getJsonObject("worker").getString("hostname")).isNotEmpty();
    assertThat(result.getJsonObject("resources").toString())
        .isEqualTo(
            "{\"nodes\":2,\"processesPerNode\":3,\"threadsPerProcess\":4,\"memoryMb\":512,"
                + "\"gpus\":1,\"walltimeSeconds\":60,\"queue\":\"debug\",\"account\":\"abc\"}");
    assertThat(result.getJsonObject("timeSpans").keySet())
        .contains("serializeInputs", "deserializeInputs", "running", "serializeResults");
    assertThat(result.getJsonObject("timestamps").getString("created"))
        .isEqualTo("2026-01-02T03:04:05.678901Z");
    assertThat(lifeOf(result)).isSorted();
  }

  /** The eight timestamps in the order of a task's life. */
  private static List<Instant> lifeOf(JsonObject result) {
    JsonObject times = result.getJsonObject("timestamps");
    return List.of(
        instant(times, "created"),
        instant(times, "inputReceived"),
        instant(times, "startTaskSubmission"),
        instant(times, "taskReceived"),
        instant(times, "computeStarted"),
        instant(times, "computeEnded"),
        instant(times, "resultSent"),
        instant(times, "resultReceived"));
  }

  private static Instant instant(JsonObject times, String name) {
    return Instant.parse(times.getString(name));
  }

  @Test
  void inputs_that_are_not_kept_do_not_come_back_with_the_result() throws Exception {
    JsonObject result = api.run(ising(10, ",'keepInputs':false"));

    assertThat(result).doesNotContainKeys("args", "kwargs");
    assertThat(result.getBoolean("keepInputs")).isFalse();
  }

  @Test
  void a_task_can_be_looked_at_again_and_again() throws Exception {
    String id = api.submit(ising(10, ""));
    JsonObject first = api.result(id);

    assertThat(api.result(id)).isEqualTo(first);
    assertThat(api.get("tasks/" + id + "/inputs").object().getJsonObject("kwargs").getInt("size"))
        .isEqualTo(4);
    assertThat(api.attempts(id)).hasSize(1);
  }

  @Test
  void streamed_items_come_in_order_and_end_with_the_task() throws Exception {
    String id = api.submit(ising(40, ""));
    List<Integer> sweeps = new ArrayList<>();
    JsonObject page;
    int after = 0;
    do {
      page = api.get("tasks/" + id + "/items?limit=7&wait=30&after=" + after).expect(200).object();
      page.getJsonArray("items")
          .forEach(i -> sweeps.add(i.asJsonObject().getJsonObject("value").getInt("sweep")));
      after = page.getInt("next");
    } while (!page.getBoolean("complete"));

    assertThat(sweeps).hasSize(20).isSorted();
    assertThat(api.get("tasks/" + id).object().getInt("items")).isEqualTo(20);
    assertThat(api.attempts(id).getJsonObject(0).getJsonNumber("progress").doubleValue())
        .isBetween(0.0, 1.0);
  }

  @Test
  void a_result_that_is_not_there_yet_answers_202_when_the_wait_is_over() throws Exception {
    String id = api.submit(ising(10_000_000, ""));
    Instant begin = Instant.now();
    Api.Answer answer = api.get("tasks/" + id + "/result?wait=1").expect(202);

    assertThat(Duration.between(begin, Instant.now()))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(20));
    assertThat(answer.object().getString("id")).isEqualTo(id);
    api.post("tasks/" + id + "/cancel", "").expect(202);
    assertThat(api.result(id).getString("state")).isEqualTo("CANCELED");
  }

  @Test
  void an_array_makes_tasks_of_what_fits_and_names_what_does_not() throws Exception {
    String one = ising(10, "").replace('\'', '"');
    JsonObject answer =
        api.post("tasks", "[" + one + ",{\"method\":\"nowhere\"},7," + one + "]")
            .expect(200)
            .object();
    JsonArray items = answer.getJsonArray("items");

    assertThat(answer.getInt("accepted")).isEqualTo(2);
    assertThat(items)
        .extracting(i -> i.asJsonObject().getInt("status"))
        .containsExactly(201, 422, 422, 201);
    assertThat(items.getJsonObject(1).getJsonObject("problem").getString("detail"))
        .contains("nowhere");
    assertThat(api.result(items.getJsonObject(3).getString("id")).getBoolean("success")).isTrue();
  }

  @Test
  void lines_of_json_are_submitted_each_for_itself() throws Exception {
    String one = ising(10, "").replace('\'', '"');
    JsonObject answer =
        api.post("tasks", "application/x-ndjson", one + "\n\n{oops\n" + one + "\n")
            .expect(200)
            .object();

    assertThat(answer.getJsonArray("items"))
        .extracting(i -> i.asJsonObject().getInt("status"))
        .containsExactly(201, 400, 201);
  }

  @Test
  void a_list_is_paged_newest_first_without_gaps_or_repeats() throws Exception {
    List<String> submitted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      submitted.add(0, api.submit(ising(1, ",'topic':'paging'")));
    }
    List<String> listed = new ArrayList<>();
    String path = "tasks?topic=paging&limit=2";
    String next = path;
    while (next != null) {
      JsonObject page = api.get(next).expect(200).object();
      page.getJsonArray("tasks").forEach(t -> listed.add(t.asJsonObject().getString("id")));
      next = page.containsKey("next") ? path + "&cursor=" + page.getString("next") : null;
    }

    assertThat(listed).isEqualTo(submitted);
  }

  @Test
  void a_page_links_to_the_next() throws Exception {
    api.submit(ising(1, ",'topic':'links'"));
    api.submit(ising(1, ",'topic':'links'"));
    Api.Answer page = api.get("tasks?topic=links&limit=1").expect(200);

    assertThat(page.header("Link"))
        .contains("rel=\"next\"")
        .contains("topic=links")
        .contains("cursor=" + page.object().getString("next"));
  }

  @Test
  void a_list_shows_only_what_is_asked_for() throws Exception {
    String id = api.submit(ising(1, ",'topic':'filters'"));
    api.result(id);

    assertThat(
            ids(
                "tasks?topic=filters&state=SUCCEEDED&method=ising-model&backend=local&owner=administrator"))
        .containsExactly(id);
    for (String other : Set.of("state=FAILED", "method=lorenz", "backend=other", "owner=nobody")) {
      assertThat(ids("tasks?topic=filters&" + other)).isEmpty();
    }
  }

  @Test
  void a_text_is_found_wherever_it_stands_and_wildcards_mean_themselves() throws Exception {
    String plain =
        api.submit(
            "{'method':'echo','args':['Blue 100% of a_b'],'topic':'texts','clientId':'text-One',"
                + "'campaign':'Winter','labels':{'site':'North Pole'}}");
    String other = api.submit("{'method':'echo','kwargs':{'x':'100 of aXb'},'topic':'texts'}");
    String failed = api.submit("{'method':'texts_that_fail','topic':'texts'}");
    for (String id : List.of(plain, other, failed)) {
      api.result(id);
    }

    for (String text :
        List.of("bLUE", "100%25", "a_b", "TEXT-one", "winter", "%22site%22:%22north%20p", plain)) {
      assertThat(ids("tasks?topic=texts&text=" + text)).as(text).containsExactly(plain);
    }
    assertThat(ids("tasks?topic=texts&text=%20OF%20a")).containsExactly(other, plain);
    assertThat(ids("tasks?topic=texts&text=TEXTS_that")).containsExactly(failed);
    assertThat(ids("tasks?topic=texts&text=valueerror")).containsExactly(failed);
    assertThat(ids("tasks?topic=texts&text=too%20COLD")).containsExactly(failed);
    for (String text : List.of("%25", "_x", "'", "';--", "%5C", "nowhere", "!")) {
      assertThat(ids("tasks?topic=texts&state=SUCCEEDED&text=" + text + "%25_")).isEmpty();
    }
    JsonObject page = api.get("tasks?topic=texts&text=%20of%20a&limit=1").expect(200).object();
    assertThat(page.getString("next")).isEqualTo(other);
    assertThat(page.getInt("lookedAt")).isEqualTo(3);
    assertThat(Instant.parse(page.getString("searchedUntil"))).isBeforeOrEqualTo(Instant.now());
    assertThat(api.get("tasks?topic=texts&text=%20of%20a").object())
        .containsKey("lookedAt")
        .doesNotContainKeys("next", "searchedUntil");
    assertThat(api.get("tasks?topic=texts").object()).doesNotContainKey("lookedAt");
    for (String text : List.of("a%00", "", "x".repeat(201))) {
      assertThat(api.get("tasks?text=" + text).expect(422).text()).contains("\"text\"");
    }
  }

  @Test
  void long_inputs_are_not_searched() throws Exception {
    String text = "x".repeat(4100);
    String id = api.submit("{'method':'echo','args':['needle " + text + "'],'topic':'long-texts'}");

    assertThat(ids("tasks?topic=long-texts&text=needle")).isEmpty();
    assertThat(ids("tasks?topic=long-texts&text=" + id.substring(20))).containsExactly(id);
  }

  private static List<String> ids(String path) throws Exception {
    return api.get(path).expect(200).object().getJsonArray("tasks").stream()
        .map(JsonValue::asJsonObject)
        .map(task -> task.getString("id"))
        .toList();
  }

  @Test
  void the_urgent_run_first() throws Exception {
    api.definePython(
        "where_am_i", "def where_am_i():\n    import time\n    time.sleep(0.05)", "{}");
    StringBuilder batch = new StringBuilder("[");
    for (int i = 0; i < 60; i++) {
      batch
          .append(i == 0 ? "" : ",")
          .append("{\"method\":\"where_am_i\",\"topic\":\"urgent\",\"priority\":")
          .append(i / 30)
          .append("}");
    }
    JsonArray items =
        api.post("tasks", batch.append("]").toString()).expect(200).object().getJsonArray("items");
    List<Instant> low = new ArrayList<>();
    List<Instant> high = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      JsonObject result = api.result(items.getJsonObject(i).getString("id"));
      (i < 30 ? low : high).add(instant(result.getJsonObject("timestamps"), "startTaskSubmission"));
    }
    Instant lastUrgent = high.stream().max(Instant::compareTo).orElseThrow();

    assertThat(low.stream().filter(start -> start.isBefore(lastUrgent)).count())
        .as("tasks that were handed over before a more urgent one that was there too")
        .isZero();
  }

  @Test
  void cancelling_twice_is_harmless_and_too_late_is_a_conflict() throws Exception {
    String running = api.submit(ising(10_000_000, ""));
    api.post("tasks/" + running + "/cancel", "");
    assertThat(api.result(running).getString("state")).isEqualTo("CANCELED");
    api.post("tasks/" + running + "/cancel", "").expect(200);

    String done = api.submit(ising(1, ""));
    api.result(done);
    assertThat(api.post("tasks/" + done + "/cancel", "").expect(409).object().getString("type"))
        .isEqualTo("urn:colmenar:problem:illegal-move");
  }

  @Test
  void cancelling_methods_while_they_stream_harms_nobody() throws Exception {
    for (int i = 0; i < 40; i++) {
      String id =
          api.submit(
              "{'method':'ising-model','kwargs':{'size':2,'temperature':2.0,'sweeps':20000}}");
      api.post("tasks/" + id + "/cancel", "");
      assertThat(api.result(id).getString("state")).isIn("CANCELED", "SUCCEEDED");
    }
    assertThat(api.run(ising(10, "")).getBoolean("success")).isTrue();
  }

  @Test
  void running_again_makes_a_new_task_that_points_at_the_old() throws Exception {
    String old = api.submit(ising(10, ",'topic':'again','taskInfo':'x'"));
    JsonObject first = api.result(old);
    JsonObject copy = api.post("tasks/" + old + "/rerun", "").expect(201).object();

    assertThat(copy.getString("rerunOf")).isEqualTo(old);
    JsonObject second = api.result(copy.getString("id"));
    assertThat(second.getString("taskId")).isNotEqualTo(old);
    assertThat(second.get("value")).isEqualTo(first.get("value"));
    assertThat(second.getString("topic")).isEqualTo("again");
    assertThat(second.getString("taskInfo")).isEqualTo("x");
  }

  @Test
  void only_a_finished_task_can_be_run_again() throws Exception {
    String id = api.submit(ising(10_000_000, ""));
    api.post("tasks/" + id + "/rerun", "").expect(409);
    api.post("tasks/" + id + "/cancel", "");
    assertThat(api.result(id).getString("state")).isEqualTo("CANCELED");
  }

  @Test
  void a_backend_tells_what_it_is_and_how_many_tasks_it_has() throws Exception {
    JsonObject local = api.get("backends/local").expect(200).object();

    assertThat(local.getString("type")).isEqualTo("local");
    assertThat(local.getString("condition")).isEqualTo("UP");
    assertThat(local.getInt("slots")).isEqualTo(8);
    assertThat(local).containsKey("tasks");
    assertThat(api.get("backends").expect(200).json().asJsonArray()).hasSize(1);
  }
}

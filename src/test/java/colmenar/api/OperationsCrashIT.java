package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import colmenar.container.ColmenarServer;
import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Operations on many tasks, whose servers end in the middle of them. */
@OwnServer
class OperationsCrashIT {

  private static final int TASKS = 10_000;
  private static final int BATCH = 2500;
  private static final Duration LONG = Duration.ofMinutes(4);

  @Test
  void a_rerun_goes_on_after_a_crash_and_runs_no_task_twice() throws Exception {
    try (ServerProcess server = new ServerProcess("opcrash").start()) {
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      List<String> canceled = canceledTasks(api);
      String id = operate(api, "RERUN");

      awaitProgress(api, id);
      server.killServerOnly();
      server.start();

      JsonObject operation = over(api, id);
      assertThat(operation.getString("state")).isEqualTo("DONE");
      assertThat(operation.getInt("changed")).isEqualTo(TASKS);
      assertRerunOnce(api, canceled);
    }
  }

  @Test
  void another_server_goes_on_with_what_a_dead_one_had() throws Exception {
    assumeThat(ColmenarServer.database())
        .as("only PostgreSQL is shared by servers")
        .isEqualTo("postgresql");
    try (ServerProcess one = new ServerProcess("opone").start();
        ServerProcess two = one.beside("optwo").start()) {
      Api api = Api.administrator(one.uri(), one.dataDirectory());
      Api other = Api.administrator(two.uri(), one.dataDirectory());
      List<String> canceled = canceledTasks(api);
      String id = operate(api, "RERUN");

      awaitProgress(api, id);
      one.killServerOnly();

      assertThat(over(other, id).getInt("changed")).isEqualTo(TASKS);
      assertRerunOnce(other, canceled);
    }
  }

  @Test
  void an_operation_is_stopped_in_the_middle_and_waits_when_there_is_no_room() throws Exception {
    try (ServerProcess server =
        new ServerProcess("opstop").with("COLMENAR_QUEUE_MAX_TASKS", "3000").start()) {
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      hold(api);
      submit(api, 2500);
      over(api, operate(api, "CANCEL"));
      Awaitility.await("room for others")
          .atMost(LONG)
          .until(() -> api.post("tasks", batch(2500)).status() == 200);
      String stopped = operate(api, "RERUN");

      // A count of the tasks may see those that were just admitted twice, and then there is no room
      // for any until the next count.
      JsonObject waiting = awaitNote(api, stopped, 1);
      assertThat(waiting.getString("state")).isEqualTo("RUNNING");
      assertThat(waiting.getString("note")).contains("colmenar.queue.max-tasks");
      assertThat(waiting.getInt("changed")).isBetween(1, 600);
      JsonObject last = api.post("operations/" + stopped + "/stop", "").expect(200).object();
      assertThat(last.getString("state")).isEqualTo("STOPPED");

      String next = operate(api, "RERUN");
      awaitNote(api, next, 0);
      api.delete("limits/METHOD/held").expect(204);
      JsonObject done = over(api, next);
      assertThat(done.getString("state")).isEqualTo("DONE");
      assertThat(done.getInt("changed")).isEqualTo(2500);
      assertThat(api.get("operations/" + stopped).object()).isEqualTo(last);
    }
  }

  /** Waits until it has changed so many and says why it does not go on. */
  private static JsonObject awaitNote(Api api, String id, int leastChanged) {
    return Awaitility.await()
        .atMost(LONG)
        .until(
            () -> api.get("operations/" + id).expect(200).object(),
            operation ->
                operation.containsKey("note") && operation.getInt("changed") >= leastChanged);
  }

  private static void hold(Api api) throws Exception {
    api.define("held", "{'kind':'java','bean':'echo'}");
    api.put("limits/METHOD/held", "{\"maxRunning\":0}").expect(200);
  }

  private static List<String> submit(Api api, int many) throws Exception {
    return api
        .post("tasks", batch(many))
        .expect(200)
        .object()
        .getJsonArray("items")
        .getValuesAs(JsonObject.class)
        .stream()
        .map(item -> item.getString("id"))
        .toList();
  }

  private static String batch(int many) {
    return "[" + String.join(",", Collections.nCopies(many, "{\"method\":\"held\"}")) + "]";
  }

  /** Tasks that are over, without having cost anything; reruns of them wait for ever. */
  private static List<String> canceledTasks(Api api) throws Exception {
    hold(api);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < TASKS / BATCH; i++) {
      ids.addAll(submit(api, BATCH));
    }
    JsonObject operation = over(api, operate(api, "CANCEL"));
    assertThat(operation.getInt("changed")).isEqualTo(TASKS);
    return ids;
  }

  private static String operate(Api api, String action) throws Exception {
    String states = action.equals("RERUN") ? "CANCELED" : "PENDING";
    return api.post(
            "operations",
            "{\"action\":\"%s\",\"filter\":{\"state\":\"%s\"}}".formatted(action, states))
        .expect(202)
        .object()
        .getString("id");
  }

  /** Begun, and not yet at its end. */
  private static void awaitProgress(Api api, String id) {
    JsonObject operation =
        Awaitility.await()
            .atMost(LONG)
            .pollInterval(Duration.ofMillis(20))
            .until(
                () -> api.get("operations/" + id).expect(200).object(),
                found -> found.getInt("changed") > 0);
    assertThat(operation.getInt("changed")).as("too fast for this test").isLessThan(TASKS);
  }

  private static JsonObject over(Api api, String id) {
    return Awaitility.await()
        .atMost(LONG)
        .until(
            () -> api.get("operations/" + id).expect(200).object(),
            operation -> operation.containsKey("ended"));
  }

  private static void assertRerunOnce(Api api, List<String> old) throws Exception {
    List<String> reruns = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      JsonObject page = api.get("tasks?state=PENDING&limit=1000" + cursor).expect(200).object();
      page.getJsonArray("tasks").getValuesAs(JsonObject.class).stream()
          .flatMap(task -> Stream.of(task.getString("rerunOf")))
          .forEach(reruns::add);
      cursor = page.containsKey("next") ? "&cursor=" + page.getString("next") : null;
    }
    assertThat(reruns).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(old);
  }
}

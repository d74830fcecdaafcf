package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Old tasks go by themselves; on a server that keeps them for seconds. */
@OwnServer
class RetentionIT {

  private static final Duration LONG = Duration.ofMinutes(4);
  private static final String NINE_SECONDS = "0.0001";

  @Test
  void tasks_are_deleted_when_they_have_been_kept_for_their_time() throws Exception {
    try (ServerProcess server =
        new ServerProcess("retention").with("COLMENAR_RETENTION_DAYS", NINE_SECONDS).start()) {
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      api.define("same", "{'kind':'java','bean':'echo'}");
      api.define("faulty", "{'kind':'java','bean':'no-such-bean'}");
      api.define("held", "{'kind':'java','bean':'echo'}");
      api.put("limits/METHOD/held", "{\"maxRunning\":0}").expect(200);
      String waiting = api.submit("{'method':'held'}");
      String failed = api.submit("{'method':'faulty','topic':'failed'}");
      String unread = api.submit("{'method':'same','args':[1],'topic':'unread'}");
      List<String> read = new ArrayList<>();
      String one = "{\"method\":\"same\",\"args\":[1],\"topic\":\"read\",\"clientId\":\"c%d\"}";
      for (int i = 0; i < 700; i++) {
        read.add(one.formatted(i));
      }
      List<String> ids =
          api
              .post("tasks", "[" + String.join(",", read) + "]")
              .expect(200)
              .object()
              .getJsonArray("items")
              .getValuesAs(JsonObject.class)
              .stream()
              .map(item -> item.getString("id"))
              .toList();
      String operation =
          api.post("operations", "{\"action\":\"CANCEL\",\"filter\":{\"method\":\"no\"}}")
              .expect(202)
              .object()
              .getString("id");
      acknowledge(api, "read", 700);
      acknowledge(api, "failed", 1);

      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(api.get("tasks?topic=read").object().getJsonArray("tasks")).isEmpty());
      Awaitility.await()
          .atMost(LONG)
          .until(() -> api.get("operations/" + operation).status() == 404);

      for (String part : List.of("", "/result", "/attempts", "/inputs")) {
        api.get("tasks/" + ids.get(0) + part).expect(404);
      }
      for (String kept : List.of(waiting, failed, unread)) {
        api.get("tasks/" + kept).expect(200);
      }
      assertThat(api.get("metrics").text())
          .containsPattern("colmenar_tasks_deleted_total\\{cause=\"RETENTION\"} 70[0-9]");
      String again = api.submit(Collections.nCopies(1, one.formatted(5)).get(0));
      assertThat(ids).doesNotContain(again);

      acknowledge(api, "unread", 1);
      Awaitility.await().atMost(LONG).until(() -> api.get("tasks/" + unread).status() == 404);
      api.get("tasks/" + failed).expect(200);
    }
  }

  private static void acknowledge(Api api, String topic, int many) throws Exception {
    int acknowledged = 0;
    while (acknowledged < many) {
      JsonObject delivery =
          api.post("topics/" + topic + "/receive?wait=30&max=1000", "").expect(200).object();
      acknowledged += delivery.getJsonArray("results").size();
      api.post(
              "topics/" + topic + "/acknowledge",
              "{\"lease\":\"%s\"}".formatted(delivery.getString("lease")))
          .expect(200);
    }
  }

  @Test
  void a_time_that_is_none_is_refused_at_the_start_by_its_name() throws Exception {
    try (ServerProcess server =
        new ServerProcess("badtime").with("COLMENAR_RETENTION_FAILED_DAYS", "never")) {
      CompletableFuture<Void> start = CompletableFuture.runAsync(() -> tryToStart(server));
      // The server itself may live on without the application.
      Awaitility.await()
          .atMost(LONG)
          .until(
              () ->
                  Files.exists(server.log())
                      && Files.readString(server.log())
                          .contains("colmenar.retention.failed-days is never"));
      server.kill();
      start.join();
    }
  }

  private static void tryToStart(ServerProcess server) {
    assertThatThrownBy(server::start).isNotNull();
  }
}

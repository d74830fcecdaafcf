package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far campaigns are. */
@SharedServer
class CampaignsIT {

  private static Api api;

  @BeforeAll
  static void define() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    api.definePython(
        "stream_until",
        "import os, time\ndef stream_until(n, mark):\n    for i in range(n):\n        yield i\n"
            + "    while not os.path.exists(mark):\n        time.sleep(0.05)\n    return n",
        "{}");
    api.definePython("give_up", "def give_up():\n    raise ValueError('no')", "{}");
  }

  private static JsonObject campaign(String path) throws Exception {
    return api.get("campaigns/" + path).expect(200).object();
  }

  private static void acknowledge(String topic) throws Exception {
    JsonObject delivery = api.post("topics/" + topic + "/receive", "").expect(200).object();
    api.post(
            "topics/" + topic + "/acknowledge",
            "{\"lease\":\"%s\"}".formatted(delivery.getString("lease")))
        .expect(200);
  }

  @Test
  void a_task_that_streams_is_not_over_with_its_first_item() throws Exception {
    Path mark = ColmenarServer.dataDirectory().resolve("stream-" + System.nanoTime());
    String id =
        api.submit(
            "{'method':'stream_until','args':[3,'%s'],'campaign':'streams','topic':'camp-stream'}"
                .formatted(mark));
    ExecutorService others = Executors.newFixedThreadPool(2);
    try {
      JsonObject items = api.get("tasks/" + id + "/items?wait=60&after=2").expect(200).object();
      assertThat(items.getInt("next")).isEqualTo(3);
      JsonObject running = campaign("streams");
      assertThat(running.getBoolean("finished")).isFalse();
      assertThat(running.getBoolean("done")).isFalse();
      assertThat(running.getInt("unfinished")).isEqualTo(1);
      assertThat(running.getInt("waitingItems")).isEqualTo(3);
      assertThat(running.getInt("waitingResults")).isZero();

      acknowledge("camp-stream");
      assertThat(campaign("streams").getBoolean("done")).as("while it runs").isFalse();
      assertThat(campaign("streams?wait=1&until=finished").getBoolean("finished")).isFalse();

      Future<JsonObject> finished = others.submit(() -> campaign("streams?wait=60&until=finished"));
      Future<JsonObject> done = others.submit(() -> campaign("streams?wait=60"));
      Files.createFile(mark);

      assertThat(finished.get().getBoolean("finished")).isTrue();
      assertThat(finished.get().getBoolean("done")).isFalse();
      assertThat(finished.get().getInt("waitingResults")).isEqualTo(1);
      assertThat(done.isDone()).isFalse();
      acknowledge("camp-stream");
      assertThat(done.get().getBoolean("done")).isTrue();
      assertThat(done.get().getJsonObject("tasks").getInt("SUCCEEDED")).isEqualTo(1);
    } finally {
      others.shutdownNow();
    }
  }

  @Test
  void tasks_are_counted_by_state() throws Exception {
    Instant begin = Instant.now().minusSeconds(5);
    String body =
        "[{'method':'echo','args':[1],'campaign':'counts'},{'method':'echo','args':[2],'campaign':'counts'},"
            + "{'method':'give_up','campaign':'counts'},{'method':'echo','campaign':'counts','notBefore':'2099-01-01T00:00:00Z'},"
            + "{'method':'echo','campaign':'counts-other'},{'method':'echo'}]";
    JsonArray items =
        api.post("tasks", body.replace('\'', '"')).expect(200).object().getJsonArray("items");
    for (int i = 0; i < 3; i++) {
      api.result(items.getJsonObject(i).getString("id"));
    }

    JsonObject counts = campaign("counts");

    assertThat(counts.getJsonObject("tasks").keySet())
        .containsExactlyInAnyOrder("SUCCEEDED", "FAILED", "PENDING");
    assertThat(counts.getJsonObject("tasks").getInt("SUCCEEDED")).isEqualTo(2);
    assertThat(counts.getInt("total")).isEqualTo(4);
    assertThat(counts.getInt("failed")).isEqualTo(1);
    assertThat(counts.getInt("unfinished")).isEqualTo(1);
    assertThat(counts.getInt("waitingResults")).isEqualTo(3);
    assertThat(Instant.parse(counts.getString("firstAt"))).isAfter(begin);
    assertThat(Instant.parse(counts.getString("lastAt")))
        .isAfter(Instant.parse(counts.getString("firstAt")));

    api.post("tasks/" + items.getJsonObject(3).getString("id") + "/cancel", "").expect(200);
    JsonObject finished = campaign("counts?wait=60&until=finished");
    assertThat(finished.getJsonObject("tasks").getInt("CANCELED")).isEqualTo(1);
    for (int i = 0; i < 4; i++) {
      api.post("tasks/" + items.getJsonObject(i).getString("id") + "/acknowledge", "").expect(200);
    }
    assertThat(campaign("counts").getBoolean("done")).isTrue();
  }

  @Test
  void a_name_belongs_to_its_owner() throws Exception {
    Api ada = api.as("camp-ada", "submitter");
    Api bob = api.as("camp-bob", "submitter");
    Api viewer = api.as("camp-vic", "viewer");
    ada.run("{'method':'echo','campaign':'shared'}");
    bob.run("{'method':'echo','campaign':'shared'}");
    bob.run("{'method':'echo','campaign':'shared'}");

    assertThat(ada.get("campaigns/shared").expect(200).object().getInt("total")).isEqualTo(1);
    assertThat(bob.get("campaigns/shared").expect(200).object().getInt("total")).isEqualTo(2);
    api.get("campaigns/shared").expect(404);
    viewer.get("campaigns/shared").expect(404);
    assertThat(campaign("shared?owner=camp-bob").getInt("total")).isEqualTo(2);
    assertThat(
            viewer.get("campaigns/shared?owner=camp-ada").expect(200).object().getString("owner"))
        .isEqualTo("camp-ada");
  }

  @Test
  void campaigns_are_listed_by_name_in_pages() throws Exception {
    Api eve = api.as("camp-eve", "submitter");
    assertThat(eve.get("campaigns").expect(200).object().getJsonArray("campaigns")).isEmpty();
    for (String name : List.of("c", "a", "b", "a")) {
      eve.run("{'method':'echo','campaign':'%s'}".formatted(name));
    }

    Api.Answer first = eve.get("campaigns?limit=2").expect(200);
    JsonObject second =
        eve.get("campaigns?limit=2&cursor=" + first.object().getString("next"))
            .expect(200)
            .object();

    assertThat(names(first.object())).containsExactly("a", "b");
    assertThat(first.header("Link")).contains("rel=\"next\"").contains("cursor=b");
    assertThat(names(second)).containsExactly("c");
    assertThat(second).doesNotContainKey("next");
    JsonObject a = first.object().getJsonArray("campaigns").getJsonObject(0);
    assertThat(Instant.parse(a.getString("firstAt")))
        .isBefore(Instant.parse(a.getString("lastAt")));
    assertThat(names(api.get("campaigns?owner=camp-eve").expect(200).object()))
        .containsExactly("a", "b", "c");
  }

  private static List<String> names(JsonObject page) {
    return page.getJsonArray("campaigns").getValuesAs(JsonObject.class).stream()
        .map(one -> one.getString("campaign"))
        .toList();
  }

  @Test
  void a_campaign_without_tasks_is_not_found_even_by_who_waits() throws Exception {
    api.get("campaigns/nothing").expect(404);
    api.get("campaigns/nothing?wait=30").expect(404);
  }

  @ParameterizedTest
  @CsvSource({
    "campaigns/a?wait=301, wait",
    "campaigns/a?until=never, until",
    "campaigns/a?owner=a%20b, owner",
    "campaigns/a%20b, name",
    "campaigns?limit=0, limit",
    "campaigns?cursor=a%20b, cursor",
    "campaigns?owner=a%20b, owner"
  })
  void what_cannot_be_asked_for_is_refused_by_name(String path, String field) throws Exception {
    JsonObject problem = api.get(path).expect(422).object();

    assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("field")).isEqualTo(field);
  }
}

package colmenar.api;

import static colmenar.api.EventfulTasks.assertWholeLives;
import static colmenar.api.EventfulTasks.submit;
import static org.assertj.core.api.Assertions.assertThat;

import colmenar.api.EventReader.Event;
import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import jakarta.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stream of task events as clients see it. */
@SharedServer
class EventsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> WHOLE_LIFE = List.of("SUBMITTED", "RUNNING", "SUCCEEDED");

  private static Api api;

  @BeforeAll
  static void define() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    EventfulTasks.define(api);
    api.definePython("event_nap", "import time\ndef event_nap(s):\n    time.sleep(s)", "{}");
  }

  private static void await(EventReader reader, String task, String... kinds) {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(reader.kinds(task)).containsExactly(kinds));
  }

  @Test
  void the_whole_life_of_tasks_is_told_in_order() throws Exception {
    api.definePython(
        "event_count", "def event_count(n):\n    for i in range(n):\n        yield i", "{}");
    api.definePython("event_fail", "def event_fail():\n    raise ValueError('no')", "{}");
    try (EventReader reader = EventReader.listen(api, "?topic=event-life")) {
      String streaming =
          api.submit("{'method':'event_count','args':[3],'topic':'event-life','campaign':'c1'}");
      String failing = api.submit("{'method':'event_fail','maxRetries':1,'topic':'event-life'}");
      String running = api.submit("{'method':'event_nap','args':[60],'topic':'event-life'}");
      String waiting =
          api.submit(
              "{'method':'event-echo','args':[1],'topic':'event-life','notBefore':'%s'}"
                  .formatted(Instant.now().plusSeconds(600)));
      await(reader, running, "SUBMITTED", "RUNNING");
      api.post("tasks/" + waiting + "/priority", "{\"priority\":7}").expect(200);
      api.post("tasks/" + waiting + "/cancel", "").expect(200);
      api.post("tasks/" + running + "/cancel", "");

      await(reader, streaming, "SUBMITTED", "RUNNING", "ITEM", "ITEM", "ITEM", "SUCCEEDED");
      await(reader, failing, "SUBMITTED", "RUNNING", "RETRY", "RUNNING", "FAILED");
      await(reader, running, "SUBMITTED", "RUNNING", "CANCELING", "CANCELED");
      await(reader, waiting, "SUBMITTED", "PRIORITY", "CANCELED");

      List<JsonObject> told =
          reader.events().stream()
              .map(Event::json)
              .filter(event -> event.getString("task").equals(streaming))
              .toList();
      JsonObject item = told.get(3);
      assertThat(item.getInt("item")).isEqualTo(1);
      assertThat(item.getInt("attempt")).isEqualTo(1);
      assertThat(item.getString("state")).isEqualTo("RUNNING");
      assertThat(item.getString("owner")).isEqualTo("administrator");
      assertThat(item.getString("campaign")).isEqualTo("c1");
      assertThat(item.getString("method")).isEqualTo("event_count");
      assertThat(item.getString("backend")).isEqualTo("local");
      assertThat(Instant.parse(item.getString("at"))).isBefore(Instant.now().plusSeconds(60));
      assertThat(told.get(0).getString("state")).isEqualTo("PENDING");
      List<JsonObject> failures =
          reader.events().stream()
              .map(Event::json)
              .filter(event -> event.getString("task").equals(failing))
              .toList();
      assertThat(failures.get(2).getString("failureClass")).isEqualTo("APPLICATION");
      assertThat(failures.get(2).getString("state")).isEqualTo("PENDING");
      assertThat(failures).extracting(e -> e.getInt("attempt")).containsExactly(0, 1, 1, 2, 2);
    }
  }

  @Test
  void filters_leave_out_what_nobody_asked_for() throws Exception {
    Api ann = api.as("ann-listens", "submitter");
    try (EventReader ofOwner = EventReader.listen(api, "?owner=ann-listens&kind=SUCCEEDED");
        EventReader ofCampaign = EventReader.listen(api, "?campaign=event-c1&campaign=event-c2");
        EventReader ofBoth =
            EventReader.listen(
                api, "?method=event-echo&backend=local&topic=event-filter&owner=administrator")) {
      String anns = ann.submit("{'method':'event-echo','args':[1],'topic':'event-filter'}");
      String first =
          api.submit(
              "{'method':'event-echo','args':[1],'topic':'event-filter','campaign':'event-c1'}");
      String second = api.submit("{'method':'event-echo','args':[1],'campaign':'event-c2'}");

      await(ofOwner, anns, "SUCCEEDED");
      for (String one : List.of(first, second)) {
        await(ofCampaign, one, WHOLE_LIFE.toArray(String[]::new));
      }
      await(ofBoth, first, WHOLE_LIFE.toArray(String[]::new));
      try (EventReader ofTask =
          EventReader.after(api, "?task=" + second, ofCampaign.events().get(0).id())) {
        await(ofTask, second, WHOLE_LIFE.toArray(String[]::new));
        assertThat(ofTask.kinds().keySet()).containsExactly(second);
      }
      assertThat(ofOwner.kinds().keySet()).containsExactly(anns);
      assertThat(ofCampaign.kinds().keySet()).containsExactlyInAnyOrder(first, second);
      assertThat(ofBoth.kinds().keySet()).containsExactly(first);
    }
  }

  /** Drops its connection again and again, and misses nothing, and is told nothing twice. */
  @Test
  void who_comes_back_with_his_last_id_misses_nothing() throws Exception {
    List<String> ids = new ArrayList<>();
    List<Event> seen = new ArrayList<>();
    EventReader reader = EventReader.listen(api, "?topic=event-drop");
    for (int round = 0; round < 8; round++) {
      ids.addAll(submit(api, "event-drop", 60));
      int least = 20 * (round + 1);
      EventReader open = reader;
      Awaitility.await().atMost(SOON).until(() -> open.events().size() >= Math.min(least, 60));
      reader.close();
      seen.addAll(reader.events());
      reader = EventReader.after(api, "?topic=event-drop", reader.lastId());
    }
    EventReader last = reader;
    Awaitility.await()
        .atMost(SOON)
        .until(() -> seen.size() + last.events().size() >= 3 * ids.size());
    reader.close();
    seen.addAll(reader.events());

    assertThat(seen).extracting(Event::id).doesNotHaveDuplicates();
    assertWholeLives(seen, ids);
  }

  @Test
  void an_id_that_the_log_does_not_reach_or_that_is_of_another_log_is_answered_by_reset()
      throws Exception {
    for (String id : List.of("0", "999999999999")) {
      try (EventReader reader = EventReader.after(api, "?topic=event-reset", id)) {
        Awaitility.await().atMost(SOON).until(() -> !reader.events().isEmpty());
        assertThat(reader.events()).singleElement().extracting(Event::kind).isEqualTo("reset");
        List<String> ids = submit(api, "event-reset", 1);
        await(reader, ids.get(0), WHOLE_LIFE.toArray(String[]::new));
      }
    }
  }

  @Test
  void what_does_not_fit_is_named() throws Exception {
    for (String query :
        List.of(
            "lastEventId=x",
            "lastEventId=5-9",
            "lastEventId=10-2-3",
            "lastEventId=" + "9".repeat(40),
            "kind=EXPLODED",
            "task=nine",
            "colour=red")) {
      JsonObject problem = api.get("events?" + query).expect(422).object();
      assertThat(problem.getString("type")).isEqualTo("urn:colmenar:problem:invalid");
      assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("field"))
          .isEqualTo(query.substring(0, query.indexOf('=')));
    }
    HttpResponse<InputStream> refused = api.stream("events", "Last-Event-ID", "1234.");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(api.post("events", "{}").status()).isEqualTo(405);
    assertThat(api.stream("events", "Accept", "application/json").statusCode()).isEqualTo(406);
    assertThat(api.get("events/").status()).isEqualTo(404);
  }

  @Test
  void nobody_listens_without_a_token_and_nobody_longer_than_it_is_good() throws Exception {
    HttpResponse<String> denied =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(ColmenarServer.uri().resolve("api/v1/events")).build(),
                BodyHandlers.ofString());
    assertThat(denied.statusCode()).isEqualTo(401);
    assertThat(denied.headers().allValues("WWW-Authenticate")).isNotEmpty();
    assertThat(Api.parse(denied.body()).asJsonObject().getString("type"))
        .isEqualTo("urn:colmenar:problem:unauthorized");

    JsonObject token =
        api.post("tokens", "{\"user\":\"lis\",\"role\":\"viewer\"}").expect(201).object();
    Api viewer = new Api(ColmenarServer.uri(), token.getString("secret"));
    try (EventReader reader = EventReader.listen(viewer, "")) {
      api.delete("tokens/" + token.getString("id"));

      Awaitility.await().atMost(Duration.ofSeconds(20)).until(reader::ended);
      assertThat(reader.comments()).last().isEqualTo("the access token is no longer valid");
    }
  }

  @Test
  void a_silent_stream_says_that_it_is_there_and_where() throws Exception {
    try (EventReader reader = EventReader.listen(api, "?topic=event-silence")) {
      String before = reader.lastId();
      List<String> others = submit(api, "event-others", 1);
      api.result(others.get(0));
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> reader.comments().contains("still here"));

      assertThat(reader.events()).isEmpty();
      assertThat(reader.lastId()).isNotEqualTo(before);
    }
  }
}

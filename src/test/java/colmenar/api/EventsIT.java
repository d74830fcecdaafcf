package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.api.EventReader.Event;
import colmenar.container.ColmenarServer;
import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import colmenar.metrics.PrometheusText;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stream of task events as clients see it. */
@ExtendWith(ColmenarServer.class)
class EventsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> WHOLE_LIFE = List.of("SUBMITTED", "RUNNING", "SUCCEEDED");

  /** Of a task that a server may have lost on the way. */
  private static final String LIVES =
      "SUBMITTED (RUNNING (RETRY|GIVEN_BACK) )*RUNNING (SUCCEEDED|FAILED)";

  private static final String GOOD_LIVES = "SUBMITTED (RUNNING GIVEN_BACK )*RUNNING SUCCEEDED";

  private static Api api;

  @BeforeAll
  static void define() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    define(api);
  }

  private static void define(Api of) throws Exception {
    of.define("event-echo", "{'kind':'java','bean':'echo'}");
    of.definePython("event_nap", "import time\ndef event_nap(s):\n    time.sleep(s)", "{}");
  }

  /** So many tasks of nothing in one request; their ids. */
  private static List<String> submit(Api to, String topic, int number) throws Exception {
    String one = "{\"method\":\"event-echo\",\"args\":[1],\"topic\":\"%s\"}".formatted(topic);
    String batch = "[" + (one + ",").repeat(number - 1) + one + "]";
    JsonArray items = to.post("tasks", batch).expect(200).object().getJsonArray("items");
    List<String> ids = new ArrayList<>();
    items.forEach(item -> ids.add(item.asJsonObject().getString("id")));
    return ids;
  }

  private static void await(EventReader reader, String task, String... kinds) {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(reader.kinds(task)).containsExactly(kinds));
  }

  private static String token(ServerProcess server) throws Exception {
    return Files.readString(server.dataDirectory().resolve("administrator.token")).trim();
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

  private static void assertWholeLives(List<Event> seen, List<String> ids) {
    Map<String, List<String>> kinds =
        seen.stream()
            .collect(
                Collectors.groupingBy(
                    Event::task, Collectors.mapping(Event::kind, Collectors.toList())));
    assertThat(kinds.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(kinds)
        .allSatisfy((task, told) -> assertThat(String.join(" ", told)).matches(GOOD_LIVES));
  }

  private static long succeeded(EventReader reader) {
    return reader.events().stream().filter(event -> event.kind().equals("SUCCEEDED")).count();
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

  @OwnServer
  @Test
  void a_client_that_does_not_read_is_cut_off_and_hinders_nobody() throws Exception {
    try (ServerProcess server =
        new ServerProcess("stalled")
            .with("COLMENAR_EVENTS_STALL_SECONDS", "2")
            .with("COLMENAR_EVENTS_MAX_LISTENERS", "2")) {
      server.start();
      Api there = Api.administrator(server.uri(), server.dataDirectory());
      define(there);
      try (Socket slow = neverReading(server);
          EventReader good = EventReader.listen(there, "?topic=event-flood")) {
        assertThat(slow.isConnected()).isTrue();
        Awaitility.await().atMost(SOON).until(() -> metric(there, "event_listeners") == 2);
        HttpResponse<InputStream> refused = there.stream("events");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();

        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
          ids.addAll(submit(there, "event-flood", 500));
        }
        Awaitility.await()
            .atMost(SOON)
            .until(() -> metric(there, "event_listeners_cut_total") == 1);
        Awaitility.await().atMost(SOON).until(() -> succeeded(good) >= ids.size());
        assertWholeLives(good.events(), List.copyOf(ids));
        assertThat(metric(there, "event_listeners")).isEqualTo(1);
        assertThat(metric(there, "events_sent_total")).isGreaterThanOrEqualTo(3.0 * ids.size());
      }
      server.stop();
      server.with("COLMENAR_EVENTS_ENABLED", "false").start();
      assertThat(there.get("events").expect(404).object().getString("detail"))
          .contains("COLMENAR_EVENTS_ENABLED");
      assertThat(there.result(submit(there, "event-flood", 1).get(0)).getBoolean("success"))
          .isTrue();
    }
  }

  private static double metric(Api of, String name) throws Exception {
    return PrometheusText.parse(of.get("metrics").expect(200).text()).count("colmenar_" + name);
  }

  private static Socket neverReading(ServerProcess server) throws Exception {
    URI uri = server.uri();
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
    String request =
        "GET /colmenar/api/v1/events HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(uri.getHost(), uri.getPort(), token(server));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @OwnServer
  @Test
  void nothing_is_missed_over_a_restart_of_the_server() throws Exception {
    try (ServerProcess server = new ServerProcess("eventful")) {
      server.start();
      Api there = Api.administrator(server.uri(), server.dataDirectory());
      define(there);
      EventReader before = EventReader.listen(there, "?topic=event-restart");
      List<String> ids = new ArrayList<>(submit(there, "event-restart", 200));
      Awaitility.await().atMost(SOON).until(() -> before.events().size() > 100);
      ids.addAll(submit(there, "event-restart", 200));
      server.kill();
      before.close();
      server.start();
      ids.addAll(submit(there, "event-restart", 50));
      EventReader after = EventReader.after(there, "?topic=event-restart", before.lastId());
      List<String> ended = List.of("SUCCEEDED", "FAILED");
      Awaitility.await()
          .atMost(SOON)
          .until(
              () ->
                  Stream.concat(before.events().stream(), after.events().stream())
                          .filter(event -> ended.contains(event.kind()))
                          .count()
                      >= ids.size());
      after.close();

      List<Event> seen = Stream.concat(before.events().stream(), after.events().stream()).toList();
      assertThat(seen).extracting(Event::id).doesNotHaveDuplicates();
      assertThat(seen).noneMatch(event -> event.kind().equals("reset"));
      for (String id : ids) {
        List<String> kinds =
            seen.stream().filter(e -> e.task().equals(id)).map(Event::kind).toList();
        assertThat(String.join(" ", kinds)).as(id).matches(LIVES);
      }
    }
  }

  @OwnServer
  @Test
  void a_second_server_tells_the_same_and_goes_on_where_the_first_one_died() throws Exception {
    if (!ColmenarServer.database().equals("postgresql")) {
      return;
    }
    try (ServerProcess first = new ServerProcess("eventone");
        ServerProcess second = first.beside("eventtwo")) {
      first.with("COLMENAR_NODE", "eventone").start();
      second.with("COLMENAR_NODE", "eventtwo").start();
      Api one = Api.administrator(first.uri(), first.dataDirectory());
      Api two = new Api(second.uri(), token(first));
      define(one);
      EventReader here = EventReader.listen(one, "?topic=event-two");
      List<Event> seen = new ArrayList<>();
      List<String> ids = new ArrayList<>();
      try (EventReader there = EventReader.listen(two, "?topic=event-two")) {
        ids.addAll(submit(one, "event-two", 200));
        ids.addAll(submit(two, "event-two", 200));
        Awaitility.await().atMost(SOON).until(() -> succeeded(there) >= ids.size());
        Awaitility.await().atMost(SOON).until(() -> succeeded(here) >= ids.size());
        assertWholeLives(there.events(), ids);
      }
      List<String> more = submit(two, "event-two", 100);
      ids.addAll(more);
      first.kill();
      here.close();
      seen.addAll(here.events());
      EventReader rest = EventReader.after(two, "?topic=event-two", here.lastId());
      Awaitility.await()
          .atMost(SOON)
          .until(
              () -> {
                Set<String> over = new HashSet<>();
                Stream.concat(seen.stream(), rest.events().stream())
                    .filter(event -> Set.of("SUCCEEDED", "FAILED").contains(event.kind()))
                    .forEach(event -> over.add(event.task()));
                return over.containsAll(ids);
              });
      rest.close();
      seen.addAll(rest.events());
      assertThat(seen).extracting(Event::id).doesNotHaveDuplicates();
      assertThat(seen).noneMatch(event -> event.kind().equals("reset"));
      for (String id : ids) {
        List<String> kinds =
            seen.stream().filter(e -> e.task().equals(id)).map(Event::kind).toList();
        assertThat(String.join(" ", kinds)).as(id).matches(LIVES);
      }
    }
  }
}

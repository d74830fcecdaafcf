package colmenar.api;

import static colmenar.api.EventfulTasks.assertInterruptedLives;
import static colmenar.api.EventfulTasks.assertWholeLives;
import static colmenar.api.EventfulTasks.define;
import static colmenar.api.EventfulTasks.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import colmenar.api.EventReader.Event;
import colmenar.container.ColmenarServer;
import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import colmenar.metrics.PrometheusText;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The stream of task events of servers that end, and with clients that do not read. */
@OwnServer
class EventsRestartIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  private static long succeeded(EventReader reader) {
    return reader.events().stream().filter(event -> event.kind().equals("SUCCEEDED")).count();
  }

  private static String token(ServerProcess server) throws Exception {
    return Files.readString(server.dataDirectory().resolve("administrator.token")).trim();
  }

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
      assertInterruptedLives(seen, ids);
    }
  }

  @Test
  void a_second_server_tells_the_same_and_goes_on_where_the_first_one_died() throws Exception {
    assumeThat(ColmenarServer.database())
        .as("only PostgreSQL is shared by servers")
        .isEqualTo("postgresql");
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
      assertInterruptedLives(seen, ids);
    }
  }
}

package colmenar.api;

import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Listens to the task events of a server, as a browser would. Thread-safe. */
final class EventReader implements AutoCloseable {

  private final InputStream stream;
  private final List<Event> events = new ArrayList<>();
  private final List<String> comments = new ArrayList<>();
  private String lastId = "";
  private boolean ended;

  /** What came under one id. */
  record Event(String id, String kind, String data) {
    JsonObject json() {
      return Api.parse(data).asJsonObject();
    }

    String task() {
      return json().getString("task");
    }
  }

  private EventReader(InputStream stream) {
    this.stream = stream;
  }

  /** Listens from now on; returns when the server has said that it does. */
  static EventReader listen(Api api, String query) throws Exception {
    return after(api, query, null);
  }

  /** Listens from an id on. */
  static EventReader after(Api api, String query, String id) throws Exception {
    String[] headers = id == null ? new String[0] : new String[] {"Last-Event-ID", id};
    HttpResponse<InputStream> response = api.stream("events" + query, headers);
    if (response.statusCode() != 200) {
      throw new AssertionError(
          response.statusCode()
              + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
    }
    EventReader reader = new EventReader(response.body());
    Thread thread = new Thread(reader::read, "event reader");
    thread.setDaemon(true);
    thread.start();
    Awaitility.await("greeting")
        .atMost(Duration.ofSeconds(30))
        .until(() -> !reader.comments().isEmpty());
    return reader;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      String id = null;
      String kind = "message";
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(":")) {
          comment(line.substring(1).trim());
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          kind = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        } else if (line.isEmpty()) {
          dispatch(id, kind, data.toString());
          kind = "message";
          data.setLength(0);
        }
      }
    } catch (IOException e) {
      // It was dropped.
    }
    end();
  }

  private synchronized void comment(String text) {
    comments.add(text);
  }

  private synchronized void dispatch(String id, String kind, String data) {
    if (ended) {
      return;
    }
    if (id != null) {
      lastId = id;
    }
    if (!data.isEmpty()) {
      events.add(new Event(lastId, kind, data));
    }
  }

  private synchronized void end() {
    ended = true;
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  synchronized List<String> comments() {
    return List.copyOf(comments);
  }

  synchronized String lastId() {
    return lastId;
  }

  synchronized boolean ended() {
    return ended;
  }

  /** The kinds of the events of each task, in the order in which they came. */
  synchronized Map<String, List<String>> kinds() {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    for (Event event : events) {
      if (!event.kind().equals("reset")) {
        kinds.computeIfAbsent(event.task(), task -> new ArrayList<>()).add(event.kind());
      }
    }
    return kinds;
  }

  List<String> kinds(String task) {
    return kinds().getOrDefault(task, List.of());
  }

  /** Drops the connection; what comes afterwards does not count. */
  @Override
  public void close() throws IOException {
    end();
    stream.close();
  }
}

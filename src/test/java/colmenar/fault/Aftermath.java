package colmenar.fault;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Waits for the end of everything, and reads what the server then says of it. */
final class Aftermath {

  private static final Duration LONGEST_DELIVERY = Duration.ofMinutes(5);
  private static final int READERS = 8;

  private final Client server;
  private final List<String> methods;
  private final String topic;

  /**
   * @param server as an administrator sees it
   */
  Aftermath(Client server, List<String> methods, String topic) {
    this.server = server;
    this.methods = methods;
    this.topic = topic;
  }

  /** Waits until nothing is unfinished. */
  void settle(Duration most) {
    Awaitility.await("end of every task")
        .atMost(most)
        .pollInterval(Duration.ofMillis(250))
        .until(
            () ->
                server
                    .get("server")
                    .map(view -> view.asJsonObject().getInt("unfinished") == 0)
                    .orElse(false));
  }

  /** Waits until every result has been acknowledged. */
  void drain(List<String> owners) {
    Awaitility.await("end of deliveries")
        .atMost(LONGEST_DELIVERY)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> owners.stream().allMatch(this::drained));
  }

  private boolean drained(String owner) {
    return server
        .get("topics/%s?owner=%s".formatted(topic, owner))
        .map(view -> view.asJsonObject().getInt("waiting") == 0)
        .orElse(false);
  }

  /** What counts for each limit, by its scope and name. */
  Map<String, Long> used() {
    Map<String, Long> used = new HashMap<>();
    for (JsonValue limit : server.read("limits").asJsonArray()) {
      JsonObject view = limit.asJsonObject();
      used.put(
          view.getString("scope") + "/" + view.getString("name"),
          view.getJsonNumber("running").longValue());
    }
    return used;
  }

  /** What the server says of every task now, in short. */
  List<Ending.Line> lines() {
    return tasks().stream()
        .map(
            task ->
                new Ending.Line(
                    task.getString("id"),
                    task.getString("state"),
                    task.getString("failureClass", null),
                    task.getInt("attempts"),
                    task.getInt("retries"),
                    instant(task.getJsonObject("timestamps"), "resultSent")))
        .toList();
  }

  /** What the server says of every task now. */
  List<Ending> endings() throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    try {
      List<Future<Ending>> endings =
          tasks().stream().map(task -> readers.submit(() -> ending(task))).toList();
      List<Ending> all = new ArrayList<>();
      for (Future<Ending> ending : endings) {
        all.add(ending.get(5, TimeUnit.MINUTES));
      }
      return all;
    } finally {
      readers.shutdownNow();
    }
  }

  private List<JsonObject> tasks() {
    List<JsonObject> tasks = new ArrayList<>();
    for (String method : methods) {
      String cursor = "";
      while (cursor != null) {
        JsonObject page =
            server.read("tasks?method=%s&limit=1000%s".formatted(method, cursor)).asJsonObject();
        tasks.addAll(page.getJsonArray("tasks").getValuesAs(JsonObject.class));
        cursor = page.containsKey("next") ? "&cursor=" + page.getString("next") : null;
      }
    }
    return tasks;
  }

  private Ending ending(JsonObject task) {
    String id = task.getString("id");
    // of a task that is not over it is the task itself
    JsonObject result = server.read("tasks/" + id + "/result").asJsonObject();
    List<Ending.Try> tries = new ArrayList<>();
    for (JsonValue one : server.read("tasks/" + id + "/attempts").asJsonArray()) {
      JsonObject attempt = one.asJsonObject();
      JsonObject failure = attempt.getJsonObject("failure");
      JsonObject times = attempt.getJsonObject("timestamps");
      tries.add(
          new Ending.Try(
              attempt.getInt("number"),
              attempt.getString("id"),
              attempt.getString("outcome", null),
              failure == null ? null : failure.getString("failureClass"),
              instant(times, "startTaskSubmission"),
              instant(times, "finished")));
    }
    return new Ending(
        id,
        result.getString("taskInfo", "?"),
        task.getString("state"),
        task.getString("failureClass", null),
        text(result.get("value")),
        task.getInt("retries"),
        task.getInt("maxAttempts"),
        instant(task.getJsonObject("timestamps"), "resultSent"),
        tries);
  }

  private static Instant instant(JsonObject times, String name) {
    String text = times.getString(name, null);
    return text == null ? null : Instant.parse(text);
  }

  static String text(JsonValue value) {
    return value == null || value == JsonValue.NULL ? null : value.toString();
  }
}

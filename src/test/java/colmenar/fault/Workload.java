package colmenar.fault;

import colmenar.fault.History.Acknowledge;
import colmenar.fault.History.Cancel;
import colmenar.fault.History.Delivery;
import colmenar.fault.History.Piece;
import colmenar.fault.History.Submit;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * Clients that submit, cancel and fetch at some servers with one database.
 *
 * <p>A submit whose answer is lost may be repeated, with the same client ids, at any of the
 * servers. Consumers now and then forget what they have just got, as if they had died.
 */
final class Workload implements AutoCloseable {

  private static final int SUBMITTERS = 3;
  private static final int LARGEST_BATCH = 25;
  private static final int LEASE_SECONDS = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** The code of the tasks: notes that it runs, and in which life of which server. */
  private static final String BEE =
      """
      import os, time, uuid

      def server():
          pid = os.getpid()
          while pid > 1:
              try:
                  with open(f"/proc/{pid}/stat") as file:
                      stat = file.read()
              except OSError:
                  break
              if "(java)" in stat:
                  return pid
              pid = int(stat.rsplit(")", 1)[1].split()[1])
          return 0

      def bee(key, log, seconds, items, fails):
          token = uuid.uuid4().hex
          place = server()
          def note(what):
              file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
              os.write(file, f"{what} {key} {place} {token} {time.monotonic_ns()}\\n".encode())
              os.close(file)
          note("start")
          for index in range(items):
              yield {"item": index, "token": token}
          time.sleep(seconds)
          note("end")
          if fails:
              raise ValueError("as ordered")
          return {"key": key, "token": token}
      """;

  private final History history = new History();
  private final AtomicInteger made = new AtomicInteger();
  private final List<Client> servers;
  private final Path log;
  private final String name;
  private final ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS);
  private final ExecutorService consumers;
  private final boolean repeats;
  private volatile boolean closed;

  /**
   * @param name of the method and the topic, of its own
   * @param log where executions are noted
   * @param repeats whether submits with an unknown outcome are repeated
   */
  Workload(String name, List<URI> servers, String token, Path log, boolean repeats) {
    this.repeats = repeats;
    this.servers = servers.stream().map(uri -> new Client(uri, token, history)).toList();
    this.log = log;
    this.name = name;
    this.consumers = Executors.newFixedThreadPool(servers.size());
    JsonObject method =
        Json.createObjectBuilder()
            .add("kind", "python")
            .add("function", "bee")
            .add("source", BEE)
            .build();
    this.servers.get(0).define(name, method.toString());
  }

  /** Starts one consumer at each server; they end when this is closed. */
  Workload consume() {
    for (int i = 0; i < servers.size(); i++) {
      Client server = servers.get(i);
      Random random = new Random(i);
      Future<?> unused = consumers.submit(() -> consume(server, random));
    }
    return this;
  }

  /** Submits so many tasks, and returns when all are acknowledged. */
  void submit(int tasks) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    AtomicInteger left = new AtomicInteger(tasks);
    for (int i = 0; i < SUBMITTERS; i++) {
      Random random = new Random(made.get() + (long) i);
      all.add(submitters.submit(() -> submit(left, random)));
    }
    for (Future<?> one : all) {
      one.get(5, TimeUnit.MINUTES);
    }
  }

  /** As {@link #submit(int)}, while the caller does something else. */
  Future<?> submitMeanwhile(int tasks) {
    AtomicInteger left = new AtomicInteger(tasks);
    return submitters.submit(() -> submit(left, new Random(made.get())));
  }

  private void submit(AtomicInteger left, Random random) {
    while (!closed) {
      int most = 1 + random.nextInt(LARGEST_BATCH);
      int before = left.getAndUpdate(n -> Math.max(0, n - most));
      if (before == 0) {
        return;
      }
      List<Order> orders = new ArrayList<>();
      for (int i = 0; i < Math.min(before, most); i++) {
        orders.add(order(random));
      }
      submit(orders, random);
    }
  }

  private Order order(Random random) {
    boolean once = random.nextInt(10) == 0;
    boolean fails = random.nextInt(20) == 0;
    int items = random.nextInt(5) == 0 ? 3 : 0;
    Order order = new Order(name + "-" + made.incrementAndGet(), fails, items, once ? 1 : 0);
    history.add(order);
    return order;
  }

  /** Until it is acknowledged. */
  private void submit(List<Order> orders, Random random) {
    JsonArrayBuilder array = Json.createArrayBuilder();
    orders.forEach(order -> array.add(body(order)));
    String body = array.build().toString();
    while (!closed) {
      long asked = System.nanoTime();
      Optional<JsonValue> answer = any(random).post("tasks", body);
      long answered = System.nanoTime();
      if (answer.isPresent()) {
        JsonArray items = answer.get().asJsonObject().getJsonArray("items");
        for (int i = 0; i < orders.size(); i++) {
          String id = items.getJsonObject(i).getString("id");
          history.add(new Submit(orders.get(i).clientId(), id, asked, answered));
          if (random.nextInt(20) == 0) {
            cancel(id, random);
          }
        }
        return;
      }
      orders.forEach(o -> history.add(new Submit(o.clientId(), null, asked, answered)));
      if (!repeats) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private JsonObject body(Order order) {
    JsonObjectBuilder body =
        Json.createObjectBuilder()
            .add("method", name)
            .add("topic", name)
            .add("taskInfo", order.clientId())
            .add("maxRetries", 1)
            .add(
                "args",
                Json.createArrayBuilder()
                    .add(order.clientId())
                    .add(log.toString())
                    .add(order.clientId().hashCode() % 10 == 0 ? 0.5 : 0.02)
                    .add(order.items())
                    .add(order.fails()));
    if (repeats) {
      body.add("clientId", order.clientId());
    }
    if (order.maxAttempts() > 0) {
      body.add("maxAttempts", order.maxAttempts());
    }
    return body.build();
  }

  private void cancel(String task, Random random) {
    long asked = System.nanoTime();
    String state =
        any(random)
            .post("tasks/" + task + "/cancel", "")
            .map(answer -> answer.asJsonObject().getString("state"))
            .orElse(null);
    history.add(new Cancel(task, state, asked, System.nanoTime()));
  }

  private void consume(Client server, Random random) {
    while (!closed) {
      long asked = System.nanoTime();
      Optional<JsonObject> answer =
          server
              .post("topics/%s/receive?max=50&wait=1&lease=%d".formatted(name, LEASE_SECONDS), "")
              .map(JsonValue::asJsonObject);
      if (answer.isEmpty()) {
        LockSupport.parkNanos(PAUSE.toNanos());
        continue;
      }
      long answered = System.nanoTime();
      List<Piece> pieces = new ArrayList<>();
      for (JsonObject result : answer.get().getJsonArray("results").getValuesAs(JsonObject.class)) {
        Delivery delivery = delivery(result, asked, answered);
        history.add(delivery);
        pieces.add(delivery.piece());
      }
      boolean dies = random.nextInt(8) == 0;
      if (!pieces.isEmpty() && !dies) {
        acknowledge(server, answer.get().getString("lease"), pieces);
      }
    }
  }

  private void acknowledge(Client server, String lease, List<Piece> pieces) {
    long asked = System.nanoTime();
    String body = Json.createObjectBuilder().add("lease", lease).build().toString();
    boolean certain =
        server
            .post("topics/" + name + "/acknowledge", body)
            .map(answer -> answer.asJsonObject().getInt("acknowledged") == pieces.size())
            .orElse(false);
    history.add(new Acknowledge(pieces, certain, asked, System.nanoTime()));
  }

  private static Delivery delivery(JsonObject result, long asked, long answered) {
    return new Delivery(
        new Piece(
            result.getString("taskId"),
            result.getInt("attempt"),
            result.getInt("index", Piece.OUTCOME)),
        result.getBoolean("complete"),
        result.getString("state"),
        text(result.get("value")),
        result.getInt("deliveries"),
        asked,
        answered);
  }

  /** Waits until nothing is unfinished, and every outcome that is kept has been fetched. */
  void settle(Duration most) {
    Client server = servers.get(0);
    Awaitility.await("end of every task")
        .atMost(most)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> unfinished(server) == 0);
  }

  /** Waits until consumers have had every outcome, or nothing more came for a while. */
  void drain() {
    AtomicInteger last = new AtomicInteger(-1);
    Awaitility.await("end of deliveries")
        .atMost(Duration.ofMinutes(5))
        .pollDelay(Duration.ofSeconds(LEASE_SECONDS + 2L))
        .pollInterval(Duration.ofSeconds(LEASE_SECONDS + 2L))
        .until(
            () -> {
              int now = history.deliveries().size();
              return last.getAndSet(now) == now;
            });
  }

  private int unfinished(Client server) {
    int found = 0;
    for (String state : List.of("PENDING", "SUBMITTING", "QUEUED", "RUNNING", "CANCELING")) {
      found +=
          server
              .get("tasks?limit=1&method=" + name + "&state=" + state)
              .map(page -> page.asJsonObject().getJsonArray("tasks").size())
              .orElse(1);
    }
    return found;
  }

  /** What the server says of every task now. */
  List<Ending> endings() throws Exception {
    Client server = servers.get(0);
    List<JsonObject> tasks = new ArrayList<>();
    String cursor = "";
    do {
      JsonObject page = server.read("tasks?method=" + name + "&limit=1000" + cursor).asJsonObject();
      tasks.addAll(page.getJsonArray("tasks").getValuesAs(JsonObject.class));
      cursor = page.containsKey("next") ? "&cursor=" + page.getString("next") : null;
    } while (cursor != null);
    List<Future<Ending>> endings = new ArrayList<>();
    for (JsonObject task : tasks) {
      endings.add(submitters.submit(() -> ending(server, task)));
    }
    List<Ending> all = new ArrayList<>();
    for (Future<Ending> ending : endings) {
      all.add(ending.get(1, TimeUnit.MINUTES));
    }
    return all;
  }

  private static Ending ending(Client server, JsonObject task) {
    String id = task.getString("id");
    // of a task that is not over it is the task itself
    JsonObject result = server.read("tasks/" + id + "/result").asJsonObject();
    List<Ending.Try> tries = new ArrayList<>();
    for (JsonValue one : server.read("tasks/" + id + "/attempts").asJsonArray()) {
      JsonObject attempt = one.asJsonObject();
      JsonObject failure = attempt.getJsonObject("failure");
      tries.add(
          new Ending.Try(
              attempt.getInt("number"),
              attempt.getString("outcome", null),
              failure == null ? null : failure.getString("failureClass")));
    }
    return new Ending(
        id,
        result.getString("taskInfo", "?"),
        task.getString("state"),
        task.getString("failureClass", null),
        text(result.get("value")),
        task.getInt("retries"),
        task.getInt("maxAttempts"),
        tries);
  }

  private static String text(JsonValue value) {
    return value == null || value == JsonValue.NULL ? null : value.toString();
  }

  History history() {
    return history;
  }

  /** How many tasks ended in each state. */
  static Map<String, Integer> counts(List<Ending> endings) {
    Map<String, Integer> counts = new HashMap<>();
    endings.forEach(task -> counts.merge(task.state(), 1, Integer::sum));
    return counts;
  }

  /** Ids of tasks that were acknowledged. */
  Set<String> acknowledged() {
    Set<String> ids = new HashSet<>();
    history.submits().stream()
        .filter(submit -> submit.task() != null)
        .forEach(submit -> ids.add(submit.task()));
    return ids;
  }

  private Client any(Random random) {
    return servers.get(random.nextInt(servers.size()));
  }

  @Override
  public void close() {
    closed = true;
    submitters.shutdownNow();
    consumers.shutdownNow();
    Awaitility.await("end of the clients")
        .atMost(Duration.ofSeconds(30))
        .until(() -> consumers.isTerminated() && submitters.isTerminated());
  }
}

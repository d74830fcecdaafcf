package colmenar.fault;

import colmenar.fault.History.Cancel;
import colmenar.fault.History.Misuse;
import colmenar.fault.History.Submit;
import colmenar.fault.Orders.Made;
import colmenar.fault.Orders.Trait;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Submits for one owner, at any of the servers.
 *
 * <p>Half of its requests have a key, the others client ids. What was not answered is asked again
 * elsewhere; now and then so is what was, or it asks two servers at once, or for something else
 * under the same name.
 */
final class Submitter {

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final String OTHER = "-other";

  private final String owner;
  private final List<Client> servers;
  private final Orders orders;
  private final History history;
  private final boolean repeats;
  private final Executor twins;
  private final Random random;
  private final BooleanSupplier closed;

  /**
   * @param twins runs the second of two requests at once
   */
  Submitter(
      String owner,
      List<Client> servers,
      Orders orders,
      History history,
      Set<Trait> traits,
      Executor twins,
      Random random,
      BooleanSupplier closed) {
    this.owner = owner;
    this.servers = servers;
    this.orders = orders;
    this.history = history;
    this.repeats = traits.contains(Trait.REPEATED);
    this.twins = twins;
    this.random = random;
    this.closed = closed;
  }

  /** Until it is acknowledged; where requests are not repeated, until it is answered or not. */
  void submit(int tasks) {
    List<Made> made = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      made.add(orders.next(random, owner));
    }
    submit(made, true);
  }

  /** One that ends the server that runs it, once; it is never cancelled. */
  void submitKiller(String when) {
    submit(List.of(orders.killer(owner, when)), false);
  }

  private void submit(List<Made> made, boolean cancels) {
    made.forEach(one -> history.add(one.order()));
    boolean keyed = repeats && random.nextBoolean();
    Batch batch = new Batch(made, keyed ? "key-" + UUID.randomUUID() : null, cancels);
    boolean acknowledged = false;
    while (!acknowledged && !closed.getAsBoolean()) {
      boolean two = repeats && oneIn(10);
      acknowledged = two ? askTwo(batch) : ask(batch, any());
      if (!acknowledged && !repeats) {
        return;
      }
      if (!acknowledged) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    if (repeats && oneIn(10)) {
      ask(batch, any());
    }
    if (repeats && oneIn(5)) {
      misuse(batch);
    }
  }

  private boolean askTwo(Batch batch) {
    CompletableFuture<Boolean> twin =
        CompletableFuture.supplyAsync(() -> ask(batch, servers.get(0)), twins);
    boolean mine = ask(batch, servers.get(servers.size() - 1));
    return twin.join() || mine;
  }

  private boolean ask(Batch batch, Client server) {
    String body = body(batch, "");
    long asked = System.nanoTime();
    Optional<JsonValue> answer =
        batch.key() == null ? server.post("tasks", body) : server.post("tasks", body, batch.key());
    long answered = System.nanoTime();
    JsonArray items =
        answer
            .map(all -> all.asJsonObject().getJsonArray("items"))
            .orElse(JsonValue.EMPTY_JSON_ARRAY);
    for (int i = 0; i < batch.made().size(); i++) {
      String name = batch.made().get(i).order().clientId();
      String id = items.isEmpty() ? null : items.getJsonObject(i).getString("id", null);
      history.add(new Submit(name, id, asked, answered));
      if (id == null && answer.isPresent()) {
        history.wrong("not accepted: " + items.get(i));
      }
      if (id != null && batch.cancels() && oneIn(20)) {
        cancel(id);
      }
    }
    return answer.isPresent();
  }

  /** Asks for something else under names that are known. */
  private void misuse(Batch batch) {
    any()
        .provoke("tasks", body(batch, OTHER), batch.key())
        .ifPresent(
            answer -> {
              List<String> accepted = new ArrayList<>();
              if (!answer.refused()) {
                answer.json().asJsonObject().getJsonArray("items").stream()
                    .map(JsonValue::asJsonObject)
                    .filter(item -> item.containsKey("id"))
                    .forEach(item -> accepted.add(item.getString("id")));
              }
              String name = batch.made().get(0).order().clientId();
              history.add(new Misuse(batch.key() == null ? name : batch.key(), accepted));
            });
  }

  private String body(Batch batch, String suffix) {
    JsonArrayBuilder array = Json.createArrayBuilder();
    for (Made one : batch.made()) {
      String name = one.order().clientId();
      JsonObject body = Json.createObjectBuilder(one.body()).add("taskInfo", name + suffix).build();
      array.add(
          (batch.key() == null && repeats)
              ? Json.createObjectBuilder(body).add("clientId", name).build()
              : body);
    }
    return array.build().toString();
  }

  private void cancel(String task) {
    long asked = System.nanoTime();
    String state =
        any()
            .post("tasks/" + task + "/cancel", "")
            .map(answer -> answer.asJsonObject().getString("state"))
            .orElse(null);
    history.add(new Cancel(task, state, asked, System.nanoTime()));
  }

  private boolean oneIn(int many) {
    synchronized (random) {
      return random.nextInt(many) == 0;
    }
  }

  private Client any() {
    synchronized (random) {
      return servers.get(random.nextInt(servers.size()));
    }
  }

  /**
   * What is asked in one request.
   *
   * @param key null when each task has a name of its own instead
   */
  private record Batch(List<Made> made, String key, boolean cancels) {}
}

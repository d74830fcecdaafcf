package colmenar.fault;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes up tasks by chance. Thread-safe. */
final class Orders {

  /** What is special about the tasks of a run, and about their clients. */
  enum Trait {
    /** What was not answered is asked for again, under the same name, and sometimes anyway. */
    REPEATED,
    /** Results are received by topic. */
    DELIVERED,
    /** Tasks take a while, and units of a resource. */
    LIMITED,
    /** Half of the tasks stream a while. */
    STREAMING,
    /** Tasks have times before which they may not begin, or after which they must not. */
    TIMED
  }

  private static final int FAR = 15_000;

  private final AtomicInteger made = new AtomicInteger();
  private final String name;
  private final Path log;
  private final Set<Trait> traits;

  Orders(String name, Path log, Set<Trait> traits) {
    this.name = name;
    this.log = log;
    this.traits = Set.copyOf(traits);
  }

  /** A task and the request for it, without the name that its client gives. */
  record Made(Order order, JsonObject body) {}

  List<String> methods() {
    return List.of(name + "-one", name + "-two");
  }

  /** Of which some tasks take a unit or two. */
  String resource() {
    return name + "-licence";
  }

  int made() {
    return made.get();
  }

  Made next(Random random, String owner) {
    boolean once = random.nextInt(10) == 0;
    boolean fails = random.nextInt(20) == 0;
    boolean streams = random.nextInt(5) == 0;
    double seconds = random.nextInt(10) == 0 ? 0.5 : 0.02;
    int items = streams ? 3 : 0;
    if (traits.contains(Trait.STREAMING) && random.nextBoolean()) {
      items = 8;
      seconds = 0.8;
    }
    int units = 0;
    if (traits.contains(Trait.LIMITED)) {
      units = Math.max(0, random.nextInt(4) - 1);
      seconds = 0.05 + random.nextDouble() * 0.15;
    }
    Times times = traits.contains(Trait.TIMED) ? times(random) : Times.FREE;
    String method = methods().get(random.nextInt(2));
    Order order = order(owner, method, fails, items, once ? 1 : 0, units, times);
    return new Made(order, body(order, method, units, seconds, ""));
  }

  /** One that ends its server, once. */
  Made killer(String owner, String when) {
    String method = methods().get(0);
    Order order = order(owner, method, false, 2, 0, 0, Times.FREE);
    return new Made(order, body(order, method, 0, 1, when));
  }

  private Order order(
      String owner, String method, boolean fails, int items, int most, int units, Times times) {
    Map<String, Integer> shares = new HashMap<>();
    shares.put("METHOD/" + method, 1);
    shares.put("BACKEND/local", 1);
    shares.put("OWNER/" + owner, 1);
    shares.put("RESOURCE/" + resource(), units);
    return new Order(name + "-" + made.incrementAndGet(), fails, items, most, shares, times);
  }

  private static Times times(Random random) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant then = now.plus(Duration.ofMillis(random.nextInt(FAR)));
    return switch (random.nextInt(4)) {
      case 0 -> new Times(then, null, null);
      case 1 -> new Times(null, then, null);
      case 2 -> new Times(null, null, then);
      default -> new Times(then, then.plusMillis(FAR), then.plusMillis(2 * FAR));
    };
  }

  private JsonObject body(Order order, String method, int units, double seconds, String kills) {
    JsonObjectBuilder body =
        Json.createObjectBuilder()
            .add("method", method)
            .add("topic", name)
            .add("taskInfo", order.clientId())
            .add("maxRetries", 1)
            .add(
                "args",
                Json.createArrayBuilder()
                    .add(order.clientId())
                    .add(log.toString())
                    .add(seconds)
                    .add(order.items())
                    .add(order.fails())
                    .add(kills));
    if (order.maxAttempts() > 0) {
      body.add("maxAttempts", order.maxAttempts());
    }
    if (units > 0) {
      body.add("licences", Json.createObjectBuilder().add(resource(), units));
    }
    add(body, "notBefore", order.times().notBefore());
    add(body, "startBy", order.times().startBy());
    add(body, "finishBy", order.times().finishBy());
    return body.build();
  }

  private static void add(JsonObjectBuilder body, String name, Instant at) {
    if (at != null) {
      body.add(name, at.toString());
    }
  }
}

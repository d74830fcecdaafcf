package colmenar.fault;

import colmenar.fault.History.Acknowledge;
import colmenar.fault.History.Delivery;
import colmenar.fault.History.Piece;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Receives the results of a topic at one server, and acknowledges them; now and then it forgets
 * what it has just got, as if it had died.
 */
final class Consumer {

  /** Of what a consumer has that dies. */
  static final Duration LEASE = Duration.ofSeconds(4);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Client server;
  private final String topic;
  private final History history;
  private final Random random;

  Consumer(Client server, String topic, History history, Random random) {
    this.server = server;
    this.topic = topic;
    this.history = history;
    this.random = random;
  }

  void receive() {
    long asked = System.nanoTime();
    Optional<JsonObject> answer =
        server
            .post(
                "topics/%s/receive?max=50&wait=1&lease=%d".formatted(topic, LEASE.toSeconds()), "")
            .map(JsonValue::asJsonObject);
    if (answer.isEmpty()) {
      LockSupport.parkNanos(PAUSE.toNanos());
      return;
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
      acknowledge(answer.get().getString("lease"), pieces);
    }
  }

  private void acknowledge(String lease, List<Piece> pieces) {
    long asked = System.nanoTime();
    String body = Json.createObjectBuilder().add("lease", lease).build().toString();
    boolean certain =
        server
            .post("topics/" + topic + "/acknowledge", body)
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
        Aftermath.text(result.get("value")),
        result.getInt("deliveries"),
        asked,
        answered);
  }
}

package colmenar.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What clients asked and what they were told, with the times of one clock in nanoseconds.
 * Thread-safe.
 */
final class History {

  private final Map<String, Order> orders = new ConcurrentHashMap<>();
  private final Queue<Submit> submits = new ConcurrentLinkedQueue<>();
  private final Queue<Cancel> cancels = new ConcurrentLinkedQueue<>();
  private final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
  private final Queue<Acknowledge> acknowledges = new ConcurrentLinkedQueue<>();
  private final Queue<Misuse> misuses = new ConcurrentLinkedQueue<>();
  private final Queue<Shut> shut = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  /**
   * A try to submit.
   *
   * @param task null when the answer is not known
   */
  record Submit(String clientId, String task, long asked, long answered) {}

  /**
   * A request to cancel.
   *
   * @param state of the task by the answer; null when that is not known
   */
  record Cancel(String task, String state, long asked, long answered) {}

  /** One outcome, or one streamed item. */
  record Piece(String task, int attempt, int index) {
    static final int OUTCOME = Integer.MAX_VALUE;
  }

  /**
   * A piece that came with an answer.
   *
   * @param handedOut how often, by the server's count
   * @param state of the task; as the piece says
   * @param value as JSON; null when there is none
   */
  record Delivery(
      Piece piece,
      boolean complete,
      String state,
      String value,
      int handedOut,
      long asked,
      long answered) {}

  /**
   * A request to forget pieces.
   *
   * @param certain whether the server said that it did
   */
  record Acknowledge(List<Piece> pieces, boolean certain, long asked, long answered) {}

  /**
   * A name that was used for another request.
   *
   * @param accepted what the server made of it; empty when it refused
   */
  record Misuse(String name, List<String> accepted) {}

  /** A time in which nothing may begin. */
  record Shut(Instant from, Instant to) {}

  void add(Order order) {
    orders.put(order.clientId(), order);
  }

  void add(Submit submit) {
    submits.add(submit);
  }

  void add(Cancel cancel) {
    cancels.add(cancel);
  }

  void add(Delivery delivery) {
    deliveries.add(delivery);
  }

  void add(Acknowledge acknowledge) {
    acknowledges.add(acknowledge);
  }

  void add(Misuse misuse) {
    misuses.add(misuse);
  }

  void add(Shut time) {
    shut.add(time);
  }

  Optional<Order> order(String clientId) {
    return Optional.ofNullable(orders.get(clientId));
  }

  List<Submit> submits() {
    return List.copyOf(submits);
  }

  List<Cancel> cancels() {
    return List.copyOf(cancels);
  }

  /** In the order in which they came, of each consumer. */
  List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  /** How many tasks of which the outcome has come. */
  long outcomes() {
    return deliveries.stream()
        .filter(Delivery::complete)
        .map(delivery -> delivery.piece().task())
        .distinct()
        .count();
  }

  List<Acknowledge> acknowledges() {
    return List.copyOf(acknowledges);
  }

  List<Misuse> misuses() {
    return List.copyOf(misuses);
  }

  List<Shut> shut() {
    return List.copyOf(shut);
  }

  /** Notes an answer that is wrong, whatever failed meanwhile. */
  void wrong(String answer) {
    wrong.add(answer);
  }

  List<String> wrongAnswers() {
    return List.copyOf(wrong);
  }

  /** For whoever looks for the cause of a violation. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Collection<?> all :
        List.of(
            orders.values(), submits, cancels, deliveries, acknowledges, misuses, shut, wrong)) {
      all.forEach(one -> lines.add(one.toString()));
    }
    Files.write(file, lines);
  }
}

package colmenar.backend.parsl;

import colmenar.backend.Listener;
import colmenar.backend.Work;
import jakarta.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An attempt between its taking and its outcome. */
final class Flight {

  private final UUID attempt;
  private final String executor;
  private final Listener listener;
  private final @Nullable JsonObject task;
  private volatile boolean sent;
  private boolean withdrawn;
  private volatile boolean cancelRequested;
  private volatile boolean accepted;
  private volatile boolean running;
  private volatile boolean over;

  private Flight(UUID attempt, String executor, Listener listener, @Nullable JsonObject task) {
    this.attempt = attempt;
    this.executor = executor;
    this.listener = listener;
    this.task = task;
  }

  /**
   * @param task what the bridge is told
   */
  static Flight of(Work work, String executor, Listener listener, JsonObject task) {
    return new Flight(work.attempt(), executor, listener, task);
  }

  /** Of one that may have been sent in an earlier life. */
  static Flight recovered(UUID attempt, String executor, Listener listener) {
    Flight flight = new Flight(attempt, executor, listener, null);
    flight.sent = true;
    return flight;
  }

  UUID attempt() {
    return attempt;
  }

  String executor() {
    return executor;
  }

  Listener listener() {
    return listener;
  }

  /** What the bridge is told; null of one that was recovered. */
  @Nullable JsonObject task() {
    return task;
  }

  /** Whether the bridge may have it. */
  boolean sent() {
    return sent;
  }

  /**
   * Whether it is to be sent to the bridge: from now on the bridge may have it.
   *
   * @return false when it has been withdrawn
   */
  synchronized boolean send() {
    sent = !withdrawn;
    return sent;
  }

  /**
   * Keeps it from being sent.
   *
   * @return false when the bridge may have it
   */
  synchronized boolean withdraw() {
    withdrawn = !sent;
    return withdrawn;
  }

  boolean cancelRequested() {
    return cancelRequested;
  }

  void requestCancel() {
    cancelRequested = true;
  }

  boolean accepted() {
    return accepted;
  }

  void setAccepted() {
    accepted = true;
  }

  boolean running() {
    return running;
  }

  void setRunning() {
    running = true;
  }

  /** Whether its outcome has come, be it committed or not. */
  boolean over() {
    return over;
  }

  void setOver() {
    over = true;
  }
}

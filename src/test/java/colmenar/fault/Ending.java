package colmenar.fault;

import java.time.Instant;
import java.util.List;

/**
 * A task as the server shows it in the end.
 *
 * @param clientId as given by the client
 * @param failureClass null unless it failed
 * @param value of its outcome as JSON; null when there is none
 * @param over null while it is not
 * @param attempts in their order
 */
record Ending(
    String id,
    String clientId,
    String state,
    String failureClass,
    String value,
    int retries,
    int maxAttempts,
    Instant over,
    List<Try> attempts) {

  private static final Instant LONG_AGO = Instant.EPOCH;

  Ending(
      String id,
      String clientId,
      String state,
      String failureClass,
      String value,
      int retries,
      int maxAttempts,
      List<Try> attempts) {
    this(id, clientId, state, failureClass, value, retries, maxAttempts, LONG_AGO, attempts);
  }

  /**
   * One attempt.
   *
   * @param outcome null while it is not over, like {@code over}
   * @param failureClass null unless it failed
   * @param claimed when a server took the task for it
   */
  record Try(
      int number, String id, String outcome, String failureClass, Instant claimed, Instant over) {}

  /** What must not change any more, as a list of tasks shows it. */
  record Line(
      String id, String state, String failureClass, int attempts, int retries, Instant over) {}

  Line line() {
    return new Line(id, state, failureClass, attempts.size(), retries, over);
  }

  boolean terminal() {
    return switch (state) {
      case "SUCCEEDED", "FAILED", "CANCELED" -> true;
      default -> false;
    };
  }
}

package colmenar.fault;

import java.util.List;

/**
 * A task as the server shows it in the end.
 *
 * @param clientId as given by the client
 * @param failureClass null unless it failed
 * @param value of its outcome as JSON; null when there is none
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
    List<Try> attempts) {

  /**
   * One attempt.
   *
   * @param outcome null while it is not over
   * @param failureClass null unless it failed
   */
  record Try(int number, String outcome, String failureClass) {}

  boolean terminal() {
    return switch (state) {
      case "SUCCEEDED", "FAILED", "CANCELED" -> true;
      default -> false;
    };
  }
}

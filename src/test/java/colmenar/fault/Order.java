package colmenar.fault;

import java.util.Map;

/**
 * A task as its client wants it.
 *
 * @param clientId its name, given by the client
 * @param fails whether its code always fails
 * @param items what it streams before it ends
 * @param maxAttempts 1 where the code may not run twice
 * @param shares what an execution counts for, by the id of the limit that it would count for
 */
record Order(
    String clientId,
    boolean fails,
    int items,
    int maxAttempts,
    Map<String, Integer> shares,
    Times times) {

  Order(String clientId, boolean fails, int items, int maxAttempts) {
    this(clientId, fails, items, maxAttempts, Map.of(), Times.FREE);
  }
}

package colmenar.fault;

/**
 * A task as its client wants it.
 *
 * @param clientId its name, given by the client
 * @param fails whether its code always fails
 * @param items what it streams before it ends
 * @param maxAttempts 1 where the code may not run twice
 */
record Order(String clientId, boolean fails, int items, int maxAttempts) {}

package colmenar.task;

/**
 * By which a client marks a request that it may have to repeat ({@code Idempotency-Key}).
 *
 * @param print of what is asked for under it
 */
public record RequestKey(String text, String print) {}

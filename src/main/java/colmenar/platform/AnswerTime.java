package colmenar.platform;

import java.time.Duration;

/**
 * How long the database took for next to nothing.
 *
 * @param connect to get a connection from the pool: grows when all of them are in use
 * @param answer to get an answer by it
 */
public record AnswerTime(Duration connect, Duration answer) {}

package colmenar.task;

import java.time.Instant;

/**
 * How many tasks of a backend are in one state and not over.
 *
 * @param readySince of the task that has been ready for the longest time; may lie ahead while it
 *     waits to be tried again
 */
public record Queued(String backend, TaskState state, long tasks, Instant readySince) {}

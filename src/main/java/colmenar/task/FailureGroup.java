package colmenar.task;

import colmenar.backend.Failure;
import java.time.Instant;

/**
 * Tasks that have failed for the same cause.
 *
 * @param id short, and the same for the same cause for ever
 * @param failure of the sample
 * @param tasks how many of those that were asked for
 * @param first when the first of them failed
 * @param last when the last of them failed
 * @param sample the newest of them
 */
public record FailureGroup(
    String id, Failure failure, long tasks, Instant first, Instant last, Task sample) {}

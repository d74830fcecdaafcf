package colmenar.task;

import org.jspecify.annotations.Nullable;

/**
 * What an operation is to do.
 *
 * @param priority for REPRIORITIZE, else null
 * @param backend for MOVE, else null
 */
public record OperationRequest(
    OperationAction action,
    TaskFilter filter,
    @Nullable Integer priority,
    @Nullable String backend) {}

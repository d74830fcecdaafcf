package colmenar.task;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list, newest first; what is null does not matter.
 *
 * @param before only tasks made before the one of this id: the cursor
 */
public record TaskFilter(
    @Nullable TaskState state,
    @Nullable String method,
    @Nullable String backend,
    @Nullable String topic,
    @Nullable String owner,
    @Nullable String failureGroup,
    @Nullable UUID before) {}

package colmenar.task;

import java.util.UUID;

/** An attempt that a node has, as the database knows it. */
public record Active(UUID task, UUID attempt, TaskState state, String backend, String method) {}

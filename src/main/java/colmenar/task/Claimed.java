package colmenar.task;

import java.util.UUID;

/** A task with its new attempt, ready to be handed to its backend. */
public record Claimed(UUID attempt, Task task, TaskInput input) {}

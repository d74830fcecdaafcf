package colmenar.task;

/** A task with its input, not written down yet. */
record NewTask(Task task, TaskInput input) {}

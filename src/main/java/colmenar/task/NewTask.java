package colmenar.task;

import java.util.Map;

/** A task with its input and its labels, not written down yet. */
record NewTask(Task task, TaskInput input, Map<String, String> labels) {}

package colmenar.task;

/** How many tasks of a strand are in a state. */
record StrandCount(String backend, String strand, TaskState state, long tasks) {}

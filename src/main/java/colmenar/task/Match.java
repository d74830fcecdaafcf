package colmenar.task;

import java.util.UUID;

/** A task that fits a filter, as it was seen, with no lock; only what a decision needs. */
record Match(
    UUID id, TaskState state, String backend, String method, int version, long inputBytes) {}

package colmenar.task;

/** What can happen to a task, as those who listen are told. */
public enum EventKind {
  /** It was made. */
  SUBMITTED,
  /** An attempt was made of it, for a backend that has a queue of its own. */
  SUBMITTING,
  /** The backend has the attempt in its queue. */
  QUEUED,
  /** The attempt runs. */
  RUNNING,
  /** The attempt has streamed an item. */
  ITEM,
  /** The backend did not begin the attempt: it counts as not made, the task waits again. */
  GIVEN_BACK,
  /** The attempt failed, and another one follows. */
  RETRY,
  /** It was made more or less urgent. */
  PRIORITY,
  /** It waits for another backend than before. */
  MOVED,
  /** The backend is asked to end the attempt. */
  CANCELING,
  SUCCEEDED,
  FAILED,
  CANCELED;

  /** What has happened to a task that has come to this state otherwise than by waiting again. */
  static EventKind of(TaskState state) {
    return valueOf(state.name());
  }
}

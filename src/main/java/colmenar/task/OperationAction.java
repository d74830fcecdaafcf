package colmenar.task;

import java.util.Optional;

/** What an operation does with each of its tasks. */
public enum OperationAction {
  /** As {@code POST /tasks/{id}/cancel} does. */
  CANCEL,
  /** Makes a new task of each that is over. */
  RERUN,
  /** Gives a priority to those that are not over. */
  REPRIORITIZE,
  /** Makes waiting ones wait for another backend. */
  MOVE,
  /** Deletes those that are over. */
  DELETE;

  /** Why a task in this state is passed over. */
  Optional<SkipReason> skips(TaskState state) {
    return Optional.ofNullable(
        switch (this) {
          case CANCEL ->
              state.terminal()
                  ? SkipReason.IS_OVER
                  : state == TaskState.CANCELING ? SkipReason.NOTHING_TO_CHANGE : null;
          case REPRIORITIZE -> state.terminal() ? SkipReason.IS_OVER : null;
          case RERUN, DELETE -> state.terminal() ? null : SkipReason.IS_NOT_OVER;
          case MOVE -> state == TaskState.PENDING ? null : SkipReason.DOES_NOT_WAIT;
        });
  }
}

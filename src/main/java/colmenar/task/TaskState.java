package colmenar.task;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The states of a task and every move between them; {@link Task} is the only one that moves.
 *
 * <p>A retry goes back to {@link #PENDING} before {@link #FAILED} is ever reached, so that terminal
 * stays terminal for ever. A task whose time is over while it waits fails without an attempt.
 */
public enum TaskState {
  /** Waits in the database: for a free slot, or for the time of its next attempt. */
  PENDING,
  /** Being handed to a backend; whether it arrived is not known yet. */
  SUBMITTING,
  /** Waits in the backend, such as in a batch scheduler's queue. */
  QUEUED,
  RUNNING,
  /** Somebody asked to cancel it; the backend has not answered. */
  CANCELING,
  SUCCEEDED,
  FAILED,
  CANCELED;

  /** Those that are {@link #active}, as SQL lists them: as literals, for an index of theirs. */
  static final String ACTIVE_SQL = sql(TaskState::active);

  /** Those that are not terminal, likewise. */
  static final String UNFINISHED_SQL = sql(state -> !state.terminal());

  private static String sql(Predicate<TaskState> wanted) {
    return Stream.of(values())
        .filter(wanted)
        .map(state -> "'" + state + "'")
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /**
   * That of a task that a node has claimed for an attempt.
   *
   * @param startsAtOnce whether the backend runs at once what it takes
   */
  static TaskState claimed(boolean startsAtOnce) {
    return startsAtOnce ? RUNNING : SUBMITTING;
  }

  /** The states to which a task may move from here. */
  public Set<TaskState> next() {
    return switch (this) {
      case PENDING -> EnumSet.of(SUBMITTING, RUNNING, FAILED, CANCELED);
      case SUBMITTING -> EnumSet.of(PENDING, QUEUED, RUNNING, CANCELING, SUCCEEDED, FAILED);
      case QUEUED -> EnumSet.of(PENDING, RUNNING, CANCELING, SUCCEEDED, FAILED, CANCELED);
      case RUNNING -> EnumSet.of(PENDING, CANCELING, SUCCEEDED, FAILED, CANCELED);
      case CANCELING -> EnumSet.of(SUCCEEDED, FAILED, CANCELED);
      case SUCCEEDED, FAILED, CANCELED -> EnumSet.noneOf(TaskState.class);
    };
  }

  public boolean mayMoveTo(TaskState target) {
    return next().contains(target);
  }

  public boolean terminal() {
    return next().isEmpty();
  }

  /** In the hands of a backend. */
  public boolean active() {
    return !terminal() && this != PENDING;
  }
}

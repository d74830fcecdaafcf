package colmenar.task;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A part of all tasks in the order of their ids, which is that of their making.
 *
 * @param above only tasks after it; null for all from the first on
 * @param below only tasks before it; null for all up to the last
 * @param ascending whether the oldest come first
 */
record Span(@Nullable UUID above, @Nullable UUID below, boolean ascending) {

  /** The newest first, from before a task on. */
  static Span down(@Nullable UUID before) {
    return new Span(null, before, false);
  }

  /** What is left of it behind a task. */
  Span beyond(UUID task) {
    return ascending ? new Span(task, below, true) : new Span(above, task, false);
  }

  /** The oldest first, from after a task on. */
  static Span up(@Nullable UUID after, UUID before) {
    return new Span(after, before, true);
  }
}

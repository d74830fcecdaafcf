package colmenar.task;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a bounded look for tasks found.
 *
 * @param lookedAt tasks that fit all of the filter but perhaps its text
 * @param last the task up to which it looked; null when there was none to look at
 * @param complete false when there may be more tasks behind the last
 */
record Search(List<Match> found, int lookedAt, @Nullable UUID last, boolean complete) {

  /** Of a look that was told how many tasks to find at most. */
  static Search of(List<Match> found, int most) {
    UUID last = found.isEmpty() ? null : found.get(found.size() - 1).id();
    return new Search(found, found.size(), last, found.size() < most);
  }
}

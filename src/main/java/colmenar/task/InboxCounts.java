package colmenar.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the tasks of an inbox are.
 *
 * @param waiting results that nobody has acknowledged, leased ones included
 * @param leased those of them that a consumer has now
 * @param unfinished tasks that are not over, so that more results will come
 * @param oldestAt when the first of the results that wait came; null when none waits
 * @param consumers leases that have results now
 */
public record InboxCounts(
    Inbox inbox,
    long waiting,
    long leased,
    long unfinished,
    @Nullable Instant oldestAt,
    long consumers) {

  public static InboxCounts nothing(Inbox inbox) {
    return ofUnfinished(inbox, 0);
  }

  /** Of tasks that are not over. */
  static InboxCounts ofUnfinished(Inbox inbox, long unfinished) {
    return new InboxCounts(inbox, 0, 0, unfinished, null, 0);
  }

  /**
   * Of results that wait.
   *
   * @param leased whether one consumer has them all now; else nobody has them
   */
  static InboxCounts ofResults(Inbox inbox, boolean leased, long waiting, Instant oldestAt) {
    return new InboxCounts(inbox, waiting, leased ? waiting : 0, 0, oldestAt, leased ? 1 : 0);
  }

  InboxCounts plus(InboxCounts other) {
    return new InboxCounts(
        inbox,
        waiting + other.waiting,
        leased + other.leased,
        unfinished + other.unfinished,
        earlier(oldestAt, other.oldestAt),
        consumers + other.consumers);
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  /** Whether every task is over and every result and item acknowledged. */
  public boolean done() {
    return waiting == 0 && unfinished == 0;
  }
}

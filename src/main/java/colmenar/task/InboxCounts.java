package colmenar.task;

/**
 * How far the tasks of an inbox are.
 *
 * @param waiting results that nobody has acknowledged, leased ones included
 * @param leased those of them that a consumer has now
 * @param unfinished tasks that are not over, so that more results will come
 */
public record InboxCounts(Inbox inbox, long waiting, long leased, long unfinished) {

  InboxCounts plus(InboxCounts other) {
    return new InboxCounts(
        inbox, waiting + other.waiting, leased + other.leased, unfinished + other.unfinished);
  }

  /** Whether every task is over and every result and item acknowledged. */
  public boolean done() {
    return waiting == 0 && unfinished == 0;
  }
}

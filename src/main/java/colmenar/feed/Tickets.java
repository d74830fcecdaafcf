package colmenar.feed;

import colmenar.platform.SingleInstance;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.util.TreeSet;

/**
 * Numbers transactions that write to the log, where the database does not: H2, whose transactions
 * are all of this server. Thread-safe.
 */
@SingleInstance
class Tickets {

  private final TreeSet<Long> underWay = new TreeSet<>();
  private long next = 1;

  /** To be taken before the number of the entry is. */
  synchronized long take() {
    underWay.add(next);
    return next++;
  }

  synchronized void over(@Observes(during = TransactionPhase.AFTER_COMPLETION) Written written) {
    underWay.remove(written.ticket());
  }

  /** All transactions with lower tickets are over. */
  synchronized long oldest() {
    return underWay.isEmpty() ? next : underWay.first();
  }

  /** The next to be taken. */
  synchronized long next() {
    return next;
  }
}

package colmenar.task;

import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The use cases of consumers of results, each one transaction.
 *
 * <p>A result is handed out until somebody acknowledges it: a consumer that dies with a lease
 * leaves it to the next one. So a result may come twice, with the same task, attempt and index.
 */
@SingleInstance
@Transactional
public class Inboxes {

  private final InboxStore store;
  private final InboxCountStore counts;
  private final Ids ids;
  private final Clock clock;
  private final Announcer announcer;

  @Inject
  public Inboxes(
      InboxStore store, InboxCountStore counts, Ids ids, Clock clock, Announcer announcer) {
    this.store = store;
    this.counts = counts;
    this.ids = ids;
    this.clock = clock;
    this.announcer = announcer;
  }

  /** Hands out the oldest results of an inbox that nobody else has; empty when there are none. */
  public Optional<Delivery> receive(Inbox inbox, int most, Duration time) {
    Instant now = clock.instant();
    Instant until = now.plus(time);
    UUID id = ids.next();
    List<Report> results = store.receive(inbox, id, now, until, most);
    if (results.isEmpty()) {
      return Optional.empty();
    }
    Lease lease =
        new Lease(id, results.get(0).sequence(), results.get(results.size() - 1).sequence());
    Delivery delivery = new Delivery(lease, until, results);
    announcer.tell(new Deed.HandedOut(delivery, now));
    return Optional.of(delivery);
  }

  /** The outcome of a task; empty while it is not over. */
  public Optional<Report> outcome(UUID task) {
    return store.outcome(task);
  }

  /**
   * Results that are not wanted again.
   *
   * @param only these sequence numbers; all of the lease when empty
   * @return how many of them the lease still had
   */
  public int acknowledge(Inbox inbox, Lease lease, Collection<Long> only) {
    int acknowledged = store.acknowledge(inbox, lease, only);
    announcer.tell(new Deed.Acknowledged(acknowledged));
    return acknowledged;
  }

  /**
   * The outcome of a task, and the items that it streamed, which whoever fetched them by task does
   * not want again by topic.
   *
   * @return how many of them were in the inbox
   */
  public int acknowledge(Inbox inbox, UUID task) {
    store.lock(inbox);
    int acknowledged = store.acknowledge(task);
    announcer.tell(new Deed.Acknowledged(acknowledged));
    return acknowledged;
  }

  /** Results that somebody else may have at once; see {@link #acknowledge}. */
  public int release(Inbox inbox, Lease lease, Collection<Long> only) {
    int released = store.release(inbox, lease, only);
    announcer.tell(new Deed.Released(released));
    return released;
  }

  /** The results that wait, leased or not, after a sequence number; nothing is handed out. */
  public List<Report> peek(Inbox inbox, long after, int most) {
    return store.peek(inbox, after, most);
  }

  /** Of every inbox with results that wait or tasks that are not over, by name. */
  public Collection<InboxCounts> counts() {
    return counts.counts(clock.instant());
  }

  /**
   * How much waits in the inboxes, by name. The look is bounded: of more than {@code most} inboxes
   * the first are told, and what waits in one is counted up to {@code mostResults}.
   */
  public List<InboxSize> sizes(int most, int mostResults) {
    List<InboxSize> sizes = new ArrayList<>();
    String last = "";
    while (sizes.size() < most) {
      Optional<InboxSize> next = counts.sizeAfter(last, mostResults, clock.instant());
      if (next.isEmpty()) {
        break;
      }
      sizes.add(next.get());
      last = next.get().inbox().toString();
    }
    return sizes;
  }

  /** Whether every task is over and every result and item acknowledged. */
  public boolean isDone(Inbox inbox) {
    return counts.isDone(inbox);
  }

  public InboxCounts counts(Inbox inbox) {
    return counts.counts(inbox, clock.instant());
  }
}

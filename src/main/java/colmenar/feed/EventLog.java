package colmenar.feed;

import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The use cases of the log of task events, each one transaction; it is written by {@link Recorder}
 * in the transactions of others.
 */
@SingleInstance
@Transactional
public class EventLog {

  /** A transaction that was under way while so many others began and ended is not expected. */
  private static final int LOOK_BACK = 20_000;

  private final EventStore store;
  private final Clock clock;
  private final Duration retention;

  @Inject
  EventLog(
      EventStore store,
      Clock clock,
      @ConfigProperty(name = "colmenar.events.retention-minutes", defaultValue = "60")
          int retentionMinutes) {
    if (retentionMinutes < 1) {
      throw new IllegalArgumentException(
          "colmenar.events.retention-minutes is " + retentionMinutes + "; it must be at least 1");
    }
    this.store = store;
    this.clock = clock;
    this.retention = Duration.ofMinutes(retentionMinutes);
  }

  /** The end of the log. */
  Tail tail() {
    long top = store.highest() + 1;
    long since = Math.max(0, top - LOOK_BACK);
    return new Tail(
        since, top, store.gaps(since, Tail.MOST_OPEN).stream().filter(gap -> gap < top).toList());
  }

  /** What there is that has not been told, the first of it, and what is open below. */
  Slice read(Position from, int most) {
    return store.read(from.open().keySet(), from.top(), most);
  }

  /** Every entry from this number on is still there. */
  long lowest() {
    return store.lowest();
  }

  /**
   * Forgets what is older than it is kept.
   *
   * @return how many entries; there may be more unless it is 0
   */
  public int forget(int most) {
    return store.delete(clock.instant().minus(retention), most);
  }
}

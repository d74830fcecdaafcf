package colmenar.history;

import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The use cases of the history, each one transaction. */
@SingleInstance
@Transactional
public class History {

  /** Each server writes so often. */
  static final int WRITE_SECONDS = 10;

  /** Minutes are kept for so long; hours as the settings say. */
  static final Duration MINUTES_KEPT = Duration.ofDays(2);

  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private final HistoryStore store;
  private final Clock clock;
  private final Duration hoursKept;

  @Inject
  History(
      HistoryStore store,
      Clock clock,
      @ConfigProperty(name = "colmenar.history.days", defaultValue = "400") int days) {
    if (days < 1) {
      throw new IllegalArgumentException(
          "colmenar.history.days is " + days + "; it must be at least 1");
    }
    this.store = store;
    this.clock = clock;
    this.hoursKept = Duration.ofDays(days);
  }

  /** Writes what one node has added up, in place of what it has written of it before. */
  void write(String node, List<Line> lines) {
    store.write(node, lines);
  }

  /**
   * Forgets what is older than it is kept.
   *
   * @return how many lines; there may be more unless it is 0
   */
  int forget(int most) {
    Instant now = clock.instant();
    Duration minutes = MINUTES_KEPT.compareTo(hoursKept) < 0 ? MINUTES_KEPT : hoursKept;
    // The oldest bin of a window is still whole.
    return store.delete(MINUTE, now.minus(minutes).minusSeconds(HOUR), most)
        + store.delete(HOUR, now.minus(hoursKept).minusSeconds(HOUR), most);
  }

  /**
   * One series for each of the groups that there are, in their order; when nothing is grouped, one
   * that may be empty.
   *
   * @param backend only of this one; null for all
   * @param method only of this one; null for all
   */
  public List<Series> series(
      Window window, Set<Grouping> by, @Nullable String backend, @Nullable String method) {
    return store.series(window, by, backend, method);
  }

  /**
   * Up to when everything that runs is accounted for, as soon as each server has written it: for
   * that moment a little is missing. To count it before would show more running than there are
   * slots.
   */
  public Instant accountedUntil() {
    long seconds = clock.instant().getEpochSecond();
    return Instant.ofEpochSecond(seconds - seconds % WRITE_SECONDS);
  }
}

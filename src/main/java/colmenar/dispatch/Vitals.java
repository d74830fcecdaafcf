package colmenar.dispatch;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the engine is at one moment.
 *
 * @param runs whether it has been started, and not stopped
 * @param sinceTry how long ago its heart tried to beat, in vain or not
 * @param sinceBeat how long ago it did beat
 * @param lease how long other nodes wait for a beat
 * @param stalls for how long each of those that have something to do has not got on with it
 */
record Vitals(
    boolean runs,
    Duration sinceTry,
    Duration sinceBeat,
    Duration lease,
    Map<String, Duration> stalls) {

  /** By then other nodes have taken over. */
  private static final int READY_LEASES = 2;

  private static final int LIVE_LEASES = 30;

  /** Far longer than any step of a lane takes: a backend answers within seconds. */
  private static final Duration STUCK = Duration.ofMinutes(1);

  Vitals {
    stalls = new TreeMap<>(stalls);
  }

  /** Whether it beats, and everything that has something to do gets on with it. */
  boolean ready() {
    return runs
        && sinceBeat.compareTo(lease.multipliedBy(READY_LEASES)) < 0
        && stalls.keySet().stream().noneMatch(this::stuck);
  }

  boolean stuck(String name) {
    return stalls.getOrDefault(name, Duration.ZERO).compareTo(STUCK) >= 0;
  }

  /**
   * Whether a new start of the server would not help. A database that is away is no reason for one:
   * it would only end what runs here.
   */
  boolean alive() {
    return !runs || sinceTry.compareTo(lease.multipliedBy(LIVE_LEASES)) < 0;
  }
}

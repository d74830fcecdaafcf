package colmenar.limit;

import colmenar.platform.SingleInstance;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which limits there are and how the gates stand, kept in memory because every claim and every
 * submit asks. What this server changes it sees at once, what another one changes within half a
 * second. Thread-safe.
 */
@SingleInstance
public class Rules {

  private static final Duration TRUE_FOR = Duration.ofMillis(250);

  private final Limits limits;
  private final Clock clock;
  private volatile @Nullable Known known;
  private int changes;

  @Inject
  public Rules(Limits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** The ids of all limits. */
  public Set<String> limits() {
    return known().limits().keySet();
  }

  /** Whether there may be limits; asks nobody, so also after the end of a transaction. */
  public boolean anyLimit() {
    Known last = known;
    return last == null || !last.limits().isEmpty();
  }

  /** Whether any limit is one of starts in a second, so that work may start without any cause. */
  public boolean anyRate() {
    return known().limits().values().stream().anyMatch(limit -> limit.rule().perSecond() != null);
  }

  /** How the gate before a backend, or {@link Gate#SERVER}, stands. */
  public GateState gate(String name) {
    Gate gate = known().gates().get(name);
    return gate == null ? GateState.OPEN : gate.state();
  }

  /** Whether no attempts are made on this backend. */
  public boolean paused(String backend) {
    return gate(Gate.SERVER) == GateState.PAUSED || gate(backend) == GateState.PAUSED;
  }

  private Known known() {
    Known now = known;
    return now == null || now.until().isBefore(clock.instant()) ? look() : now;
  }

  private Known look() {
    int before = changesSoFar();
    Known now =
        new Known(
            limits.list().stream().collect(Collectors.toMap(Limit::id, Function.identity())),
            limits.gates().stream().collect(Collectors.toMap(Gate::name, Function.identity())),
            clock.instant().plus(TRUE_FOR));
    keep(now, before);
    return now;
  }

  private synchronized int changesSoFar() {
    return changes;
  }

  /** Unless there was a change meanwhile, which it may not have seen. */
  private synchronized void keep(Known seen, int before) {
    if (changes == before) {
      known = seen;
    }
  }

  synchronized void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) LimitsChanged now) {
    changes++;
    known = null;
  }

  private record Known(Map<String, Limit> limits, Map<String, Gate> gates, Instant until) {}
}

package colmenar.limit;

import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The use cases of limits and gates, each one transaction, or a part of that of a claim. */
@SingleInstance
@Transactional
public class Limits {

  private final LimitStore store;
  private final Clock clock;
  private final Event<LimitsChanged> changes;

  @Inject
  public Limits(LimitStore store, Clock clock, Event<LimitsChanged> changes) {
    this.store = store;
    this.clock = clock;
    this.changes = changes;
  }

  /** All of them, by scope and name. */
  public List<Limit> list() {
    return store.limits();
  }

  /** Makes a limit, or changes it. */
  public Limit put(LimitScope scope, String name, LimitRule rule, String by) {
    Optional<Limit> known = locked(scope, name);
    known.ifPresent(limit -> limit.change(rule, by, clock.instant()));
    Limit limit = known.orElseGet(() -> new Limit(scope, name, rule, by, clock.instant()));
    if (known.isPresent()) {
      store.flush();
    } else {
      store.add(limit);
    }
    changes.fire(new LimitsChanged());
    return limit;
  }

  public void remove(LimitScope scope, String name) {
    store.remove(
        locked(scope, name)
            .orElseThrow(() -> new NotFoundException("no limit " + Limit.id(scope, name))));
    changes.fire(new LimitsChanged());
  }

  private Optional<Limit> locked(LimitScope scope, String name) {
    return store.locked(Set.of(Limit.id(scope, name))).stream().findFirst();
  }

  /**
   * For a claim: locks limits until the end of its transaction, in the order of their ids, so that
   * of all servers one claims at a time what they concern.
   */
  public List<Limit> locked(Collection<String> ids) {
    return store.locked(ids);
  }

  /** Those that have ever been moved, by name. */
  public List<Gate> gates() {
    return store.gates();
  }

  /** Moves the gate before a backend, or before all of them. */
  public Gate move(String gate, GateState state, String by) {
    Optional<Gate> known = store.lockedGate(gate);
    known.ifPresent(found -> found.become(state, by, clock.instant()));
    Gate moved = known.orElseGet(() -> new Gate(gate, state, by, clock.instant()));
    if (known.isPresent()) {
      store.flush();
    } else {
      store.add(moved);
    }
    changes.fire(new LimitsChanged());
    return moved;
  }
}

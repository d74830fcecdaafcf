package colmenar.limit;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The tables of limits and gates in memory. */
public class FakeLimits extends Limits {

  private final Map<String, Limit> limits = new TreeMap<>();
  private final Map<String, Gate> gates = new TreeMap<>();
  private final Clock clock;

  /** What was locked, in order. */
  public final List<String> locked = new ArrayList<>();

  public FakeLimits(Clock clock) {
    super(null, clock, null);
    this.clock = clock;
  }

  @Override
  public List<Limit> list() {
    return List.copyOf(limits.values());
  }

  @Override
  public Limit put(LimitScope scope, String name, LimitRule rule, String by) {
    Limit limit = new Limit(scope, name, rule, by, clock.instant());
    limits.put(limit.id(), limit);
    return limit;
  }

  @Override
  public List<Limit> locked(Collection<String> ids) {
    List<Limit> found = list().stream().filter(limit -> ids.contains(limit.id())).toList();
    found.forEach(limit -> locked.add(limit.id()));
    return found;
  }

  @Override
  public List<Gate> gates() {
    return List.copyOf(gates.values());
  }

  @Override
  public Gate move(String gate, GateState state, String by) {
    Gate moved = new Gate(gate, state, by, clock.instant());
    gates.put(gate, moved);
    return moved;
  }

  /** What a server remembers that looks each time. */
  public Rules rules() {
    return new Rules(this, clock) {
      @Override
      public Set<String> limits() {
        changed(new LimitsChanged());
        return super.limits();
      }

      @Override
      public GateState gate(String name) {
        changed(new LimitsChanged());
        return super.gate(name);
      }
    };
  }
}

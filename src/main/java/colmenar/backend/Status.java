package colmenar.backend;

import java.util.Map;

/**
 * The condition of a backend at one moment.
 *
 * @param condition whether it takes work
 * @param detail one sentence for an operator; empty when there is nothing to say
 * @param slots attempts it can run at once
 * @param busy slots in use
 * @param facts further figures and facts for display, by name
 */
public record Status(
    Condition condition, String detail, int slots, int busy, Map<String, String> facts) {

  public Status {
    facts = Map.copyOf(facts);
  }

  /** UP takes work; DEGRADED takes some of it; DOWN takes none, work waits. */
  public enum Condition {
    UP,
    DEGRADED,
    DOWN
  }
}

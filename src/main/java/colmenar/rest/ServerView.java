package colmenar.rest;

import colmenar.limit.Gate;
import colmenar.limit.GateState;
import colmenar.task.Unfinished;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * All servers that share the database, as one.
 *
 * @param gate OPEN, PAUSED (nothing is started) or DRAINING (nothing is accepted)
 * @param since when the gate was moved; left out when it never was
 * @param by who moved it
 * @param unfinished number of tasks that are not over
 * @param tasks the same by state
 * @param drained whether nothing is accepted any more and nothing is left
 */
@Schema(name = "Server")
public record ServerView(
    String gate,
    @Nullable Instant since,
    @Nullable String by,
    long unfinished,
    Map<String, Long> tasks,
    boolean drained) {

  /** By then every server has seen that it drains, and what it accepted before is committed. */
  private static final Duration SEEN_BY_ALL = Duration.ofSeconds(2);

  static ServerView of(Optional<Gate> gate, Unfinished unfinished, Instant now) {
    Map<String, Long> tasks = new TreeMap<>();
    unfinished.byState().forEach((state, count) -> tasks.put(state.name(), count));
    boolean drained =
        unfinished.total() == 0
            && gate.filter(one -> one.state() == GateState.DRAINING)
                .filter(one -> one.changedAt().plus(SEEN_BY_ALL).isBefore(now))
                .isPresent();
    return new ServerView(
        gate.map(Gate::state).orElse(GateState.OPEN).name(),
        gate.map(Gate::changedAt).orElse(null),
        gate.map(Gate::changedBy).orElse(null),
        unfinished.total(),
        tasks,
        drained);
  }
}

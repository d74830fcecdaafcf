package colmenar.rest;

import colmenar.backend.Backend;
import colmenar.backend.Profile;
import colmenar.backend.Status;
import colmenar.limit.GateState;
import colmenar.task.TaskState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A backend and how it is.
 *
 * @param condition UP, DEGRADED or DOWN
 * @param gate OPEN, PAUSED (nothing is started) or DRAINING (nothing is accepted)
 * @param slots attempts it can run at once
 * @param endsRunning whether a cancel ends an attempt that is already running
 * @param streamsLive whether items arrive while the attempt runs
 * @param tasks number of tasks that are not over, by state; only when one backend is asked for
 */
@Schema(name = "Backend")
public record BackendView(
    String name,
    String type,
    List<String> kinds,
    String condition,
    String detail,
    String gate,
    int slots,
    int busy,
    boolean endsRunning,
    boolean streamsLive,
    Map<String, String> facts,
    @Nullable Map<String, Long> tasks) {

  static BackendView of(Backend backend, GateState gate, @Nullable Map<TaskState, Long> counts) {
    Profile profile = backend.profile();
    Status status = backend.status();
    return new BackendView(
        backend.name(),
        profile.type(),
        profile.kinds().stream().sorted().toList(),
        status.condition().name(),
        status.detail(),
        gate.name(),
        status.slots(),
        status.busy(),
        profile.endsRunning(),
        profile.streamsLive(),
        status.facts(),
        counts == null ? null : words(counts));
  }

  private static Map<String, Long> words(Map<TaskState, Long> counts) {
    Map<String, Long> words = new TreeMap<>();
    counts.forEach((state, count) -> words.put(state.name(), count));
    return words;
  }
}

package colmenar.task;

import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The strands in which tasks wait, kept in memory because every claim asks. What this server writes
 * is noted, what others write is found within a fifth of a second. A strand is remembered longer
 * than it was seen: one that is empty costs a claim little, one that is not known is not claimed.
 * Thread-safe.
 */
@SingleInstance
class Strands {

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration REMEMBER = Duration.ofSeconds(2);

  private final StrandStore store;
  private final Map<String, Waiting> byBackend = new HashMap<>();

  @Inject
  Strands(StrandStore store) {
    this.store = store;
  }

  /** In which strands tasks may wait for a backend. */
  List<String> waiting(String backend, Instant now) {
    synchronized (byBackend) {
      Waiting known = byBackend.get(backend);
      if (known != null && known.lookAt.isAfter(now)) {
        return List.copyOf(known.seen.keySet());
      }
    }
    List<String> found = store.waiting(backend);
    synchronized (byBackend) {
      Waiting known = byBackend.computeIfAbsent(backend, unknown -> new Waiting());
      known.lookAt = now.plus(LOOK_EVERY);
      known.seen.values().removeIf(seen -> seen.plus(REMEMBER).isBefore(now));
      found.forEach(strand -> known.seen.put(strand, now));
      return List.copyOf(known.seen.keySet());
    }
  }

  /** These tasks wait as soon as the transaction that is under way is committed. */
  void note(Collection<Task> tasks, Instant now) {
    synchronized (byBackend) {
      for (Task task : tasks) {
        if (task.state() == TaskState.PENDING) {
          byBackend
              .computeIfAbsent(task.backend(), unknown -> new Waiting())
              .seen
              .put(task.strandText(), now);
        }
      }
    }
  }

  /** Of one backend. */
  private static final class Waiting {
    private final Map<String, Instant> seen = new HashMap<>();
    private Instant lookAt = Instant.MIN;
  }
}

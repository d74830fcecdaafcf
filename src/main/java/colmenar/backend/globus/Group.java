package colmenar.backend.globus;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tasks that the service keeps together; their results come by one queue. Thread-safe. */
final class Group {

  /** In place of an attempt, of the task that opened the group. */
  private static final UUID NONE = new UUID(0, 0);

  private final UUID id;
  private final Map<UUID, UUID> attempts = new HashMap<>();

  /** What is over without saying which attempt it was, by task. */
  private final Map<UUID, TaskResult> nameless = new HashMap<>();

  Group(UUID id) {
    this.id = id;
  }

  UUID id() {
    return id;
  }

  /** How many tasks are known to be in it. */
  synchronized int size() {
    return attempts.size();
  }

  /** That task does nothing, and is no attempt. */
  void opener(UUID task) {
    put(task, NONE);
  }

  /**
   * Which attempt a task is.
   *
   * @return its result, when that came before
   */
  synchronized Optional<TaskResult> put(UUID task, UUID attempt) {
    attempts.put(task, attempt);
    return Optional.ofNullable(nameless.remove(task));
  }

  /**
   * Which attempt a result is of.
   *
   * @param said by the result itself; null when it does not say
   * @return empty when that is not known yet; then the result is kept until it is
   */
  synchronized Optional<UUID> attempt(TaskResult result, @Nullable UUID said) {
    UUID known = attempts.get(result.task());
    UUID attempt = known == null ? said : known;
    if (attempt == null) {
      nameless.put(result.task(), result);
    } else {
      attempts.put(result.task(), attempt);
    }
    return Optional.ofNullable(attempt);
  }

  /** Tasks of which it is known which attempt they are. */
  synchronized Set<UUID> known() {
    return Set.copyOf(attempts.keySet());
  }
}

package colmenar.backend.globus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tasks that the service keeps together; their results come by one queue. Thread-safe. */
final class Group {

  private final UUID id;
  private final Map<UUID, List<UUID>> attempts = new HashMap<>();

  /** What is over without saying which attempt it was, by task. */
  private final Map<UUID, TaskResult> nameless = new HashMap<>();

  private volatile boolean unreadable;

  Group(UUID id) {
    this.id = id;
  }

  UUID id() {
    return id;
  }

  /**
   * Whether a message about it was of no use, so that its results cannot be relied upon to come.
   */
  boolean isUnreadable() {
    return unreadable;
  }

  void setUnreadable() {
    unreadable = true;
  }

  /** How many tasks are known to be in it. */
  synchronized int size() {
    return attempts.size();
  }

  /**
   * Which attempts a task is.
   *
   * @return its result, when that came before
   */
  synchronized Optional<TaskResult> put(UUID task, List<UUID> ofIt) {
    attempts.put(task, ofIt);
    return Optional.ofNullable(nameless.remove(task));
  }

  /** One more of a task. */
  synchronized void add(UUID task, UUID attempt) {
    List<UUID> all = new ArrayList<>(attempts.getOrDefault(task, List.of()));
    all.add(attempt);
    attempts.put(task, all);
  }

  /**
   * Which attempts a result is of.
   *
   * @param said by the result itself; null when it does not say
   * @return empty when that is not known yet; then the result is kept until it is
   */
  synchronized List<UUID> attempts(TaskResult result, @Nullable List<UUID> said) {
    List<UUID> known = attempts.get(result.task());
    if (known == null && said == null) {
      keep(result);
      return List.of();
    }
    List<UUID> all =
        Stream.of(known, said).filter(Objects::nonNull).flatMap(List::stream).distinct().toList();
    if (all.isEmpty()) {
      keep(result);
    }
    attempts.put(result.task(), all);
    return all;
  }

  /** Until it is known which attempts it is of. */
  synchronized void keep(TaskResult result) {
    nameless.put(result.task(), result);
  }

  /** Tasks of which it is known which attempt they are. */
  synchronized Set<UUID> known() {
    return Set.copyOf(attempts.keySet());
  }
}

package colmenar.feed;

import colmenar.feed.Group.Common;
import colmenar.task.EventKind;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which events somebody wants to hear of; an empty set is all the same. */
public record Filter(
    Set<UUID> tasks,
    Set<String> topics,
    Set<String> campaigns,
    Set<String> owners,
    Set<String> methods,
    Set<String> backends,
    Set<EventKind> kinds) {

  public Filter {
    tasks = Set.copyOf(tasks);
    topics = Set.copyOf(topics);
    campaigns = Set.copyOf(campaigns);
    owners = Set.copyOf(owners);
    methods = Set.copyOf(methods);
    backends = Set.copyOf(backends);
    kinds = Set.copyOf(kinds);
  }

  boolean wants(Common common) {
    return among(kinds, common.kind())
        && among(topics, common.topic())
        && among(campaigns, common.campaign())
        && among(owners, common.owner())
        && among(methods, common.method())
        && among(backends, common.backend());
  }

  boolean wants(UUID task) {
    return among(tasks, task);
  }

  private static <T> boolean among(Set<T> wanted, @Nullable T value) {
    return wanted.isEmpty() || (value != null && wanted.contains(value));
  }
}

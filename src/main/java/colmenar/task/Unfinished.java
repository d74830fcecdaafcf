package colmenar.task;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** How many tasks are not over; states and owners without any are left out. */
public record Unfinished(Map<TaskState, Long> byState, Map<String, Long> byOwner) {

  public static final Unfinished NONE = new Unfinished(Map.of(), Map.of());

  public Unfinished {
    byState = Map.copyOf(byState);
    byOwner = Map.copyOf(byOwner);
  }

  static Unfinished of(Collection<StrandCount> counts) {
    Map<TaskState, Long> byState = new EnumMap<>(TaskState.class);
    Map<String, Long> byOwner = new HashMap<>();
    for (StrandCount count : counts) {
      byState.merge(count.state(), count.tasks(), Long::sum);
      byOwner.merge(Strand.parse(count.strand()).owner(), count.tasks(), Long::sum);
    }
    return new Unfinished(byState, byOwner);
  }

  public long total() {
    return byState.values().stream().mapToLong(Long::longValue).sum();
  }
}

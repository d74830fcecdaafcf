package colmenar.task;

import colmenar.backend.FailureClass;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks are meant; what is null or empty does not matter. Every member that matters has to
 * fit. {@link FilterJson} reads and writes it.
 *
 * @param states in any of which the task is
 * @param labels all of which the task has
 * @param failureClass for which the task has failed
 * @param since the server had the task then or later; to the millisecond, like {@code until}
 * @param until the server had the task before
 * @param text that stands somewhere in the task, whatever the case of its letters: see {@link
 *     MatchStore}
 * @param ids one of which the task has
 */
public record TaskFilter(
    Set<TaskState> states,
    @Nullable String method,
    @Nullable String backend,
    @Nullable String topic,
    @Nullable String owner,
    @Nullable String campaign,
    Map<String, String> labels,
    @Nullable FailureClass failureClass,
    @Nullable String failureGroup,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable String text,
    Set<UUID> ids) {

  /** Every task. */
  public static final TaskFilter ALL =
      new TaskFilter(
          Set.of(), null, null, null, null, null, Map.of(), null, null, null, null, null, Set.of());

  public TaskFilter {
    states = Set.copyOf(states);
    labels = Map.copyOf(labels);
    ids = Set.copyOf(ids);
  }

  /** Every task of a failure group. */
  public static TaskFilter ofFailureGroup(String group) {
    return new TaskFilter(
        Set.of(), null, null, null, null, null, Map.of(), null, group, null, null, null, Set.of());
  }

  /** Only those of one owner. */
  public TaskFilter ofOwner(String name) {
    return new TaskFilter(
        states,
        method,
        backend,
        topic,
        name,
        campaign,
        labels,
        failureClass,
        failureGroup,
        since,
        until,
        text,
        ids);
  }

  /** Whether a task that was found by it fits it still; what never changes is not looked at. */
  boolean stillFits(Task task) {
    return (states.isEmpty() || states.contains(task.state()))
        && (backend == null || backend.equals(task.backend()))
        && (failureClass == null || task.failureClass().filter(failureClass::equals).isPresent())
        && (failureGroup == null || task.failureGroup().filter(failureGroup::equals).isPresent());
  }
}

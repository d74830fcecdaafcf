package colmenar.task;

import colmenar.backend.Failure;
import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The use cases of whoever asks why tasks have failed, each one transaction. */
@SingleInstance
@Transactional
public class Failures {

  private final FailureStore failures;
  private final TaskStore tasks;

  @Inject
  public Failures(FailureStore failures, TaskStore tasks) {
    this.failures = failures;
    this.tasks = tasks;
  }

  /** Failed tasks by cause: the groups that have failed last, or those of most tasks. */
  public List<FailureGroup> groups(FailureFilter filter, boolean largestFirst, int most) {
    List<FailureStore.Counted> groups = failures.groups(filter, largestFirst, most);
    List<Task> samples = tasks.of(groups.stream().map(FailureStore.Counted::sample).toList());
    Map<UUID, Task> byId =
        samples.stream().collect(Collectors.toMap(Task::id, Function.identity()));
    Collection<Attempt> attempts = tasks.attempts(samples.stream().map(Task::id).toList()).values();
    return groups.stream()
        .flatMap(
            group ->
                Stream.ofNullable(byId.get(group.sample()))
                    .map(sample -> group(group, sample, attempts)))
        .toList();
  }

  /**
   * @throws NotFoundException when no task is in it
   */
  public FailureGroup group(String id) {
    return groups(FailureFilter.of(id), false, 1).stream()
        .findFirst()
        .orElseThrow(() -> new NotFoundException("no failures " + id));
  }

  private static FailureGroup group(
      FailureStore.Counted group, Task sample, Collection<Attempt> attempts) {
    Failure failure =
        attempts.stream()
            .filter(attempt -> attempt.taskId().equals(sample.id()))
            .flatMap(attempt -> attempt.failure().stream())
            .filter(one -> FailurePrint.of(sample.methodName(), one).equals(group.id()))
            .findFirst()
            .orElse(Task.WAITED_TOO_LONG);
    return new FailureGroup(
        group.id(), failure, group.tasks(), group.first(), group.last(), sample);
  }
}

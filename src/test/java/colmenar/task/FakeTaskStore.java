package colmenar.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of tasks in memory. */
class FakeTaskStore extends TaskStore {

  final Map<UUID, Task> tasks = new LinkedHashMap<>();
  final Map<UUID, TaskInput> inputs = new LinkedHashMap<>();
  final Map<UUID, Attempt> attempts = new LinkedHashMap<>();
  final List<Result> results = new ArrayList<>();

  /** Options that were changed. */
  final Map<UUID, String> options = new LinkedHashMap<>();

  FakeTaskStore() {
    super(null);
  }

  @Override
  void add(Result result) {
    boolean twice =
        results.stream()
            .anyMatch(
                other ->
                    other.taskId().equals(result.taskId())
                        && other.attemptNumber() == result.attemptNumber()
                        && other.itemIndex() == result.itemIndex());
    if (twice) {
      throw new IllegalStateException("the same key twice");
    }
    results.add(result);
  }

  @Override
  void remove(Attempt attempt) {
    attempts.remove(attempt.id());
  }

  @Override
  void flush() {}

  @Override
  Optional<Task> task(UUID id) {
    return Optional.ofNullable(tasks.get(id));
  }

  @Override
  Map<UUID, Task> locked(Set<UUID> ids) {
    return found(tasks, ids);
  }

  @Override
  List<Task> ofClient(String owner, Set<String> clientIds) {
    return tasks.values().stream()
        .filter(task -> task.owner().equals(owner))
        .filter(task -> task.clientId().filter(clientIds::contains).isPresent())
        .toList();
  }

  @Override
  Set<UUID> late(Instant now, int most) {
    return tasks.values().stream()
        .filter(task -> task.isLate(now))
        .limit(most)
        .map(Task::id)
        .collect(Collectors.toSet());
  }

  @Override
  Optional<TaskInput> input(UUID task) {
    return Optional.ofNullable(inputs.get(task));
  }

  @Override
  Map<UUID, TaskInput> inputs(Collection<UUID> ids) {
    return found(inputs, ids);
  }

  @Override
  Map<UUID, Attempt> attempts(Collection<UUID> ids) {
    return attempts.values().stream()
        .filter(attempt -> ids.contains(attempt.taskId()))
        .collect(Collectors.toMap(Attempt::id, Function.identity()));
  }

  @Override
  List<Attempt> attemptsOf(UUID task) {
    return attempts.values().stream().filter(a -> a.taskId().equals(task)).toList();
  }

  @Override
  List<Task> ready(String backend, String strand, Instant now, int most) {
    return tasks.values().stream()
        .filter(t -> t.backend().equals(backend) && t.state() == TaskState.PENDING)
        .filter(t -> t.strandText().equals(strand))
        .filter(t -> !t.readyAt().isAfter(now))
        .sorted(Comparator.comparing(Task::turnAt).thenComparing(t -> t.id().toString()))
        .limit(most)
        .toList();
  }

  @Override
  List<Task> active(UUID node, String backend) {
    return activeOf(node).filter(t -> t.backend().equals(backend)).toList();
  }

  @Override
  List<Task> canceling(UUID node, String backend) {
    return active(node, backend).stream().filter(t -> t.state() == TaskState.CANCELING).toList();
  }

  private Stream<Task> activeOf(UUID node) {
    return tasks.values().stream()
        .filter(t -> t.state().active() && t.nodeId().filter(node::equals).isPresent());
  }

  @Override
  int adopt(UUID from, UUID to, Set<String> backends) {
    List<Task> adopted = activeOf(from).filter(t -> backends.contains(t.backend())).toList();
    adopted.forEach(t -> t.adopt(to));
    return adopted.size();
  }

  /** Of the filter it knows what may change of a task, and the owner. */
  @Override
  List<Match> look(TaskFilter filter, Span span, int most) {
    Comparator<Task> byId = Comparator.comparing(t -> t.id().toString());
    return tasks.values().stream()
        .filter(filter::stillFits)
        .filter(t -> filter.owner() == null || filter.owner().equals(t.owner()))
        .filter(t -> span.above() == null || t.id().compareTo(span.above()) > 0)
        .filter(t -> span.below() == null || t.id().compareTo(span.below()) < 0)
        .sorted(span.ascending() ? byId : byId.reversed())
        .limit(most)
        .map(
            t ->
                new Match(
                    t.id(),
                    t.state(),
                    t.backend(),
                    t.methodName(),
                    t.methodVersion(),
                    t.inputBytes()))
        .toList();
  }

  @Override
  List<Task> tasks(List<UUID> ids) {
    return ids.stream().map(tasks::get).toList();
  }

  @Override
  Optional<Result> outcome(UUID task) {
    return results.stream().filter(r -> r.taskId().equals(task) && r.complete()).findFirst();
  }

  @Override
  List<Result> items(UUID task, int skip, int most) {
    return results.stream()
        .filter(r -> r.taskId().equals(task) && !r.complete())
        .skip(skip)
        .limit(most)
        .toList();
  }

  private static <T> Map<UUID, T> found(Map<UUID, T> all, Collection<UUID> ids) {
    return ids.stream()
        .distinct()
        .filter(all::containsKey)
        .collect(Collectors.toMap(Function.identity(), all::get));
  }
}

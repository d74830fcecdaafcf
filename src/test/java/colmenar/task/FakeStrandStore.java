package colmenar.task;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at the tables in memory. */
class FakeStrandStore extends StrandStore {

  private final FakeTaskStore store;

  /** How often the waiting strands were looked for. */
  int looks;

  FakeStrandStore(FakeTaskStore store) {
    super(null);
    this.store = store;
  }

  @Override
  List<String> waiting(String backend) {
    looks++;
    return pending(backend).map(Task::strandText).distinct().sorted().toList();
  }

  private Stream<Task> pending(String backend) {
    return store.tasks.values().stream()
        .filter(t -> t.state() == TaskState.PENDING && t.backend().equals(backend));
  }

  @Override
  List<StrandCount> active() {
    return counts(task -> task.state().active());
  }

  @Override
  List<StrandCount> unfinished() {
    return counts(task -> !task.state().terminal());
  }

  @Override
  List<WaitingStrand> largest(int most) {
    return counts(task -> task.state() == TaskState.PENDING).stream()
        .map(
            count ->
                new WaitingStrand(
                    count.backend(),
                    count.strand(),
                    count.tasks(),
                    pending(count.backend())
                        .filter(task -> task.strandText().equals(count.strand()))
                        .min(Comparator.comparing(Task::turnAt))
                        .orElseThrow()
                        .id()))
        .sorted(Comparator.comparingLong(WaitingStrand::tasks).reversed())
        .limit(most)
        .toList();
  }

  private List<StrandCount> counts(Predicate<Task> which) {
    return store.tasks.values().stream()
        .filter(which)
        .map(t -> new StrandCount(t.backend(), t.strandText(), t.state(), 0))
        .collect(Collectors.groupingBy(one -> one, Collectors.counting()))
        .entrySet()
        .stream()
        .map(
            e ->
                new StrandCount(
                    e.getKey().backend(), e.getKey().strand(), e.getKey().state(), e.getValue()))
        .toList();
  }

  @Override
  int ahead(String backend, String strand, Instant now, Instant turn, UUID id, int most) {
    Comparator<Task> byTurn =
        Comparator.comparing(Task::turnAt).thenComparing(t -> t.id().toString());
    return (int)
        pending(backend)
            .filter(t -> t.strandText().equals(strand) && !t.readyAt().isAfter(now))
            .filter(t -> byTurn.compare(t, store.tasks.get(id)) < 0)
            .limit(most)
            .count();
  }
}

package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.limit.FakeLimits;
import colmenar.platform.FakeDatabase;
import colmenar.platform.Ids;
import colmenar.problem.DrainingException;
import colmenar.problem.IllegalMoveException;
import colmenar.problem.NotFoundException;
import colmenar.problem.TooManyTasksException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Operations and their chunks, on tables in memory. */
class OperationsTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final UUID NODE = new UUID(0, 1);

  private final TestClock clock = new TestClock();
  private final FakeTaskStore taskStore = new FakeTaskStore();
  private final FakeOperationStore store = new FakeOperationStore();
  private final FakeAnnouncer announcer = new FakeAnnouncer();
  private final FakeLimits limits = new FakeLimits(clock);
  private final FakeStrandStore strandStore = new FakeStrandStore(taskStore);
  private final Strands strands = new Strands(strandStore);
  private final FakeBulkStore bulk = new FakeBulkStore(taskStore);
  private final Ids ids = new Ids(clock);
  private final Tasks tasks =
      new Tasks(
          taskStore,
          new QueueStore(
              FakeDatabase.alone(), taskStore, bulk, strandStore, strands, limits.rules(), limits),
          bulk,
          new SuccessStore(FakeDatabase.alone()),
          null,
          ids,
          clock,
          announcer,
          strandStore,
          strands,
          limits.rules(),
          60);
  private final FakeTerms terms = new FakeTerms();
  private final Operations operations = new Operations(store, taskStore, null, tasks, ids, clock);

  private static final class TestClock extends Clock {
    private Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    private void passes(Duration time) {
      now = now.plus(time);
    }
  }

  /** A room for so many new tasks, and one method that runs on two backends. */
  private static final class FakeTerms implements Terms {
    private int room = Integer.MAX_VALUE;
    private boolean draining;
    private final List<String> admitted = new ArrayList<>();

    @Override
    public void admit(String owner, TaskRequest request) {
      if (room == 0) {
        throw new TooManyTasksException("full");
      }
      room--;
      admitted.add(owner);
    }

    @Override
    public void admit(String backend) {
      if (draining) {
        throw new DrainingException(backend + " is draining");
      }
    }

    @Override
    public boolean fits(String method, int version, String backend) {
      return backend.equals("cluster");
    }

    @Override
    public String options(String method, int version, String from, String to, String options) {
      return "{\"on\":\"%s\"}".formatted(to);
    }
  }

  private List<Task> submit(String owner, int many) {
    return tasks.submit(owner, Collections.nCopies(many, TaskRequests.any())).stream()
        .map(Submitted::task)
        .toList();
  }

  private List<Task> failed(String owner, int many) {
    List<Task> made = submit(owner, many);
    made.forEach(
        task ->
            task.failed(
                new Failure(FailureClass.APPLICATION, "ValueError", "of a test", null), NOW));
    return made;
  }

  private Operation make(OperationAction action, TaskFilter filter) {
    return make(new OperationRequest(action, filter, null, null));
  }

  private Operation make(OperationRequest request) {
    announcer.forget();
    return operations.make("ada", request, null);
  }

  private boolean carryOn(Operation operation) {
    return operations.carryOn(operation.id(), terms);
  }

  private void finish(Operation operation) {
    int chunks = 0;
    while (!operation.state().over()) {
      carryOn(operation);
      clock.passes(Duration.ofMillis(1));
      assertThat(chunks++).as("chunks").isLessThan(10_000);
    }
  }

  private void assertCounts(
      Operation operation, int matched, int changed, Map<SkipReason, Long> skipped) {
    assertThat(operation.matched()).isEqualTo(matched);
    assertThat(operation.changed()).isEqualTo(changed);
    assertThat(operation.skipped()).isEqualTo(skipped);
  }

  @Test
  void a_new_operation_waits_and_then_does_what_there_is_and_is_done() {
    List<Task> waiting = submit("ada", 2);
    failed("ada", 1);
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);
    assertThat(operation.state()).isEqualTo(OperationState.PENDING);
    assertThat(operations.due()).containsExactly(operation.id());

    assertThat(carryOn(operation)).isTrue();

    assertThat(operation.state()).isEqualTo(OperationState.DONE);
    assertThat(operation.startedAt()).contains(NOW);
    assertThat(operation.endedAt()).contains(NOW);
    assertCounts(operation, 3, 2, Map.of(SkipReason.IS_OVER, 1L));
    assertThat(waiting).allMatch(task -> task.state() == TaskState.CANCELED);
    assertThat(announcer.finished).hasSize(2);
    assertThat(announcer.deeds).hasSize(1);
    assertThat(operations.due()).isEmpty();
    assertThat(carryOn(operation)).isFalse();
  }

  @Test
  void waiting_tasks_are_grouped_by_method_and_owner_whatever_licences_they_take() {
    Task first =
        tasks.submit("ada", List.of(TaskRequests.taking("add", Map.of("ansys", 2)))).get(0).task();
    clock.passes(Duration.ofSeconds(1));
    tasks.submit("ada", Collections.nCopies(3, TaskRequests.taking("add", Map.of())));
    tasks.submit("bob", Collections.nCopies(6, TaskRequests.taking("add", Map.of())));
    failed("bob", 1);

    List<WaitingGroup> groups = tasks.waiting(10);

    assertThat(groups).extracting(WaitingGroup::owner).containsExactly("bob", "ada");
    assertThat(groups).extracting(WaitingGroup::tasks).containsExactly(6L, 4L);
    assertThat(groups.get(1).first()).isEqualTo(first);
    assertThat(tasks.waiting(1)).hasSize(1);
  }

  @Test
  void a_chunk_has_a_bounded_number_of_changes_and_the_next_goes_on_behind_it() {
    submit("ada", 1200);
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);

    carryOn(operation);
    assertCounts(operation, 500, 500, Map.of());
    carryOn(operation);
    assertCounts(operation, 1000, 1000, Map.of());
    assertThat(operation.state()).isEqualTo(OperationState.RUNNING);
    carryOn(operation);
    assertCounts(operation, 1200, 1200, Map.of());
    assertThat(operation.state()).isEqualTo(OperationState.DONE);
  }

  @Test
  void many_that_are_passed_over_cost_few_chunks() {
    failed("ada", 5000);
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);

    carryOn(operation);
    carryOn(operation);
    carryOn(operation);

    assertCounts(operation, 5000, 0, Map.of(SkipReason.IS_OVER, 5000L));
    assertThat(operation.state()).isEqualTo(OperationState.DONE);
  }

  @Test
  void cancelling_asks_the_backend_of_an_active_task_once() {
    submit("ada", 1);
    tasks.claim(NODE, "local", true, 1);
    finish(make(OperationAction.CANCEL, TaskFilter.ALL));
    assertThat(announcer.canceling).hasSize(1);

    Operation again = make(OperationAction.CANCEL, TaskFilter.ALL);
    finish(again);

    assertThat(announcer.canceling).isEmpty();
    assertCounts(again, 1, 0, Map.of(SkipReason.NOTHING_TO_CHANGE, 1L));
  }

  @Test
  void tasks_that_are_made_later_are_not_concerned() {
    submit("ada", 1);
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);
    Task later = submit("ada", 1).get(0);

    finish(operation);

    assertThat(later.state()).isEqualTo(TaskState.PENDING);
    assertCounts(operation, 1, 1, Map.of());
  }

  @Test
  void a_rerun_makes_one_task_of_each_and_none_of_its_own() {
    List<Task> old = failed("ada", 3);
    failed("bob", 1);
    // The clock of the server that makes the operation is ahead of that of the one that works.
    Ids ahead = new Ids(Clock.offset(clock, Duration.ofHours(1)));
    Operation operation =
        new Operations(store, taskStore, null, tasks, ahead, clock)
            .make("ada", request(OperationAction.RERUN, null), null);
    announcer.forget();

    finish(operation);

    assertCounts(operation, 4, 4, Map.of());
    List<Task> made =
        taskStore.tasks.values().stream().filter(task -> task.rerunOf().isPresent()).toList();
    assertThat(made).hasSize(4);
    assertThat(made.stream().map(task -> task.rerunOf().orElseThrow()))
        .containsAll(old.stream().map(Task::id).toList());
    assertThat(made).extracting(Task::owner).containsExactlyInAnyOrder("ada", "ada", "ada", "bob");
    assertThat(made).allMatch(task -> task.id().compareTo(operation.id()) > 0);
    assertThat(announcer.ready).containsExactly("local");
  }

  @Test
  void a_rerun_that_meets_a_full_queue_waits_and_goes_on() {
    failed("ada", 5);
    Operation operation = make(OperationAction.RERUN, TaskFilter.ALL);
    terms.room = 2;

    assertThat(carryOn(operation)).isFalse();
    assertCounts(operation, 2, 2, Map.of());
    assertThat(operation.state()).isEqualTo(OperationState.RUNNING);
    assertThat(operation.note()).contains("full");
    assertThat(carryOn(operation)).as("too early").isFalse();
    assertThat(operations.due()).isEmpty();

    clock.passes(Duration.ofSeconds(2));
    terms.room = 10;
    assertThat(carryOn(operation)).isTrue();
    assertCounts(operation, 5, 5, Map.of());
    assertThat(operation.note()).isEmpty();
    assertThat(operation.state()).isEqualTo(OperationState.DONE);
    assertThat(taskStore.tasks).hasSize(10);
  }

  @Test
  void a_move_takes_the_tasks_that_wait_and_may_run_there_with_their_options() {
    List<Task> waiting = submit("ada", 2);
    failed("ada", 1);
    Operation operation =
        make(new OperationRequest(OperationAction.MOVE, TaskFilter.ALL, null, "cluster"));
    terms.draining = true;
    assertThat(carryOn(operation)).isFalse();
    assertThat(operation.note()).contains("cluster is draining");
    clock.passes(Duration.ofSeconds(2));
    terms.draining = false;

    finish(operation);

    assertCounts(operation, 3, 2, Map.of(SkipReason.DOES_NOT_WAIT, 1L));
    assertThat(waiting).allMatch(task -> task.backend().equals("cluster"));
    assertThat(taskStore.options.values()).containsOnly("{\"on\":\"cluster\"}");
    assertThat(announcer.ready).containsExactly("cluster");
    assertThat(strands.waiting("cluster", clock.instant())).hasSize(1);
  }

  @Test
  void what_may_not_run_there_or_waits_there_already_is_passed_over() {
    submit("ada", 2);
    Operation elsewhere =
        make(new OperationRequest(OperationAction.MOVE, TaskFilter.ALL, null, "moon"));
    Operation here =
        make(new OperationRequest(OperationAction.MOVE, TaskFilter.ALL, null, "local"));

    finish(elsewhere);
    finish(here);

    assertCounts(elsewhere, 2, 0, Map.of(SkipReason.MAY_NOT_RUN_THERE, 2L));
    assertCounts(here, 2, 0, Map.of(SkipReason.NOTHING_TO_CHANGE, 2L));
  }

  @Test
  void a_new_priority_changes_the_turn() {
    Task task = submit("ada", 1).get(0);
    finish(make(new OperationRequest(OperationAction.REPRIORITIZE, TaskFilter.ALL, 5, null)));

    assertThat(task.priority()).isEqualTo(5);
    assertThat(task.turnAt()).isEqualTo(NOW.minusSeconds(300));
    assertThat(announcer.ready).containsExactly("local");
  }

  @Test
  void a_deletion_leaves_nothing_of_what_was_over() {
    Task waiting = submit("ada", 1).get(0);
    failed("ada", 3);
    Operation operation = make(OperationAction.DELETE, TaskFilter.ALL);

    finish(operation);

    assertCounts(operation, 4, 3, Map.of(SkipReason.IS_NOT_OVER, 1L));
    assertThat(taskStore.tasks).containsOnlyKeys(waiting.id());
    assertThat(announcer.deeds).containsExactly(new Deed.Deleted(3, Deed.Deleted.Cause.REQUEST));
  }

  @Test
  void what_changed_between_the_look_and_the_lock_is_left_alone() {
    FakeTaskStore late =
        new FakeTaskStore() {
          @Override
          Map<UUID, Task> locked(Set<UUID> wanted) {
            wanted.stream().findFirst().ifPresent(id -> tasks.get(id).cancel(NOW));
            wanted.stream().skip(1).findFirst().ifPresent(tasks::remove);
            return super.locked(wanted);
          }
        };
    late.tasks.putAll(taskStore.tasks);
    submit("ada", 3).forEach(task -> late.tasks.put(task.id(), task));
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);

    new Operations(store, late, null, tasks, ids, clock).carryOn(operation.id(), terms);

    assertCounts(operation, 3, 1, Map.of(SkipReason.CHANGED_MEANWHILE, 2L));
  }

  @Test
  void what_another_server_has_is_left_to_it() {
    submit("ada", 1);
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);
    store.taken.add(operation.id());

    assertThat(carryOn(operation)).isFalse();

    assertThat(operation.matched()).isZero();
  }

  @Test
  void a_stopped_operation_changes_nothing_more() {
    submit("ada", 600);
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);
    carryOn(operation);

    operations.stop(operation.id());
    operations.stop(operation.id());

    assertThat(operation.state()).isEqualTo(OperationState.STOPPED);
    assertThat(carryOn(operation)).isFalse();
    assertThat(operation.changed()).isEqualTo(500);
  }

  @Test
  void what_is_over_cannot_be_stopped_and_what_is_not_there_not_found() {
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);
    finish(operation);

    assertThatThrownBy(() -> operations.stop(operation.id()))
        .isInstanceOf(IllegalMoveException.class);
    assertThatThrownBy(() -> operations.stop(new UUID(7, 7))).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> operations.get(new UUID(7, 7))).isInstanceOf(NotFoundException.class);
  }

  @Test
  void chunks_that_go_wrong_become_smaller_until_the_culprit_is_passed_over() {
    List<Task> all = submit("ada", 20);
    UUID culprit = all.get(7).id();
    FakeTaskStore broken =
        new FakeTaskStore() {
          @Override
          Map<UUID, Task> locked(Set<UUID> wanted) {
            if (wanted.contains(culprit)) {
              throw new IllegalStateException("broken");
            }
            return super.locked(wanted);
          }
        };
    all.forEach(task -> broken.tasks.put(task.id(), task));
    Operations work = new Operations(store, broken, null, tasks, ids, clock);
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);

    for (int i = 0; i < 100 && !operation.state().over(); i++) {
      try {
        work.carryOn(operation.id(), terms);
      } catch (IllegalStateException e) {
        work.troubled(operation.id(), "broken");
      }
      clock.passes(Duration.ofMinutes(1));
    }

    assertThat(operation.state()).isEqualTo(OperationState.DONE);
    assertCounts(operation, 20, 19, Map.of());
    assertThat(operation.failed()).isEqualTo(1);
    assertThat(all.get(7).state()).isEqualTo(TaskState.PENDING);
  }

  @Test
  void an_operation_that_goes_wrong_all_the_time_fails_and_says_why() {
    submit("ada", 100);
    Operation operation = make(OperationAction.CANCEL, TaskFilter.ALL);

    for (int i = 0; i < 100 && !operation.state().over(); i++) {
      operations.troubled(operation.id(), "x".repeat(600));
      assertThat(operations.due()).as("waits a while").isEmpty();
    }

    assertThat(operation.state()).isEqualTo(OperationState.FAILED);
    assertThat(operation.note()).contains("x".repeat(500));
    assertThat(operation.endedAt()).isPresent();
    assertThat(operation.failed()).isBetween(1L, 25L);
  }

  @Test
  void a_preview_counts_what_would_be_changed() {
    submit("ada", 3);
    failed("bob", 2);

    Preview preview = operations.preview(request(OperationAction.CANCEL, null), terms);
    Preview his = operations.preview(request(OperationAction.CANCEL, "bob"), terms);

    assertThat(preview.complete()).isTrue();
    assertThat(preview.tally().matched()).isEqualTo(5);
    assertThat(preview.tally().changed()).isEqualTo(3);
    assertThat(preview.tally().skipped()).isEqualTo(Map.of(SkipReason.IS_OVER, 2L));
    assertThat(his.tally().matched()).isEqualTo(2);
    assertThat(taskStore.tasks.values()).noneMatch(task -> task.state() == TaskState.CANCELED);
  }

  @Test
  void a_preview_of_very_many_says_that_there_are_more() {
    submit("ada", 10_001);

    Preview preview = operations.preview(request(OperationAction.CANCEL, null), terms);

    assertThat(preview.complete()).isFalse();
    assertThat(preview.tally().matched()).isEqualTo(10_000);
  }

  private static OperationRequest request(OperationAction action, @Nullable String owner) {
    TaskFilter filter = owner == null ? TaskFilter.ALL : TaskFilter.ALL.ofOwner(owner);
    return new OperationRequest(action, filter, null, null);
  }
}

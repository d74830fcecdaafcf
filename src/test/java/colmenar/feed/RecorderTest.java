package colmenar.feed;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.FailureClass;
import colmenar.platform.FakeDatabase;
import colmenar.platform.Ids;
import colmenar.platform.SilentEvent;
import colmenar.task.Claimed;
import colmenar.task.Deed;
import colmenar.task.End;
import colmenar.task.EventKind;
import colmenar.task.GivenBack;
import colmenar.task.SampleTasks;
import colmenar.task.Step;
import colmenar.task.Task;
import colmenar.task.TaskRequests;
import colmenar.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written down of a deed. */
class RecorderTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final UUID TASK = new UUID(7, 1L << 24);
  private static final UUID OTHER = new UUID(7, 2L << 24);

  private final Rows rows = new Rows();
  private final Recorder recorder = recorder(true);

  private Recorder recorder(boolean enabled) {
    return new Recorder(rows, new Tickets(), new SilentEvent<>(), enabled);
  }

  private static End end(
      UUID task, TaskState state, @Nullable TaskState outcome, @Nullable FailureClass failure) {
    return new End(
        task,
        "ada",
        "chaos",
        "c1",
        "local",
        "add",
        state,
        2,
        Ids.part(task, 2),
        outcome,
        failure,
        NOW,
        NOW,
        NOW,
        NOW,
        NOW);
  }

  private static Step step(EventKind kind, UUID task, TaskState state, @Nullable Integer item) {
    return new Step(kind, task, state, 2, item, "ada", "chaos", "c1", "add", "local", NOW);
  }

  private List<EventKind> kinds() {
    return rows.groups.stream().map(group -> group.common().kind()).toList();
  }

  @Test
  void all_that_ends_in_one_transaction_is_one_row() {
    recorder.settled(
        new Deed.Settled(
            List.of(
                step(EventKind.ITEM, TASK, TaskState.RUNNING, 0),
                step(EventKind.ITEM, TASK, TaskState.RUNNING, 1)),
            List.of(
                end(TASK, TaskState.SUCCEEDED, TaskState.SUCCEEDED, null),
                end(OTHER, TaskState.PENDING, TaskState.FAILED, FailureClass.APPLICATION)),
            List.of()));

    assertThat(rows.added).isEqualTo(1);
    assertThat(kinds()).containsExactly(EventKind.ITEM, EventKind.SUCCEEDED, EventKind.RETRY);
    assertThat(rows.groups.get(0).items()).containsExactly(0, 1);
    Group retry = rows.groups.get(2);
    assertThat(retry.tasks()).containsExactly(OTHER);
    assertThat(retry.common().failureClass()).isEqualTo(FailureClass.APPLICATION);
    assertThat(retry.common().state()).isEqualTo(TaskState.PENDING);
    assertThat(retry.common().attempt()).isEqualTo(2);
    assertThat(retry.common().campaign()).isEqualTo("c1");
  }

  @Test
  void a_claim_is_told_by_what_the_backend_does_with_it() {
    Task task = new Task(TASK, "ada", TaskRequests.any(), SampleTasks.AGEING, NOW);
    recorder.submitted(new Deed.Submitted(List.of(task), List.of()));
    recorder.claimed(new Deed.Claims("local", TaskState.RUNNING, List.of(claimed()), NOW));
    recorder.claimed(new Deed.Claims("hpc", TaskState.SUBMITTING, List.of(claimed()), NOW));

    assertThat(kinds())
        .containsExactly(EventKind.SUBMITTED, EventKind.RUNNING, EventKind.SUBMITTING);
    assertThat(rows.groups).allSatisfy(g -> assertThat(g.tasks()).containsExactly(TASK));
    assertThat(rows.groups.get(2).common().backend()).isEqualTo("hpc");
    assertThat(rows.groups.get(0).common().attempt()).isZero();
  }

  private static Claimed claimed() {
    return SampleTasks.claimed(Ids.part(TASK, 1), TASK, 1, "add", NOW);
  }

  @Test
  void tasks_that_begin_as_they_are_made_are_told_as_submitted_and_then_as_running() {
    Task task = new Task(TASK, "ada", TaskRequests.any(), SampleTasks.AGEING, NOW);
    Deed.Claims begun = new Deed.Claims("local", TaskState.RUNNING, List.of(claimed()), NOW);

    recorder.submitted(new Deed.Submitted(List.of(task), List.of(begun)));

    assertThat(rows.added).isEqualTo(1);
    assertThat(kinds()).containsExactly(EventKind.SUBMITTED, EventKind.RUNNING);
    assertThat(rows.groups.get(0).common().state()).isEqualTo(TaskState.PENDING);
    assertThat(rows.groups.get(0).common().attempt()).isZero();
  }

  @Test
  void a_step_of_its_own_is_a_row_too() {
    recorder.settled(
        new Deed.Settled(
            List.of(step(EventKind.CANCELING, TASK, TaskState.CANCELING, null)),
            List.of(),
            List.of()));

    assertThat(kinds()).containsExactly(EventKind.CANCELING);
  }

  @Test
  void where_nothing_happened_nothing_is_written() {
    recorder.submitted(new Deed.Submitted(List.of(), List.of()));
    recorder.settled(new Deed.Settled(List.of(), List.of()));
    recorder.settled(new Deed.Settled(List.of(), List.of(new GivenBack(TASK, "local"))));
    recorder(false)
        .settled(new Deed.Settled(List.of(end(TASK, TaskState.CANCELED, null, null)), List.of()));

    assertThat(rows.added).isZero();
  }

  @Test
  void who_wants_some_is_told_of_those_alone() {
    Group.Common common =
        new Group.Common(
            EventKind.FAILED, TaskState.FAILED, 1, "ada", "chaos", null, "add", "local", null);
    Set<String> any = Set.of();
    Set<UUID> anyTask = Set.of();
    Set<EventKind> anyKind = Set.of();

    assertThat(new Filter(anyTask, any, any, any, any, any, anyKind).wants(common)).isTrue();
    assertThat(
            new Filter(
                    anyTask,
                    Set.of("x", "chaos"),
                    any,
                    Set.of("ada"),
                    Set.of("add"),
                    Set.of("local"),
                    Set.of(EventKind.FAILED))
                .wants(common))
        .isTrue();
    assertThat(new Filter(anyTask, Set.of("x"), any, any, any, any, anyKind).wants(common))
        .isFalse();
    assertThat(new Filter(anyTask, any, Set.of("c1"), any, any, any, anyKind).wants(common))
        .isFalse();
    assertThat(new Filter(anyTask, any, any, Set.of("bob"), any, any, anyKind).wants(common))
        .isFalse();
    assertThat(new Filter(anyTask, any, any, any, any, any, Set.of(EventKind.ITEM)).wants(common))
        .isFalse();
    assertThat(new Filter(Set.of(TASK), any, any, any, any, any, anyKind).wants(OTHER)).isFalse();
    assertThat(new Filter(Set.of(TASK), any, any, any, any, any, anyKind).wants(TASK)).isTrue();
  }

  /** Rows in memory. */
  private static final class Rows extends EventStore {
    final List<Group> groups = new ArrayList<>();
    int added;

    Rows() {
      super(FakeDatabase.alone(), new Tickets());
    }

    @Override
    void add(Instant at, String text) {
      assertThat(at).isEqualTo(NOW);
      added++;
      groups.addAll(Groups.parse(text));
    }
  }
}

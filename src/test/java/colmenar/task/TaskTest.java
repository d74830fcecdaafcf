package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.problem.IllegalMoveException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final UUID ID = new UUID(7, 0);
  private static final UUID ATTEMPT = new UUID(7, 1);
  private static final UUID NODE = new UUID(0, 1);
  private static final UUID OTHER_NODE = new UUID(0, 2);

  private static final String REFUSED = "-";

  /** State by state, where each verb leads. */
  private static final String VERBS =
      """
      state      start   submit     release accepted  running   cancel    retry   succeed   fail   canceled
      PENDING    RUNNING SUBMITTING -       PENDING   RUNNING   CANCELED  -       -         FAILED CANCELED
      SUBMITTING RUNNING -          PENDING QUEUED    RUNNING   CANCELING PENDING SUCCEEDED FAILED -
      QUEUED     RUNNING -          PENDING QUEUED    RUNNING   CANCELING PENDING SUCCEEDED FAILED CANCELED
      RUNNING    -       -          PENDING RUNNING   RUNNING   CANCELING PENDING SUCCEEDED FAILED CANCELED
      CANCELING  -       -          -       CANCELING CANCELING CANCELING -       SUCCEEDED FAILED CANCELED
      SUCCEEDED  -       -          -       SUCCEEDED -         -         -       -         -      -
      FAILED     -       -          -       FAILED    -         -         -       -         -      -
      CANCELED   -       -          -       CANCELED  -         CANCELED  -       -         -      -
      """;

  @ParameterizedTest(name = "{1} when {0} leads to {2}")
  @MethodSource("everyVerbInEveryState")
  void every_verb_leads_where_the_table_says_or_is_refused(
      TaskState state, String verb, String expected) {
    Task task = in(state);

    if (expected.equals(REFUSED)) {
      int attempts = task.attempts();
      Optional<UUID> attempt = task.attemptId();
      assertThatThrownBy(() -> verb(verb).accept(task))
          .isInstanceOf(IllegalMoveException.class)
          .hasMessageContaining(task.id().toString())
          .hasMessageContaining(state.name());
      assertThat(task.state()).isEqualTo(state);
      assertThat(task.attempts()).isEqualTo(attempts);
      assertThat(task.attemptId()).isEqualTo(attempt);
    } else {
      verb(verb).accept(task);
      assertThat(task.state()).isEqualTo(TaskState.valueOf(expected));
    }
  }

  static Stream<Arguments> everyVerbInEveryState() {
    List<String[]> rows = VERBS.lines().map(line -> line.split(" +")).toList();
    String[] verbs = rows.get(0);
    return rows.stream()
        .skip(1)
        .flatMap(
            row ->
                Stream.iterate(1, i -> i < verbs.length, i -> i + 1)
                    .map(i -> Arguments.of(TaskState.valueOf(row[0]), verbs[i], row[i])));
  }

  private static Consumer<Task> verb(String name) {
    return switch (name) {
      case "start" -> task -> task.claim(NODE, true, NOW);
      case "submit" -> task -> task.claim(NODE, false, NOW);
      case "release" -> task -> task.release(LATER);
      case "accepted" -> Task::accepted;
      case "running" -> Task::running;
      case "cancel" -> task -> task.cancel(NOW);
      case "retry" -> task -> task.retry(LATER, true, SampleTasks.AGEING);
      case "succeed" -> task -> task.succeeded(1, NOW);
      case "fail" -> task -> task.failed(failure(FailureClass.APPLICATION), NOW);
      case "canceled" -> task -> task.canceled(NOW);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Failure failure(FailureClass cause) {
    return new Failure(cause, "Test", "it failed", null);
  }

  private static Task pending() {
    return new Task(ID, "ada", TaskRequests.retried(2, 5), SampleTasks.AGEING, NOW);
  }

  private static Task in(TaskState state) {
    Task task = pending();
    switch (state) {
      case PENDING -> {}
      case SUBMITTING -> task.claim(NODE, false, NOW);
      case QUEUED -> {
        task.claim(NODE, false, NOW);
        task.accepted();
      }
      case RUNNING -> task.claim(NODE, true, NOW);
      case CANCELING -> {
        task.claim(NODE, true, NOW);
        task.cancel(NOW);
      }
      case SUCCEEDED -> {
        task.claim(NODE, true, NOW);
        task.succeeded(1, NOW);
      }
      case FAILED -> {
        task.claim(NODE, true, NOW);
        task.failed(failure(FailureClass.APPLICATION), NOW);
      }
      case CANCELED -> task.cancel(NOW);
    }
    return task;
  }

  @Test
  void a_new_task_waits_and_may_run_at_once() {
    Task task = pending();

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(task.readyAt()).isEqualTo(NOW);
    assertThat(task.createdAt()).isEqualTo(NOW);
    assertThat(task.inputReceivedAt()).isEqualTo(NOW);
    assertThat(task.attempts()).isZero();
    assertThat(task.attemptId()).isEmpty();
    assertThat(task.timeLimit()).isEmpty();
    assertThat(task.resultSentAt()).isEmpty();
  }

  @Test
  void its_inputs_are_measured_in_bytes_of_utf_8() {
    assertThat(pending().inputBytes()).isEqualTo("[1,\"ä\"]".length() + 1 + "{\"b\":2}".length());
  }

  @Test
  void a_time_limit_is_kept_to_the_millisecond() {
    Duration limit = Duration.ofMillis(1_500);

    assertThat(
            new Task(ID, "ada", TaskRequests.limited(limit), SampleTasks.AGEING, NOW).timeLimit())
        .contains(limit);
  }

  @Test
  void a_claim_makes_an_attempt_of_one_node_that_owns_the_task() {
    Task task = pending();

    task.claim(NODE, true, LATER);

    assertThat(task.attempts()).isEqualTo(1);
    assertThat(task.claimedAt()).contains(LATER);
    assertThat(task.nodeId()).contains(NODE);
    assertThat(task.attemptId()).contains(ATTEMPT);
    assertThat(task.isCurrent(ATTEMPT, NODE)).isTrue();
    assertThat(task.isCurrent(new UUID(7, 2), NODE)).isFalse();
    assertThat(task.isCurrent(ATTEMPT, OTHER_NODE)).isFalse();
  }

  @Test
  void nobody_owns_a_task_that_waits() {
    assertThat(pending().isCurrent(new UUID(7, 0), NODE)).isFalse();
    assertThat(pending().nodeId()).isEmpty();
  }

  @Test
  void what_another_node_takes_over_is_the_same_attempt_with_a_new_owner() {
    Task task = in(TaskState.RUNNING);

    task.adopt(OTHER_NODE);

    assertThat(task.isCurrent(ATTEMPT, OTHER_NODE)).isTrue();
    assertThat(task.isCurrent(ATTEMPT, NODE)).isFalse();
    assertThat(task.attempts()).isEqualTo(1);
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void a_step_of_priority_is_worth_a_minute_of_waiting() {
    Task urgent = new Task(ID, "ada", TaskRequests.urgent(2), SampleTasks.AGEING, NOW);
    Task lazy = new Task(ID, "ada", TaskRequests.urgent(-1), SampleTasks.AGEING, NOW);

    assertThat(pending().turnAt()).isEqualTo(NOW);
    assertThat(urgent.turnAt()).isEqualTo(NOW.minusSeconds(120));
    assertThat(lazy.turnAt()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void a_retry_stands_in_line_from_the_time_on_at_which_it_may_run() {
    Task task = new Task(ID, "ada", TaskRequests.urgent(2), SampleTasks.AGEING, NOW);
    task.claim(NODE, true, NOW);

    task.retry(LATER, false, SampleTasks.AGEING);

    assertThat(task.turnAt()).isEqualTo(LATER.minusSeconds(120));
  }

  @Test
  void a_released_task_keeps_its_turn() {
    Task task = in(TaskState.RUNNING);

    task.release(LATER);

    assertThat(task.turnAt()).isEqualTo(NOW);
  }

  @Test
  void no_two_attempts_have_the_same_id_not_even_after_a_release() {
    Task task = pending();
    Set<UUID> ids = new HashSet<>();

    for (int i = 0; i < 3; i++) {
      task.claim(NODE, true, NOW);
      ids.add(task.attemptId().orElseThrow());
      task.release(LATER);
      task.claim(NODE, true, NOW);
      ids.add(task.attemptId().orElseThrow());
      task.retry(LATER, true, SampleTasks.AGEING);
    }

    assertThat(ids).hasSize(6);
    assertThat(task.attempts()).isEqualTo(3);
  }

  @Test
  void a_released_task_is_as_if_it_had_never_been_claimed() {
    Task task = in(TaskState.SUBMITTING);

    task.release(LATER);

    assertThat(task.attempts()).isZero();
    assertThat(task.retries()).isZero();
    assertThat(task.attemptId()).isEmpty();
    assertThat(task.nodeId()).isEmpty();
    assertThat(task.readyAt()).isEqualTo(LATER);
    assertThat(task.isCurrent(ATTEMPT, NODE)).isFalse();
  }

  @Test
  void a_retry_that_the_users_code_is_to_blame_for_is_counted() {
    Task task = in(TaskState.RUNNING);

    task.retry(LATER, true, SampleTasks.AGEING);

    assertThat(task.attempts()).isEqualTo(1);
    assertThat(task.retries()).isEqualTo(1);
    assertThat(task.readyAt()).isEqualTo(LATER);
    assertThat(task.isCurrent(ATTEMPT, NODE)).isFalse();
  }

  @Test
  void a_retry_after_lost_infrastructure_uses_up_no_retry() {
    Task task = in(TaskState.RUNNING);

    task.retry(LATER, false, SampleTasks.AGEING);

    assertThat(task.attempts()).isEqualTo(1);
    assertThat(task.retries()).isZero();
  }

  @Test
  void the_next_attempt_after_a_retry_has_the_next_number() {
    Task task = in(TaskState.RUNNING);
    task.retry(LATER, true, SampleTasks.AGEING);

    task.claim(OTHER_NODE, true, LATER);

    assertThat(task.attempts()).isEqualTo(2);
    assertThat(task.isCurrent(new UUID(7, 2), OTHER_NODE)).isTrue();
  }

  @Test
  void cancelling_a_waiting_task_asks_no_backend_and_ends_it() {
    Task task = pending();

    assertThat(task.cancel(LATER)).isFalse();
    assertThat(task.resultSentAt()).contains(LATER);
  }

  @ParameterizedTest
  @EnumSource(names = {"SUBMITTING", "QUEUED", "RUNNING"})
  void cancelling_an_active_task_asks_its_backend_once(TaskState state) {
    Task task = in(state);

    assertThat(task.cancel(LATER)).isTrue();
    assertThat(task.cancel(LATER)).isFalse();
    assertThat(task.resultSentAt()).isEmpty();
    assertThat(task.isCurrent(ATTEMPT, NODE)).isTrue();
  }

  @Test
  void a_task_that_is_being_cancelled_may_still_succeed() {
    Task task = in(TaskState.CANCELING);

    task.succeeded(12, LATER);

    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(task.valueBytes()).contains(12L);
  }

  @Test
  void a_failed_task_knows_who_is_to_blame() {
    Task task = in(TaskState.RUNNING);

    task.failed(failure(FailureClass.TIME_LIMIT), LATER);

    assertThat(task.failureClass()).contains(FailureClass.TIME_LIMIT);
    assertThat(task.failureGroup())
        .contains(FailurePrint.of("add", failure(FailureClass.TIME_LIMIT)));
    assertThat(task.resultSentAt()).contains(LATER);
    assertThat(task.valueBytes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"SUCCEEDED", "FAILED", "CANCELED"})
  void no_attempt_owns_a_task_that_is_over(TaskState state) {
    assertThat(in(state).isCurrent(ATTEMPT, NODE)).isFalse();
  }

  @Test
  void another_priority_moves_its_turn_and_what_it_has_waited_counts_on() {
    Task task = new Task(ID, "ada", TaskRequests.urgent(2), SampleTasks.AGEING, NOW);

    task.reprioritize(5, SampleTasks.AGEING);

    assertThat(task.priority()).isEqualTo(5);
    assertThat(task.turnAt()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
    assertThat(task.readyAt()).isEqualTo(NOW);
  }

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void only_what_is_not_over_has_a_priority(TaskState state) {
    Task task = in(state);

    if (state.terminal()) {
      assertThatThrownBy(() -> task.reprioritize(1, SampleTasks.AGEING))
          .isInstanceOf(IllegalMoveException.class)
          .hasMessageContaining(state.name());
    } else {
      task.reprioritize(1, SampleTasks.AGEING);
      assertThat(task.priority()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void only_what_waits_moves_to_another_backend(TaskState state) {
    Task task = in(state);
    Instant turn = task.turnAt();

    if (state == TaskState.PENDING) {
      task.moveToBackend("cluster");
      assertThat(task.backend()).isEqualTo("cluster");
      assertThat(task.turnAt()).isEqualTo(turn);
    } else {
      assertThatThrownBy(() -> task.moveToBackend("cluster"))
          .isInstanceOf(IllegalMoveException.class)
          .hasMessageContaining(state.name());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 31_536_001})
  void a_step_of_priority_that_makes_no_sense_is_refused(int seconds) {
    assertThatThrownBy(() -> Ageing.ofSeconds(seconds))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("colmenar.priority.step-seconds");
  }

  @Test
  void with_a_step_of_zero_only_waiting_counts() {
    assertThat(Ageing.ofSeconds(0).turn(1000, NOW)).isEqualTo(NOW);
  }
}

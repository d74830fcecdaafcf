package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Handle;
import colmenar.backend.Outcome;
import colmenar.backend.Recovered;
import colmenar.backend.Recovered.Fate;
import colmenar.backend.Refusal;
import colmenar.limit.FakeLimits;
import colmenar.limit.Gate;
import colmenar.limit.GateState;
import colmenar.limit.LimitRule;
import colmenar.limit.LimitScope;
import colmenar.platform.FakeDatabase;
import colmenar.platform.Ids;
import colmenar.problem.IllegalMoveException;
import colmenar.problem.NotFoundException;
import colmenar.task.TaskRequest.Schedule;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The use cases and the ledger behind them, on tables in memory. */
class TasksTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final UUID UNKNOWN = new UUID(9, 1);
  private static final UUID NODE = new UUID(0, 1);
  private static final UUID OTHER_NODE = new UUID(0, 2);

  private final FakeTaskStore store = new FakeTaskStore();
  private final FakeAnnouncer announcer = new FakeAnnouncer();
  private final FakeLimits limits = new FakeLimits(CLOCK);
  private final FakeStrandStore strandStore = new FakeStrandStore(store);
  private final Strands strands = new Strands(strandStore);
  private final Tasks tasks =
      new Tasks(
          store,
          new QueueStore(
              FakeDatabase.alone(),
              store,
              new FakeBulkStore(store),
              strandStore,
              strands,
              limits.rules(),
              limits),
          new FakeBulkStore(store),
          new SuccessStore(FakeDatabase.alone()),
          null,
          new Ids(CLOCK),
          CLOCK,
          announcer,
          strandStore,
          strands,
          limits.rules(),
          60);

  private Task submit(TaskRequest request) {
    Task task = tasks.submit("ada", List.of(request)).get(0).task();
    announcer.forget();
    return task;
  }

  /** A task that runs in its first attempt. */
  private Task running(TaskRequest request) {
    Task task = submit(request);
    tasks.claim(NODE, "local", true, 10);
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    return task;
  }

  private Task runningSince(Instant claimed, TaskRequest request) {
    Task task = submit(request);
    task.claim(NODE, true, claimed);
    return task;
  }

  /** A task whose arrival at its backend is not known yet. */
  private Task submitting() {
    Task task = submit(TaskRequests.any());
    tasks.claim(NODE, "local", false, 10);
    assertThat(task.state()).isEqualTo(TaskState.SUBMITTING);
    return task;
  }

  private static UUID attemptOf(Task task) {
    return task.attemptId().orElseThrow();
  }

  private Attempt lastAttempt(Task task) {
    List<Attempt> attempts = tasks.attempts(task.id());
    return attempts.get(attempts.size() - 1);
  }

  private static Event.Finished finished(UUID attempt, Outcome outcome) {
    return new Event.Finished(attempt, outcome, null, NOW);
  }

  private static Event.Finished failed(UUID attempt, FailureClass cause) {
    return finished(attempt, new Outcome.Failed(new Failure(cause, "Test", "it failed", null)));
  }

  @Test
  void submitting_wakes_the_backends_it_is_for() {
    tasks.submit("ada", List.of(TaskRequests.any(), TaskRequests.on("cluster")));

    assertThat(announcer.ready).containsExactlyInAnyOrder("local", "cluster");
    assertThat(store.inputs).hasSize(2);
  }

  @Test
  void nothing_is_found_of_an_unknown_task() {
    assertThatThrownBy(() -> tasks.get(UNKNOWN)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> tasks.input(UNKNOWN)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> tasks.attempts(UNKNOWN)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> tasks.items(UNKNOWN, 0, 1)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> tasks.cancel(UNKNOWN)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void a_claim_takes_no_more_than_asked_for_and_the_most_urgent_first() {
    submit(TaskRequests.any());
    Task urgent = submit(TaskRequests.urgent(5));
    submit(TaskRequests.on("cluster"));

    List<Claimed> claimed = tasks.claim(NODE, "local", true, 1);

    assertThat(claimed).singleElement().satisfies(c -> assertThat(c.task()).isEqualTo(urgent.id()));
    assertThat(claimed.get(0).attempt()).isEqualTo(attemptOf(urgent));
  }

  @Test
  void a_claim_says_all_that_a_backend_needs() {
    Task task = submit(TaskRequests.limited(Duration.ofSeconds(5)));

    assertThat(tasks.claim(NODE, "local", true, 10))
        .containsExactly(
            new Claimed(
                attemptOf(task),
                task.id(),
                1,
                "ada",
                task.topic(),
                task.campaign().orElse(null),
                "add",
                1,
                0,
                NOW,
                NOW,
                Duration.ofSeconds(5),
                "[1,\"ä\"]",
                "{\"b\":2}",
                "{}",
                "{}"));
  }

  @Test
  void of_an_attempt_that_has_nothing_to_tell_yet_all_but_that_is_known() {
    Task task = running(TaskRequests.any());

    assertThat(store.attempts).isEmpty();
    assertThat(tasks.attempts(task.id()))
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.id()).isEqualTo(attemptOf(task));
              assertThat(attempt.number()).isEqualTo(1);
              assertThat(attempt.submittedAt()).isEqualTo(NOW);
            });
  }

  @Test
  void a_claimed_task_is_not_claimed_again() {
    submit(TaskRequests.any());

    assertThat(tasks.claim(NODE, "local", true, 10)).hasSize(1);
    assertThat(tasks.claim(OTHER_NODE, "local", true, 10)).isEmpty();
  }

  @Test
  void a_task_is_not_claimed_before_it_may_run() {
    Task task = running(TaskRequests.retried(1, 4));
    tasks.record(NODE, List.of(failed(attemptOf(task), FailureClass.APPLICATION)));

    assertThat(tasks.claim(NODE, "local", true, 10)).isEmpty();
  }

  @Test
  void a_step_of_priority_overtakes_who_came_less_than_a_minute_before_and_nobody_else() {
    Task first = submitted(1, 0, NOW.minusSeconds(120));
    Task second = submitted(2, 0, NOW.minusSeconds(58));
    Task urgent = submitted(3, 1, NOW.minusSeconds(59));
    Task unhurried = submitted(4, -1, NOW.minusSeconds(119));

    assertThat(tasks.claim(NODE, "local", true, 10))
        .extracting(Claimed::task)
        .containsExactly(first.id(), urgent.id(), unhurried.id(), second.id());
  }

  private Task submitted(int id, int priority, Instant at) {
    TaskRequest request = TaskRequests.urgent(priority);
    Task task = new Task(new UUID(id, 0), "ada", request, SampleTasks.AGEING, at);
    store.tasks.put(task.id(), task);
    store.inputs.put(task.id(), new TaskInput(task.id(), request));
    return task;
  }

  @Test
  void nothing_to_claim_is_no_error() {
    assertThat(tasks.claim(NODE, "local", true, 10)).isEmpty();
  }

  @Test
  void a_success_ends_the_task_with_its_value() {
    Task task = running(TaskRequests.any());

    tasks.record(NODE, List.of(finished(attemptOf(task), new Outcome.Succeeded("\"ä\""))));

    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(task.valueBytes()).contains(4L);
    assertThat(store.outcome(task.id()).flatMap(Result::value)).contains("\"ä\"");
    assertThat(announcer.finished).containsExactly(task.id());
  }

  @Test
  void the_end_of_an_attempt_means_room_on_its_backend() {
    Task task = running(TaskRequests.any());

    announcer.forget();

    tasks.record(NODE, List.of(finished(attemptOf(task), new Outcome.Succeeded("1"))));

    assertThat(announcer.freed).containsExactly("local");
    assertThat(announcer.ready).isEmpty();
  }

  @Test
  void an_outcome_told_again_is_ignored() {
    Task task = running(TaskRequests.any());
    Event first = finished(attemptOf(task), new Outcome.Succeeded("1"));
    tasks.record(NODE, List.of(first));
    announcer.forget();

    tasks.record(NODE, List.of(first, failed(attemptOf(task), FailureClass.APPLICATION)));

    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(store.results).hasSize(1);
    assertThat(announcer.finished).isEmpty();
  }

  @Test
  void two_outcomes_in_one_group_leave_the_first() {
    Task task = running(TaskRequests.any());
    UUID attempt = attemptOf(task);

    tasks.record(
        NODE,
        List.of(
            failed(attempt, FailureClass.APPLICATION),
            finished(attempt, new Outcome.Succeeded("1"))));

    assertThat(task.state()).isEqualTo(TaskState.FAILED);
    assertThat(lastAttempt(task).outcome()).contains(TaskState.FAILED);
  }

  @Test
  void an_attempt_that_does_not_own_the_task_any_more_has_no_say() {
    Task task = running(TaskRequests.retried(1, 4));
    UUID first = attemptOf(task);
    tasks.record(NODE, List.of(failed(first, FailureClass.APPLICATION)));

    tasks.record(NODE, List.of(finished(first, new Outcome.Succeeded("1"))));

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(store.results).isEmpty();
    assertThat(lastAttempt(task).outcome()).contains(TaskState.FAILED);
  }

  @Test
  void reports_of_an_unknown_attempt_are_ignored() {
    tasks.record(NODE, List.of(finished(UNKNOWN, new Outcome.Succeeded("1"))));
    tasks.refused(NODE, List.of(new Refusal(UNKNOWN, Refusal.Kind.REJECTED, "no")));
    tasks.recovered(NODE, List.of(new Recovered(UNKNOWN, Fate.LOST, "gone")));

    assertThat(store.results).isEmpty();
    assertThat(announcer.finished).isEmpty();
  }

  @Test
  void a_failure_with_a_retry_left_makes_the_task_wait() {
    Task task = running(TaskRequests.retried(1, 4));

    tasks.record(NODE, List.of(failed(attemptOf(task), FailureClass.APPLICATION)));

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(task.retries()).isEqualTo(1);
    assertThat(task.readyAt()).isBetween(NOW.plusMillis(250), NOW.plusMillis(500));
    assertThat(announcer.ready).containsExactly("local");
    assertThat(announcer.finished).isEmpty();
    assertThat(store.results).isEmpty();
  }

  @Test
  void a_lost_worker_is_retried_without_using_up_a_retry() {
    Task task = running(TaskRequests.retried(0, 4));

    tasks.record(NODE, List.of(failed(attemptOf(task), FailureClass.INFRASTRUCTURE)));

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(task.retries()).isZero();
    assertThat(task.attempts()).isEqualTo(1);
  }

  @Test
  void a_failure_without_a_retry_left_ends_the_task_without_a_value() {
    Task task = running(TaskRequests.retried(0, 4));

    tasks.record(NODE, List.of(failed(attemptOf(task), FailureClass.TIME_LIMIT)));

    assertThat(task.state()).isEqualTo(TaskState.FAILED);
    assertThat(task.failureClass()).contains(FailureClass.TIME_LIMIT);
    Result outcome = store.outcome(task.id()).orElseThrow();
    assertThat(outcome.success()).isFalse();
    assertThat(outcome.value()).isEmpty();
    assertThat(announcer.finished).containsExactly(task.id());
  }

  @Test
  void a_queued_attempt_is_accepted_runs_and_ends() {
    Task task = submitting();
    UUID attempt = attemptOf(task);

    tasks.record(NODE, List.of(new Event.Accepted(attempt, "job-1", NOW)));
    assertThat(task.state()).isEqualTo(TaskState.QUEUED);

    tasks.record(NODE, List.of(new Event.Running(attempt, Map.of("hostname", "n1"), NOW)));
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);

    tasks.record(NODE, List.of(finished(attempt, new Outcome.Succeeded("1"))));
    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(lastAttempt(task).nativeId()).contains("job-1");
  }

  @Test
  void running_may_overtake_accepted() {
    Task task = submitting();
    UUID attempt = attemptOf(task);

    tasks.record(NODE, List.of(new Event.Running(attempt, Map.of(), NOW)));
    tasks.record(NODE, List.of(new Event.Accepted(attempt, "job-1", NOW)));

    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(lastAttempt(task).nativeId()).contains("job-1");
  }

  @Test
  void an_attempt_that_ends_before_it_was_accepted_has_ended() {
    Task task = submitting();

    tasks.record(
        NODE, List.of(finished(attemptOf(task), new Outcome.Canceled("the queue was purged"))));

    assertThat(task.state()).isEqualTo(TaskState.CANCELED);
    assertThat(lastAttempt(task).note()).contains("the queue was purged");
  }

  @Test
  void progress_is_kept_with_the_attempt() {
    Task task = running(TaskRequests.any());

    tasks.record(NODE, List.of(new Event.Progress(attemptOf(task), 0.25, "a quarter", NOW)));

    assertThat(lastAttempt(task).progress()).contains(0.25);
    assertThat(lastAttempt(task).progressMessage()).contains("a quarter");
  }

  @Test
  void streamed_items_keep_their_order_and_wake_those_who_wait() {
    Task task = running(TaskRequests.any());
    UUID attempt = attemptOf(task);

    tasks.record(
        NODE,
        List.of(
            new Event.Item(attempt, 0, "\"a\"", NOW), new Event.Item(attempt, 1, "\"b\"", NOW)));

    assertThat(tasks.items(task.id(), 0, 10))
        .extracting(item -> item.value().orElseThrow())
        .containsExactly("\"a\"", "\"b\"");
    assertThat(task.items()).isEqualTo(2);
    assertThat(announcer.finished).containsExactly(task.id());
  }

  @Test
  void a_streamed_item_told_again_is_ignored() {
    Task task = running(TaskRequests.any());
    Event item = new Event.Item(attemptOf(task), 0, "1", NOW);

    tasks.record(NODE, List.of(item, item));
    tasks.record(NODE, List.of(item));

    assertThat(task.items()).isEqualTo(1);
    assertThat(store.results).hasSize(1);
  }

  @Test
  void items_of_a_retry_and_the_outcome_have_places_of_their_own() {
    Task task = running(TaskRequests.retried(1, 4));
    tasks.record(
        NODE,
        List.of(
            new Event.Item(attemptOf(task), 0, "1", NOW),
            failed(attemptOf(task), FailureClass.APPLICATION)));
    task.claim(NODE, true, NOW);

    tasks.record(
        NODE,
        List.of(
            new Event.Item(attemptOf(task), 0, "2", NOW),
            new Event.Item(attemptOf(task), 1, "3", NOW),
            finished(attemptOf(task), new Outcome.Succeeded("4"))));

    assertThat(task.items()).isEqualTo(3);
    assertThat(tasks.items(task.id(), 0, 10))
        .extracting(item -> item.value().orElseThrow())
        .containsExactly("1", "2", "3");
    assertThat(store.outcome(task.id()).flatMap(Result::value)).contains("4");
  }

  @Test
  void cancelling_a_waiting_task_ends_it_at_once() {
    Task task = submit(TaskRequests.any());

    tasks.cancel(task.id());

    assertThat(task.state()).isEqualTo(TaskState.CANCELED);
    assertThat(store.outcome(task.id())).isPresent();
    assertThat(announcer.finished).containsExactly(task.id());
    assertThat(announcer.canceling).isEmpty();
  }

  @Test
  void cancelling_twice_leaves_one_outcome() {
    Task task = submit(TaskRequests.any());

    tasks.cancel(task.id());
    tasks.cancel(task.id());

    assertThat(store.results).hasSize(1);
  }

  @Test
  void cancelling_an_active_task_asks_its_backend() {
    Task task = running(TaskRequests.any());

    tasks.cancel(task.id());

    assertThat(task.state()).isEqualTo(TaskState.CANCELING);
    assertThat(announcer.canceling).containsExactly(attemptOf(task));
    assertThat(announcer.finished).isEmpty();
    assertThat(tasks.canceling(NODE, "local")).containsExactly(attemptOf(task));
    assertThat(tasks.canceling(OTHER_NODE, "local")).isEmpty();
  }

  @Test
  void a_finished_task_cannot_be_cancelled() {
    Task task = running(TaskRequests.any());
    tasks.record(NODE, List.of(finished(attemptOf(task), new Outcome.Succeeded("1"))));

    assertThatThrownBy(() -> tasks.cancel(task.id())).isInstanceOf(IllegalMoveException.class);
  }

  @Test
  void a_cancelled_task_is_not_tried_again() {
    Task task = running(TaskRequests.retried(3, 10));
    tasks.cancel(task.id());

    tasks.record(NODE, List.of(failed(attemptOf(task), FailureClass.APPLICATION)));

    assertThat(task.state()).isEqualTo(TaskState.FAILED);
  }

  @Test
  void losing_the_worker_of_a_task_that_is_being_cancelled_cancels_it() {
    Task task = running(TaskRequests.retried(3, 10));
    tasks.cancel(task.id());

    tasks.record(NODE, List.of(failed(attemptOf(task), FailureClass.INFRASTRUCTURE)));

    assertThat(task.state()).isEqualTo(TaskState.CANCELED);
    assertThat(announcer.finished).containsExactly(task.id());
  }

  @Test
  void a_rejected_attempt_fails_its_task() {
    Task task = running(TaskRequests.retried(3, 10));

    tasks.refused(
        NODE, List.of(new Refusal(attemptOf(task), Refusal.Kind.REJECTED, "no such queue")));

    assertThat(task.state()).isEqualTo(TaskState.FAILED);
    assertThat(lastAttempt(task).failure())
        .contains(new Failure(FailureClass.REJECTED, "Rejected", "no such queue", null));
  }

  @Test
  void an_attempt_that_was_not_taken_now_leaves_no_trace_and_waits_a_little() {
    Task task = running(TaskRequests.any());

    tasks.refused(NODE, List.of(new Refusal(attemptOf(task), Refusal.Kind.UNAVAILABLE, "full")));

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(task.attempts()).isZero();
    assertThat(task.readyAt()).isEqualTo(NOW.plus(Duration.ofSeconds(1)));
    assertThat(store.attempts).isEmpty();
    assertThat(announcer.ready).containsExactly("local");
  }

  @Test
  void a_cancelled_attempt_that_was_not_taken_is_cancelled() {
    Task task = running(TaskRequests.any());
    tasks.cancel(task.id());

    tasks.refused(NODE, List.of(new Refusal(attemptOf(task), Refusal.Kind.UNAVAILABLE, "full")));

    assertThat(task.state()).isEqualTo(TaskState.CANCELED);
    assertThat(store.outcome(task.id())).isPresent();
  }

  @Test
  void every_attempt_that_is_not_over_is_active() {
    Task running = running(TaskRequests.any());
    Task canceling = running(TaskRequests.any());
    Task over = running(TaskRequests.any());
    tasks.cancel(canceling.id());
    tasks.record(
        NODE,
        List.of(
            new Event.Accepted(attemptOf(running), "p-1", NOW),
            finished(attemptOf(over), new Outcome.Succeeded("1"))));
    submit(TaskRequests.any());

    assertThat(tasks.active(NODE, "local"))
        .containsExactlyInAnyOrder(
            new Handle(attemptOf(running), "p-1"), new Handle(attemptOf(canceling), null));
    assertThat(tasks.active(NODE, "cluster")).isEmpty();
    assertThat(tasks.active(OTHER_NODE, "local")).isEmpty();
  }

  @Test
  void an_attempt_that_was_found_again_goes_on() {
    Task task = running(TaskRequests.any());

    tasks.recovered(NODE, List.of(new Recovered(attemptOf(task), Fate.ATTACHED, "")));

    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(task.attempts()).isEqualTo(1);
  }

  @Test
  void an_attempt_that_never_arrived_is_handed_over_again_at_once() {
    Task task = submitting();

    tasks.recovered(NODE, List.of(new Recovered(attemptOf(task), Fate.NEVER_ARRIVED, "")));

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(task.attempts()).isZero();
    assertThat(task.readyAt()).isEqualTo(NOW);
    assertThat(announcer.ready).containsExactly("local");
  }

  @Test
  void a_lost_attempt_counts_as_lost_infrastructure() {
    Task task = running(TaskRequests.retried(0, 1));

    tasks.recovered(NODE, List.of(new Recovered(attemptOf(task), Fate.LOST, "the server stopped")));

    assertThat(task.state()).isEqualTo(TaskState.FAILED);
    assertThat(lastAttempt(task).failure())
        .contains(new Failure(FailureClass.INFRASTRUCTURE, "Lost", "the server stopped", null));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fate.class,
      names = {"NEVER_ARRIVED", "LOST"})
  void a_cancelled_attempt_that_is_gone_is_cancelled(Fate fate) {
    Task task = submitting();
    tasks.cancel(task.id());

    tasks.recovered(NODE, List.of(new Recovered(attemptOf(task), fate, "gone")));

    assertThat(task.state()).isEqualTo(TaskState.CANCELED);
    assertThat(announcer.finished).containsExactly(task.id());
  }

  @Test
  void one_bad_report_does_not_touch_the_tasks_of_the_others() {
    Task first = running(TaskRequests.any());
    Task second = running(TaskRequests.any());

    tasks.record(
        NODE,
        List.of(
            finished(UNKNOWN, new Outcome.Succeeded("0")),
            finished(attemptOf(first), new Outcome.Succeeded("1")),
            failed(attemptOf(second), FailureClass.APPLICATION)));

    assertThat(first.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(second.state()).isEqualTo(TaskState.FAILED);
  }

  @Test
  void an_attempt_is_found_by_its_number() {
    Task task = running(TaskRequests.any());

    assertThat(tasks.attempt(task.id(), 1).id()).isEqualTo(attemptOf(task));
    assertThatThrownBy(() -> tasks.attempt(task.id(), 2))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("2");
  }

  @Test
  void the_first_delivery_is_noted() {
    Task task = submit(TaskRequests.any());
    tasks.cancel(task.id());

    tasks.delivered(task.id());

    assertThat(store.outcome(task.id()).flatMap(Result::receivedAt)).contains(NOW);
  }

  @Test
  void a_result_that_is_not_there_is_not_delivered() {
    Task task = running(TaskRequests.any());
    tasks.record(NODE, List.of(new Event.Item(attemptOf(task), 0, "1", NOW)));

    tasks.delivered(task.id());
    tasks.delivered(UNKNOWN);

    assertThat(store.results).allMatch(result -> result.receivedAt().isEmpty());
  }

  @Test
  void results_and_items_wait_in_the_inbox_of_owner_and_topic_which_is_announced() {
    Inbox inbox = new Inbox("ada", "default");
    Task task = running(TaskRequests.any());
    tasks.record(NODE, List.of(new Event.Item(attemptOf(task), 0, "1", NOW)));
    assertThat(announcer.inboxes).containsExactly(inbox);
    announcer.forget();

    tasks.record(NODE, List.of(finished(attemptOf(task), new Outcome.Succeeded("2"))));

    assertThat(announcer.inboxes).containsExactly(inbox);
    assertThat(store.results).hasSize(2).allMatch(result -> result.inbox().get().equals(inbox));
  }

  @Test
  void the_outcome_of_a_task_that_was_cancelled_while_it_waited_is_announced_too() {
    Task task = submit(TaskRequests.any());

    tasks.cancel(task.id());

    assertThat(announcer.inboxes).containsExactly(new Inbox("ada", "default"));
  }

  @Test
  void what_a_node_reports_of_another_nodes_attempt_is_ignored() {
    Task task = running(TaskRequests.any());
    UUID attempt = attemptOf(task);

    tasks.record(
        OTHER_NODE,
        List.of(
            new Event.Item(attempt, 0, "1", NOW),
            new Event.GivenBack(attempt),
            finished(attempt, new Outcome.Succeeded("1"))));
    tasks.refused(OTHER_NODE, List.of(new Refusal(attempt, Refusal.Kind.REJECTED, "no")));
    tasks.recovered(OTHER_NODE, List.of(new Recovered(attempt, Fate.LOST, "gone")));

    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(task.isCurrent(attempt, NODE)).isTrue();
    assertThat(store.results).isEmpty();
    assertThat(store.attempts).isEmpty();
    assertThat(announcer.finished).isEmpty();
    assertThat(announcer.ready).isEmpty();
  }

  @Test
  void an_adopted_attempt_is_reported_by_its_new_node_and_no_longer_by_the_old() {
    Task task = running(TaskRequests.any());
    UUID attempt = attemptOf(task);
    tasks.record(NODE, List.of(new Event.Item(attempt, 0, "1", NOW)));

    assertThat(tasks.adopt(NODE, OTHER_NODE, Set.of("local"))).isEqualTo(1);

    tasks.record(NODE, List.of(failed(attempt, FailureClass.APPLICATION)));
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    tasks.record(
        OTHER_NODE,
        List.of(
            new Event.Item(attempt, 0, "1", NOW), finished(attempt, new Outcome.Succeeded("2"))));
    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(task.items()).isEqualTo(1);
    assertThat(tasks.attempts(task.id())).hasSize(1);
  }

  @Test
  void a_node_adopts_what_is_active_on_backends_that_it_has() {
    Task running = running(TaskRequests.any());
    Task canceling = running(TaskRequests.any());
    tasks.cancel(canceling.id());
    Task over = running(TaskRequests.any());
    tasks.record(NODE, List.of(finished(attemptOf(over), new Outcome.Succeeded("1"))));
    Task elsewhere = submit(TaskRequests.on("cluster"));
    tasks.claim(NODE, "cluster", false, 10);
    submit(TaskRequests.any());

    assertThat(tasks.adopt(NODE, OTHER_NODE, Set.of("local"))).isEqualTo(2);

    assertThat(tasks.active(OTHER_NODE, "local"))
        .extracting(Handle::attempt)
        .containsExactlyInAnyOrder(attemptOf(running), attemptOf(canceling));
    assertThat(tasks.active(NODE, "cluster"))
        .extracting(Handle::attempt)
        .containsExactly(attemptOf(elsewhere));
    assertThat(over.nodeId()).contains(NODE);
  }

  @Test
  void an_attempt_that_is_given_back_is_none_and_the_next_has_another_id() {
    Task task = running(TaskRequests.any());
    UUID first = attemptOf(task);
    tasks.record(NODE, List.of(new Event.Running(first, Map.of(), NOW)));
    announcer.forget();

    tasks.record(NODE, List.of(new Event.GivenBack(first)));

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(task.attempts()).isZero();
    assertThat(task.retries()).isZero();
    assertThat(task.readyAt()).isEqualTo(NOW);
    assertThat(store.attempts).isEmpty();
    assertThat(announcer.ready).containsExactly("local");
    tasks.claim(NODE, "local", true, 10);
    assertThat(attemptOf(task)).isNotEqualTo(first);
    assertThat(task.attempts()).isEqualTo(1);
  }

  @Test
  void nothing_counts_after_an_attempt_was_given_back() {
    Task task = running(TaskRequests.any());
    UUID attempt = attemptOf(task);

    tasks.record(
        NODE,
        List.of(
            new Event.Accepted(attempt, "p-1", NOW),
            new Event.GivenBack(attempt),
            new Event.GivenBack(attempt),
            finished(attempt, new Outcome.Succeeded("1"))));

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(store.attempts).isEmpty();
    assertThat(store.results).isEmpty();
  }

  @Test
  void a_cancelled_attempt_that_is_given_back_is_cancelled() {
    Task task = running(TaskRequests.any());
    tasks.cancel(task.id());

    tasks.record(NODE, List.of(new Event.GivenBack(attemptOf(task))));

    assertThat(task.state()).isEqualTo(TaskState.CANCELED);
    assertThat(store.outcome(task.id())).isPresent();
  }

  private static Schedule schedule(@Nullable Instant startBy, @Nullable Instant finishBy) {
    return new Schedule(null, startBy, finishBy, null, null);
  }

  private static TaskRequest planned(Schedule schedule) {
    return TaskRequests.planned(schedule, JsonValue.EMPTY_JSON_OBJECT);
  }

  @Test
  void the_same_client_id_is_the_same_task() {
    Task first = submit(TaskRequests.called("c", "print"));

    Submitted again = tasks.submit("ada", List.of(TaskRequests.called("c", "print"))).get(0);

    assertThat(again).isEqualTo(new Submitted(first, Submitted.Kind.KNOWN));
    assertThat(store.tasks).hasSize(1);
    assertThat(announcer.ready).isEmpty();
  }

  @Test
  void another_request_under_the_same_client_id_makes_nothing() {
    submit(TaskRequests.called("c", "print"));

    Submitted other = tasks.submit("ada", List.of(TaskRequests.called("c", "other"))).get(0);

    assertThat(other.kind()).isEqualTo(Submitted.Kind.DIFFERENT);
    assertThat(store.tasks).hasSize(1);
  }

  @Test
  void a_client_id_twice_in_one_batch_is_one_task_and_each_owner_has_his_own() {
    TaskRequest request = TaskRequests.called("c", "print");

    List<Submitted> batch = tasks.submit("ada", List.of(request, request));
    List<Submitted> other = tasks.submit("bob", List.of(request));

    assertThat(batch)
        .extracting(Submitted::kind)
        .containsExactly(Submitted.Kind.MADE, Submitted.Kind.KNOWN);
    assertThat(other).extracting(Submitted::kind).containsExactly(Submitted.Kind.MADE);
    assertThat(store.tasks).hasSize(2);
  }

  @Test
  void a_task_is_not_claimed_before_its_time() {
    Task later = submit(planned(new Schedule(NOW.plusSeconds(1), null, null, null, null)));
    Task now = submit(planned(new Schedule(NOW.minusSeconds(1), null, null, null, null)));

    assertThat(tasks.claim(NODE, "local", true, 10))
        .extracting(Claimed::task)
        .containsExactly(now.id());
    assertThat(later.readyAt()).isEqualTo(NOW.plusSeconds(1));
  }

  @Test
  void a_task_that_comes_too_late_to_begin_or_to_end_is_not_claimed() {
    submit(planned(schedule(NOW, null)));
    submit(planned(schedule(null, NOW)));
    Task inTime = submit(planned(schedule(NOW.plusSeconds(1), NOW.plusSeconds(1))));

    assertThat(claimed(10)).containsExactly(inTime.id());
  }

  @Test
  void a_task_that_began_in_time_may_be_tried_again_later() {
    Task task = runningSince(NOW.minusSeconds(1), planned(schedule(NOW, null)));
    tasks.record(NODE, List.of(failed(attemptOf(task), FailureClass.INFRASTRUCTURE)));
    assertThat(task.state()).isEqualTo(TaskState.PENDING);

    assertThat(tasks.expire(10)).isZero();

    assertThat(task.state()).isEqualTo(TaskState.PENDING);
  }

  @Test
  void a_task_that_has_not_begun_in_time_fails() {
    Task begun = runningSince(NOW.minusSeconds(1), planned(schedule(NOW, null)));
    Task late = submit(planned(schedule(NOW, null)));

    assertThat(tasks.expire(10)).isEqualTo(1);

    assertThat(late.state()).isEqualTo(TaskState.FAILED);
    assertThat(late.failureClass()).contains(FailureClass.TIME_LIMIT);
    assertThat(store.outcome(late.id())).isPresent();
    assertThat(announcer.finished).containsExactly(late.id());
    assertThat(begun.state()).isEqualTo(TaskState.RUNNING);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"INFRASTRUCTURE", "APPLICATION"})
  void a_running_task_that_is_not_over_in_time_is_ended_and_fails(FailureClass told) {
    Task task = runningSince(NOW.minusSeconds(1), planned(schedule(null, NOW)));

    assertThat(tasks.expire(10)).isEqualTo(1);
    assertThat(task.state()).isEqualTo(TaskState.CANCELING);
    assertThat(announcer.canceling).containsExactly(attemptOf(task));
    assertThat(tasks.expire(10)).isZero();

    tasks.record(NODE, List.of(failed(attemptOf(task), told)));
    assertThat(task.state()).isEqualTo(TaskState.FAILED);
    assertThat(task.failureClass()).contains(FailureClass.TIME_LIMIT);
  }

  @Test
  void ending_it_in_time_after_all_is_a_success() {
    Task task = runningSince(NOW.minusSeconds(1), planned(schedule(null, NOW)));
    tasks.expire(10);

    tasks.record(NODE, List.of(finished(attemptOf(task), new Outcome.Succeeded("1"))));

    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void a_backend_that_ended_it_because_time_was_over_did_not_cancel_it() {
    Task task = runningSince(NOW.minusSeconds(1), planned(schedule(null, NOW)));
    tasks.expire(10);

    tasks.record(NODE, List.of(finished(attemptOf(task), new Outcome.Canceled("killed"))));

    assertThat(task.state()).isEqualTo(TaskState.FAILED);
    assertThat(lastAttempt(task).failure()).map(Failure::type).contains("TotalLimit");
  }

  private List<UUID> claimed(int most) {
    return tasks.claim(NODE, "local", true, most).stream().map(Claimed::task).toList();
  }

  private static LimitRule atOnce(int most) {
    return new LimitRule(most, null, null);
  }

  @Test
  void no_more_attempts_of_a_method_run_than_its_limit_and_others_pass() {
    limits.put(LimitScope.METHOD, "slow", atOnce(2), "root");
    Task first = submit(TaskRequests.taking("slow", Map.of()));
    Task second = submit(TaskRequests.taking("slow", Map.of()));
    Task third = submit(TaskRequests.taking("slow", Map.of()));
    Task other = submit(TaskRequests.any());

    assertThat(claimed(10)).containsExactlyInAnyOrder(first.id(), second.id(), other.id());
    assertThat(claimed(10)).isEmpty();

    tasks.record(NODE, List.of(finished(attemptOf(first), new Outcome.Succeeded("1"))));
    assertThat(claimed(10)).containsExactly(third.id());
  }

  @Test
  void a_limit_of_an_owner_concerns_his_tasks_alone() {
    limits.put(LimitScope.OWNER, "ada", atOnce(1), "root");
    Task first = submit(TaskRequests.any());
    submit(TaskRequests.any());
    Task grace = tasks.submit("grace", List.of(TaskRequests.any())).get(0).task();

    assertThat(claimed(10)).containsExactlyInAnyOrder(first.id(), grace.id());
  }

  @Test
  void a_limit_of_a_backend_concerns_what_runs_there() {
    limits.put(LimitScope.BACKEND, "local", atOnce(1), "root");
    submit(TaskRequests.any());
    submit(TaskRequests.any());
    submit(TaskRequests.on("cluster"));
    submit(TaskRequests.on("cluster"));

    assertThat(claimed(10)).hasSize(1);
    assertThat(tasks.claim(NODE, "cluster", true, 10)).hasSize(2);
  }

  @Test
  void units_of_a_resource_are_shared_by_all_methods_that_take_it() {
    limits.put(LimitScope.RESOURCE, "ansys", atOnce(5), "root");
    Task two = submit(TaskRequests.taking("crash", Map.of("ansys", 2)));
    Task four = submit(TaskRequests.taking("flow", Map.of("ansys", 4)));
    Task three = submit(TaskRequests.taking("heat", Map.of("ansys", 3)));

    assertThat(claimed(10)).containsExactlyInAnyOrder(two.id(), three.id());
    assertThat(tasks.used()).containsEntry("RESOURCE/ansys", 5L);

    tasks.record(NODE, List.of(finished(attemptOf(three), new Outcome.Succeeded("1"))));
    assertThat(claimed(10)).isEmpty();
    tasks.record(NODE, List.of(finished(attemptOf(two), new Outcome.Succeeded("1"))));
    assertThat(claimed(10)).containsExactly(four.id());
  }

  @Test
  void limits_are_counted_over_backends_and_nodes() {
    limits.put(LimitScope.OWNER, "ada", atOnce(2), "root");
    submit(TaskRequests.any());
    submit(TaskRequests.any());
    submit(TaskRequests.on("cluster"));
    submit(TaskRequests.on("cluster"));

    assertThat(tasks.claim(NODE, "local", true, 1)).hasSize(1);
    assertThat(tasks.claim(OTHER_NODE, "cluster", true, 10)).hasSize(1);
    assertThat(claimed(10)).isEmpty();
  }

  @Test
  void strands_are_merged_by_turn() {
    Task lazy = submit(TaskRequests.urgent(-1));
    Task first = submit(TaskRequests.taking("a", Map.of()));
    Task second = submit(TaskRequests.taking("b", Map.of()));
    Task urgent = submit(TaskRequests.urgent(1));

    assertThat(claimed(3)).containsExactly(urgent.id(), first.id(), second.id());
    assertThat(claimed(3)).containsExactly(lazy.id());
  }

  @Test
  void no_more_start_than_a_rate_allows() {
    limits.put(LimitScope.METHOD, "add", new LimitRule(null, 1.0, 2), "root");
    submit(TaskRequests.any());
    submit(TaskRequests.any());
    submit(TaskRequests.any());

    assertThat(claimed(10)).hasSize(2);
    assertThat(claimed(10)).isEmpty();
  }

  @Test
  void only_limits_that_concern_what_waits_are_locked_in_the_order_of_their_ids() {
    limits.put(LimitScope.RESOURCE, "ansys", atOnce(9), "root");
    limits.put(LimitScope.METHOD, "add", atOnce(9), "root");
    limits.put(LimitScope.METHOD, "unused", atOnce(9), "root");
    limits.put(LimitScope.BACKEND, "cluster", atOnce(9), "root");
    submit(TaskRequests.taking("add", Map.of("ansys", 1)));

    claimed(10);

    assertThat(limits.locked).containsExactly("METHOD/add", "RESOURCE/ansys");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "local"})
  void nothing_is_claimed_while_server_or_backend_is_paused(String gate) {
    Task task = submit(TaskRequests.any());
    limits.move(gate, GateState.PAUSED, "root");
    assertThat(claimed(10)).isEmpty();

    limits.move(gate, GateState.DRAINING, "root");
    assertThat(claimed(10)).containsExactly(task.id());
  }

  @Test
  void a_backend_that_is_paused_does_not_stop_another() {
    submit(TaskRequests.any());
    limits.move("cluster", GateState.PAUSED, "root");

    assertThat(claimed(10)).hasSize(1);
  }

  @Test
  void a_task_made_more_urgent_comes_first_and_wakes_its_backend() {
    Task first = submit(TaskRequests.any());
    Task second = submit(TaskRequests.any());

    tasks.reprioritize(second.id(), 1);

    assertThat(announcer.ready).containsExactly("local");
    assertThat(tasks.ahead(first, 10)).isEqualTo(1);
    assertThat(tasks.ahead(second, 10)).isZero();
    assertThat(claimed(1)).containsExactly(second.id());
  }

  @Test
  void what_a_limit_holds_back_is_not_ahead() {
    Task held = submit(TaskRequests.taking("slow", Map.of()));
    Task task = submit(TaskRequests.any());
    assertThat(tasks.ahead(task, 10)).isEqualTo(1);
    assertThat(tasks.ahead(task, 0)).isZero();

    limits.put(LimitScope.METHOD, "slow", atOnce(0), "root");

    assertThat(tasks.ahead(task, 10)).isZero();
    assertThat(tasks.ahead(held, 10)).isZero();
  }

  @Test
  void what_is_not_over_is_counted_by_state_and_owner() {
    submit(TaskRequests.any());
    claimed(10);
    submit(TaskRequests.any());
    tasks.submit("grace", List.of(TaskRequests.any()));

    Unfinished unfinished = tasks.unfinished();

    assertThat(unfinished.byState())
        .isEqualTo(Map.of(TaskState.PENDING, 2L, TaskState.RUNNING, 1L));
    assertThat(unfinished.byOwner()).isEqualTo(Map.of("ada", 2L, "grace", 1L));
    assertThat(unfinished.total()).isEqualTo(3);
  }

  private Begun<List<Submitted>> submitWithRoom(int room, TaskRequest... requests) {
    return tasks.submit("ada", List.of(requests), new DirectStart(NODE, "local", true, room));
  }

  @Test
  void where_there_is_room_new_tasks_are_attempts_at_once() {
    Begun<List<Submitted>> begun = submitWithRoom(2, TaskRequests.any());

    Task task = begun.submitted().get(0).task();
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(task.attempts()).isEqualTo(1);
    assertThat(begun.attempts())
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.attempt()).isEqualTo(attemptOf(task));
              assertThat(attempt.task()).isEqualTo(task.id());
              assertThat(attempt.number()).isEqualTo(1);
              assertThat(attempt.args()).isEqualTo("[1,\"ä\"]");
            });
    assertThat(announcer.ready).isEmpty();
    assertThat(announcer.deeds)
        .singleElement()
        .isInstanceOfSatisfying(
            Deed.Submitted.class,
            deed -> {
              assertThat(deed.tasks()).containsExactly(task);
              assertThat(deed.begun())
                  .containsExactly(
                      new Deed.Claims("local", TaskState.RUNNING, begun.attempts(), NOW));
            });

    tasks.record(NODE, List.of(finished(attemptOf(task), new Outcome.Succeeded("1"))));
    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void on_a_backend_that_has_to_be_asked_first_they_are_being_submitted() {
    Begun<List<Submitted>> begun =
        tasks.submit("ada", List.of(TaskRequests.any()), new DirectStart(NODE, "local", false, 1));

    assertThat(begun.attempts()).hasSize(1);
    assertThat(begun.submitted().get(0).task().state()).isEqualTo(TaskState.SUBMITTING);
  }

  @Test
  void of_more_new_tasks_than_there_is_room_for_the_most_urgent_begin() {
    Begun<List<Submitted>> begun =
        submitWithRoom(2, TaskRequests.any(), TaskRequests.urgent(5), TaskRequests.urgent(3));

    assertThat(begun.submitted().stream().map(made -> made.task().state()))
        .containsExactly(TaskState.PENDING, TaskState.RUNNING, TaskState.RUNNING);
    assertThat(begun.attempts().stream().map(Claimed::priority)).containsExactly(5, 3);
    assertThat(announcer.ready).containsExactly("local");
    assertThat(tasks.claim(NODE, "local", true, 10)).hasSize(1);
  }

  @Test
  void what_has_to_wait_for_its_time_or_for_another_backend_does_not_begin() {
    Schedule later = new Schedule(NOW.plusSeconds(9), null, null, null, null);

    Begun<List<Submitted>> begun =
        submitWithRoom(
            5,
            TaskRequests.planned(later, JsonValue.EMPTY_JSON_OBJECT),
            TaskRequests.on("cluster"));

    assertThat(begun.attempts()).isEmpty();
    assertThat(begun.submitted().stream().map(made -> made.task().state()))
        .containsOnly(TaskState.PENDING);
    assertThat(announcer.ready).containsExactlyInAnyOrder("local", "cluster");
  }

  @Test
  void while_there_is_any_limit_new_tasks_wait_for_a_claim_which_counts() {
    limits.put(LimitScope.METHOD, "other", atOnce(2), "root");

    assertThat(submitWithRoom(5, TaskRequests.any()).attempts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "local"})
  void while_server_or_backend_is_paused_no_new_task_begins(String gate) {
    limits.move(gate.equals("server") ? Gate.SERVER : gate, GateState.PAUSED, "root");

    assertThat(submitWithRoom(5, TaskRequests.any()).attempts()).isEmpty();
  }

  @Test
  void who_counts_is_told_of_a_whole_life() {
    Task task = tasks.submit("ada", List.of(TaskRequests.retried(1, 4))).get(0).task();
    tasks.claim(NODE, "local", true, 10);
    assertThat(tasks.claim(NODE, "local", true, 10)).isEmpty();
    UUID attempt = attemptOf(task);
    tasks.record(NODE, List.of(failed(attempt, FailureClass.APPLICATION)));
    tasks.record(NODE, List.of(failed(attempt, FailureClass.APPLICATION)));

    assertThat(announcer.deeds).hasSize(3);
    assertThat(announcer.deeds.get(0)).isEqualTo(new Deed.Submitted(List.of(task), List.of()));
    assertThat(announcer.deeds.get(1))
        .isInstanceOfSatisfying(
            Deed.Claims.class, claims -> assertThat(claims.attempts()).hasSize(1));
    assertThat(announcer.deeds.get(2))
        .isInstanceOfSatisfying(
            Deed.Settled.class,
            settled ->
                assertThat(settled.ends())
                    .singleElement()
                    .satisfies(
                        end -> {
                          assertThat(end.retried()).isTrue();
                          assertThat(end.attempt()).isEqualTo(attempt);
                          assertThat(end.outcome()).isEqualTo(TaskState.FAILED);
                          assertThat(end.failureClass()).isEqualTo(FailureClass.APPLICATION);
                          assertThat(end.submittedAt()).isEqualTo(NOW);
                        }));
  }

  @Test
  void what_is_given_back_has_not_ended() {
    Task task = running(TaskRequests.any());
    UUID attempt = attemptOf(task);
    announcer.forget();
    tasks.record(NODE, List.of(new Event.GivenBack(attempt)));

    assertThat(announcer.deeds)
        .containsExactly(
            new Deed.Settled(
                List.of(Step.givenBack(task, NOW)),
                List.of(),
                List.of(new GivenBack(attempt, task.backend()))));
  }

  @Test
  void a_task_cancelled_while_it_waits_ends_without_an_attempt() {
    Task task = submit(TaskRequests.any());
    tasks.cancel(task.id());
    tasks.cancel(task.id());

    assertThat(announcer.deeds)
        .containsExactly(new Deed.Settled(List.of(End.waiting(task, NOW)), List.of()));
  }

  private List<EventKind> steps() {
    return announcer.deeds.stream()
        .flatMap(
            deed ->
                deed instanceof Deed.Settled settled ? settled.steps().stream() : Stream.empty())
        .map(Step::kind)
        .toList();
  }

  @Test
  void what_happens_to_a_task_on_its_way_is_told_once_each() {
    Task task = submitting();
    UUID attempt = attemptOf(task);
    announcer.forget();
    tasks.record(
        NODE,
        List.of(
            new Event.Accepted(attempt, "17", NOW),
            new Event.Accepted(attempt, "17", NOW),
            new Event.Running(attempt, Map.of(), NOW),
            new Event.Running(attempt, Map.of(), NOW),
            new Event.Item(attempt, 0, "1", NOW),
            new Event.Item(attempt, 0, "1", NOW),
            new Event.Item(attempt, 1, "2", NOW)));

    assertThat(announcer.deeds).hasSize(1);
    assertThat(steps())
        .containsExactly(EventKind.QUEUED, EventKind.RUNNING, EventKind.ITEM, EventKind.ITEM);

    announcer.forget();
    tasks.cancel(task.id());
    tasks.cancel(task.id());
    assertThat(steps()).containsExactly(EventKind.CANCELING);
  }

  @Test
  void a_task_that_is_made_more_urgent_is_told_of() {
    Task task = submit(TaskRequests.any());
    tasks.reprioritize(task.id(), 3);

    assertThat(steps()).containsExactly(EventKind.PRIORITY);
  }

  @Test
  void a_result_is_told_to_be_fetched_once() {
    Task task = submit(TaskRequests.any());
    tasks.cancel(task.id());
    announcer.forget();
    tasks.delivered(task.id());
    tasks.delivered(task.id());

    assertThat(announcer.deeds)
        .containsExactly(new Deed.Fetched(task.backend(), task.methodName(), NOW, NOW));
  }

  @Test
  void tasks_that_fail_for_the_same_cause_are_in_one_group() {
    Task first = failedWith("cannot open /data/17.txt after 3 tries");
    Task same = failedWith("cannot open /data/18.txt after 12 tries");
    Task other = failedWith("cannot close /data/17.txt after 3 tries");

    assertThat(first.failureGroup()).isPresent().isEqualTo(same.failureGroup());
    assertThat(other.failureGroup()).isPresent().isNotEqualTo(first.failureGroup());
  }

  private Task failedWith(String message) {
    Task task = running(TaskRequests.retried(0, 4));
    Failure failure = new Failure(FailureClass.APPLICATION, "OSError", message, "a traceback");
    tasks.record(NODE, List.of(finished(attemptOf(task), new Outcome.Failed(failure))));
    return task;
  }

  @Test
  void a_task_that_is_tried_again_or_cancelled_is_in_no_group() {
    Task retried = running(TaskRequests.retried(1, 4));
    tasks.record(NODE, List.of(failed(attemptOf(retried), FailureClass.APPLICATION)));
    Task canceled = submit(TaskRequests.any());
    tasks.cancel(canceled.id());

    assertThat(retried.failureGroup()).isEmpty();
    assertThat(canceled.failureGroup()).isEmpty();
  }

  @Test
  void a_task_that_is_rejected_is_in_a_group() {
    Task task = running(TaskRequests.any());

    tasks.refused(
        NODE, List.of(new Refusal(attemptOf(task), Refusal.Kind.REJECTED, "too large: 17")));

    assertThat(task.failureGroup())
        .contains(
            FailurePrint.of(
                "add", new Failure(FailureClass.REJECTED, "Rejected", "too large: 18", null)));
  }

  @Test
  void a_task_whose_time_is_over_while_it_waits_is_in_a_group() {
    Task task = submit(planned(new Schedule(null, NOW.minusSeconds(1), null, null, null)));

    tasks.expire(10);

    assertThat(task.failureGroup()).contains(FailurePrint.of("add", Task.WAITED_TOO_LONG));
  }

  private static final Placement ANYWHERE =
      new Placement() {
        @Override
        public boolean fits(String method, int version, String backend) {
          return true;
        }

        @Override
        public String options(String method, int version, String from, String to, String options) {
          return options;
        }
      };

  @Test
  void a_waiting_task_moves_and_wakes_the_other_backend() {
    Task task = submit(TaskRequests.any());

    tasks.move(task.id(), "cluster", ANYWHERE);

    assertThat(task.backend()).isEqualTo("cluster");
    assertThat(announcer.ready).containsExactly("cluster");
    assertThat(store.options).isEmpty();
    assertThat(tasks.claim(NODE, "local", true, 1)).isEmpty();
    assertThat(tasks.claim(NODE, "cluster", true, 1)).hasSize(1);
    assertThatThrownBy(() -> tasks.move(task.id(), "local", ANYWHERE))
        .isInstanceOf(IllegalMoveException.class);
    assertThatThrownBy(() -> tasks.move(UNKNOWN, "local", ANYWHERE))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void only_a_task_that_is_over_is_deleted() {
    Task task = submit(TaskRequests.any());
    assertThatThrownBy(() -> tasks.delete(task.id())).isInstanceOf(IllegalMoveException.class);
    tasks.cancel(task.id());

    tasks.delete(task.id());

    assertThat(store.tasks).isEmpty();
    assertThat(store.results).isEmpty();
    assertThat(announcer.deeds).contains(new Deed.Deleted(1, Deed.Deleted.Cause.REQUEST));
    assertThatThrownBy(() -> tasks.delete(task.id())).isInstanceOf(NotFoundException.class);
  }
}

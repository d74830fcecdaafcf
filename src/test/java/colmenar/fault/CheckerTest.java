package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.fault.Checker.Terms;
import colmenar.fault.Ending.Try;
import colmenar.fault.History.Acknowledge;
import colmenar.fault.History.Cancel;
import colmenar.fault.History.Delivery;
import colmenar.fault.History.Misuse;
import colmenar.fault.History.Piece;
import colmenar.fault.History.Submit;
import colmenar.fault.Violation.Guarantee;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in which all went well, and one thing after the other that goes wrong in it. */
class CheckerTest {

  private static final String OK = "{\"token\":\"t1\"}";
  private static final Piece ITEM_0 = new Piece("a", 1, 0);
  private static final Piece ITEM_1 = new Piece("a", 1, 1);
  private static final Piece OUTCOME = new Piece("a", 1, 2);
  private static final Try SUCCEEDED = attempt("a1", 1, "SUCCEEDED", null);

  private final History history = new History();
  private final List<Ending> endings = new ArrayList<>();
  private final List<Ending.Line> later = new ArrayList<>();
  private final List<Execution> executions = new ArrayList<>();
  private final Map<String, Long> stillUsed = new HashMap<>();

  @BeforeEach
  void everything_goes_well() {
    history.add(new Order("one", false, 2, 4));
    history.add(new Submit("one", null, 1, 2));
    history.add(new Submit("one", "a", 3, 4));
    history.add(delivery(ITEM_0, "\"0\"", 1, 10));
    history.add(delivery(ITEM_1, "\"1\"", 1, 10));
    history.add(outcome(OUTCOME, "SUCCEEDED", OK, 1, 20));
    history.add(new Acknowledge(List.of(ITEM_0, ITEM_1, OUTCOME), true, 30, 31));
    end(new Ending("a", "one", "SUCCEEDED", null, OK, 0, 4, List.of(SUCCEEDED)));
    executions.add(new Execution("one", "a1", "n1", "t1", 100, 200, 200L));
  }

  @Test
  void a_run_in_which_all_went_well_has_no_violation() {
    assertThat(violations()).isEmpty();
  }

  @Test
  void an_acknowledged_task_that_is_gone_is_found() {
    history.add(new Submit("two", "b", 5, 6));

    assertFound(Guarantee.G1, "b was acknowledged and is gone");
  }

  @Test
  void a_task_that_never_ends_is_found() {
    task("two", "b", "RUNNING", 0, 4, attempt("b1", 1, null, null));

    assertFound(Guarantee.G2, "RUNNING for ever");
  }

  @Test
  void a_task_that_is_canceled_by_nobody_is_found() {
    task("two", "b", "CANCELED", 0, 4);
    history.add(outcome(new Piece("b", 0, 0), "CANCELED", null, 1, 40));

    assertFound(Guarantee.G2, "nobody asked");
  }

  @Test
  void a_terminal_state_that_changes_is_found() {
    later.set(
        0, new Ending("a", "one", "FAILED", "APPLICATION", OK, 0, 4, List.of(SUCCEEDED)).line());

    assertFound(Guarantee.G3, "changed after its end");
  }

  @Test
  void a_cancel_that_was_promised_and_did_not_happen_is_found() {
    history.add(new Cancel("a", "CANCELED", 5, 6));

    assertFound(Guarantee.G3, "said to be canceled and is SUCCEEDED");
  }

  @Test
  void two_outcomes_of_one_task_are_found() {
    history.add(outcome(new Piece("a", 2, 2), "SUCCEEDED", OK, 1, 40));

    assertFound(Guarantee.G3, "two outcomes");
  }

  @Test
  void a_value_that_is_another_at_redelivery_is_found() {
    history.add(delivery(ITEM_1, "\"other\"", 2, 21));

    assertFound(Guarantee.G3, "two values");
  }

  @Test
  void an_outcome_that_is_not_the_one_of_the_task_is_found() {
    end(0, new Ending("a", "one", "SUCCEEDED", null, "\"t1 too\"", 0, 4, List.of(SUCCEEDED)));

    assertFound(Guarantee.G3, "is another");
  }

  @Test
  void a_second_run_of_code_that_may_run_once_is_found() {
    end(0, new Ending("a", "one", "SUCCEEDED", null, OK, 0, 1, List.of(SUCCEEDED)));
    executions.add(new Execution("one", "a2", "n2", "t2", 300, 300, null));

    assertFound(Guarantee.G3, "one attempt was allowed");
  }

  @Test
  void more_runs_than_attempts_are_found() {
    executions.add(new Execution("one", "a2", "n2", "t2", 300, 300, null));

    assertFound(Guarantee.G3, "1 attempts, but the code ran");
  }

  @Test
  void a_value_that_no_run_returned_is_found() {
    executions.set(0, new Execution("one", "a1", "n1", "t1", 100, 100, null));

    assertFound(Guarantee.G3, "no run of the code returned");
  }

  @Test
  void a_success_of_code_that_fails_is_found() {
    history.add(new Order("one", true, 2, 4));

    assertFound(Guarantee.G3, "though its code fails");
  }

  @Test
  void two_tasks_of_one_client_id_are_found() {
    task("one", "b", "FAILED", 0, 1, attempt("b1", 1, "FAILED", "INFRASTRUCTURE"));
    history.add(outcome(new Piece("b", 1, 0), "FAILED", null, 1, 40));

    assertFound(Guarantee.G4, "one has 2 tasks");
  }

  @Test
  void two_answers_to_one_client_id_are_found() {
    history.add(new Submit("one", "b", 5, 6));

    assertThat(violations()).extracting(Violation::guarantee).contains(Guarantee.G4);
  }

  @Test
  void a_task_that_nobody_asked_for_is_found() {
    end(new Ending("b", "one", "CANCELED", null, null, 0, 4, List.of()));
    endings.set(1, new Ending("b", "one-other", "CANCELED", null, null, 0, 4, List.of()));

    assertFound(Guarantee.G4, "nobody asked for this");
  }

  @Test
  void a_name_that_is_taken_and_accepted_for_another_request_is_found() {
    history.add(new Misuse("key-1", List.of()));
    assertThat(violations()).isEmpty();

    history.add(new Misuse("key-2", List.of("a")));

    assertFound(Guarantee.G4, "accepted for another request: Misuse[name=key-2");
  }

  @Test
  void code_that_runs_twice_in_one_attempt_is_found() {
    executions.add(new Execution("one", "a1", "n2", "t2", 300, 300, null));

    assertFound(Guarantee.G3, "ran twice in one attempt");
  }

  @Test
  void code_that_runs_in_an_attempt_that_no_server_knows_is_found() {
    executions.set(0, new Execution("one", "a9", "n1", "t1", 100, 200, 200L));

    assertFound(Guarantee.G3, "that no server knows");
  }

  @Test
  void code_of_which_the_attempt_is_not_known_is_taken_for_one_of_them() {
    executions.set(0, new Execution("one", "?", "n1", "t1", 100, 200, 200L));

    assertThat(violations()).isEmpty();
  }

  @Test
  void an_outcome_that_is_never_delivered_is_found() {
    task("two", "b", "FAILED", 0, 1, attempt("b1", 1, "FAILED", "INFRASTRUCTURE"));

    assertFound(Guarantee.G5, "outcome was never delivered");
  }

  @Test
  void an_item_that_is_never_delivered_is_found() {
    history.add(new Order("one", false, 3, 4));

    assertFound(Guarantee.G5, "item was never delivered");
  }

  @Test
  void items_out_of_order_in_one_answer_are_found() {
    Piece late = new Piece("a", 2, 1);
    history.add(delivery(late, "\"1\"", 1, 15));
    history.add(delivery(new Piece("a", 2, 0), "\"0\"", 1, 15));

    assertFound(Guarantee.G5, "out of order");
  }

  @Test
  void an_item_after_the_outcome_in_a_later_answer_is_found() {
    history.add(delivery(new Piece("a", 1, 3), "\"3\"", 1, 25));

    assertFound(Guarantee.G5, "out of order");
  }

  @Test
  void answers_that_cross_and_redeliveries_may_be_in_any_order() {
    history.add(delivery(new Piece("a", 2, 1), "\"1\"", 1, 15));
    history.add(new Delivery(new Piece("a", 2, 0), false, "RUNNING", "\"0\"", 1, 14, 17));
    history.add(delivery(ITEM_0, "\"0\"", 2, 25));

    assertThat(violations()).isEmpty();
  }

  @Test
  void a_delivery_after_the_acknowledge_is_found() {
    history.add(delivery(ITEM_0, "\"0\"", 2, 32));

    assertFound(Guarantee.G5, "after it was acknowledged");
  }

  @Test
  void a_limit_that_is_in_use_when_nothing_runs_is_found() {
    stillUsed.put("METHOD/m", 0L);
    assertThat(violations()).isEmpty();

    stillUsed.put("METHOD/m", 2L);

    assertFound(Guarantee.G7, "nothing runs, and 2 count for METHOD/m");
  }

  @Test
  void a_task_whose_time_is_over_may_fail_without_using_up_a_retry() {
    history.add(new Order("two", true, 0, 4, Map.of(), new Times(null, null, Instant.EPOCH)));
    Try failed = attempt("b1", 1, "FAILED", "APPLICATION");
    end(new Ending("b", "two", "FAILED", "TIME_LIMIT", null, 1, 4, Instant.EPOCH, List.of(failed)));
    history.add(outcome(new Piece("b", 1, 0), "FAILED", null, 1, 40));

    assertThat(violations()).isEmpty();
  }

  @Test
  void a_task_that_has_all_the_time_and_fails_for_want_of_it_is_found() {
    end(new Ending("b", "two", "FAILED", "TIME_LIMIT", null, 0, 4, Instant.EPOCH, List.of()));
    history.add(outcome(new Piece("b", 1, 0), "FAILED", null, 1, 40));

    assertFound(Guarantee.G8, "its code does not fail");
  }

  @Test
  void lost_infrastructure_that_uses_up_a_retry_is_found() {
    Try lost = attempt("b1", 1, "FAILED", "INFRASTRUCTURE");
    end(0, new Ending("a", "one", "SUCCEEDED", null, OK, 1, 4, List.of(SUCCEEDED, lost)));

    assertThat(violations()).extracting(Violation::guarantee).contains(Guarantee.G8);
  }

  @Test
  void lost_infrastructure_that_ends_a_task_too_early_is_found() {
    history.add(new Order("two", false, 0, 4));
    task("two", "b", "FAILED", 0, 4, attempt("b1", 1, "FAILED", "INFRASTRUCTURE"));
    history.add(outcome(new Piece("b", 1, 0), "FAILED", null, 1, 40));

    assertFound(Guarantee.G8, "with attempts left");
  }

  @Test
  void lost_infrastructure_that_is_taken_for_a_failure_of_the_code_is_found() {
    history.add(new Order("two", false, 0, 4));
    Ending failed =
        new Ending(
            "b",
            "two",
            "FAILED",
            "APPLICATION",
            null,
            0,
            4,
            List.of(attempt("b1", 1, "FAILED", "APPLICATION")));
    end(failed);
    history.add(outcome(new Piece("b", 1, 0), "FAILED", null, 1, 40));

    assertFound(Guarantee.G8, "its code does not fail");
  }

  @Test
  void runs_are_read_as_the_code_noted_them(@TempDir Path directory) throws Exception {
    Path log = directory.resolve("log");
    assertThat(Execution.read(log)).isEmpty();

    Files.writeString(
        log,
        """
        start one a1 12 t1 100
        start two b1 12 t2 150
        lives two b1 12 t2 170
        end one a1 12 t1 200
        """);

    assertThat(Execution.read(log))
        .containsExactly(
            new Execution("one", "a1", "12", "t1", 100, 200, 200L),
            new Execution("two", "b1", "12", "t2", 150, 170, null));
  }

  private void task(String clientId, String id, String state, int retries, int most, Try... tries) {
    task(clientId, id, state, null, retries, most, tries);
  }

  private void task(
      String clientId, String id, String state, String value, int retries, int most, Try... tries) {
    String failure = state.equals("FAILED") ? "INFRASTRUCTURE" : null;
    end(new Ending(id, clientId, state, failure, value, retries, most, List.of(tries)));
  }

  private void end(Ending ending) {
    end(endings.size(), ending);
  }

  private void end(int index, Ending ending) {
    if (history.order(ending.clientId()).isEmpty()) {
      history.add(new Order(ending.clientId(), false, 0, 4));
    }
    if (index < endings.size()) {
      endings.set(index, ending);
      later.set(index, ending.line());
    } else {
      endings.add(ending);
      later.add(ending.line());
    }
  }

  private static Try attempt(String id, int number, String outcome, String failureClass) {
    return new Try(number, id, outcome, failureClass, Instant.EPOCH, Instant.EPOCH.plusSeconds(1));
  }

  private static Delivery delivery(Piece piece, String value, int handedOut, long asked) {
    return new Delivery(piece, false, "RUNNING", value, handedOut, asked, asked + 1);
  }

  private static Delivery outcome(
      Piece piece, String state, String value, int handedOut, long asked) {
    return new Delivery(piece, true, state, value, handedOut, asked, asked + 1);
  }

  private List<Violation> violations() {
    return new Checker(new Evidence(history, endings, executions))
        .violations(later, new Terms(1, true, List.of(), stillUsed));
  }

  private void assertFound(Guarantee guarantee, String what) {
    assertThat(violations())
        .anySatisfy(
            violation -> {
              assertThat(violation.guarantee()).isEqualTo(guarantee);
              assertThat(violation.what()).contains(what);
            });
  }
}

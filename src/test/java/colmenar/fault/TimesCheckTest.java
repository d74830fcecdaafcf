package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.fault.Ending.Try;
import colmenar.fault.History.Shut;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimesCheckTest {

  private static final Instant TEN = Instant.parse("2026-01-01T10:00:00Z");

  private final History history = new History();
  private final List<Ending> endings = new ArrayList<>();
  private final List<Execution> executions = new ArrayList<>();

  @Test
  void code_that_runs_before_it_may_is_found() {
    ordered(new Times(TEN, null, null));
    ran(TEN);
    assertThat(found()).isEmpty();

    ran(TEN.minusMillis(1));

    assertThat(found()).singleElement().asString().startsWith("its code ran before " + TEN);
  }

  @Test
  void an_attempt_that_is_made_too_late_is_found() {
    ordered(new Times(null, TEN, null));
    ended("SUCCEEDED", null, TEN.plusSeconds(5), TEN.plusMillis(900));
    assertThat(found()).isEmpty();

    ended("SUCCEEDED", null, TEN.plusSeconds(5), TEN.plusMillis(1100));

    assertThat(found()).singleElement().asString().startsWith("began after " + TEN);
  }

  @Test
  void a_task_that_is_over_too_late_is_found() {
    ordered(new Times(null, null, TEN));
    ended("FAILED", "TIME_LIMIT", TEN.plusSeconds(39), TEN.minusSeconds(1));
    assertThat(found()).isEmpty();

    ended("FAILED", "TIME_LIMIT", TEN.plusSeconds(41), TEN.minusSeconds(1));

    assertThat(found()).singleElement().asString().startsWith("was over long after " + TEN);
  }

  @Test
  void a_task_that_fails_before_its_time_is_over_is_found() {
    ordered(new Times(null, null, TEN));
    ended("FAILED", "TIME_LIMIT", TEN, TEN.minusSeconds(20));
    assertThat(found()).isEmpty();

    ended("FAILED", "TIME_LIMIT", TEN.minusSeconds(1), TEN.minusSeconds(20));

    assertThat(found()).singleElement().asString().startsWith("failed because of a time");
  }

  @Test
  void a_task_that_began_in_time_and_fails_for_that_time_is_found() {
    ordered(new Times(null, TEN, null));
    endings.add(new Ending("a", "one", "FAILED", "TIME_LIMIT", null, 0, 4, TEN, List.of()));
    assertThat(found()).isEmpty();

    ended("FAILED", "TIME_LIMIT", TEN.plusSeconds(1), TEN.minusSeconds(1));

    assertThat(found()).singleElement().asString().startsWith("failed because of a time");
  }

  @Test
  void an_attempt_that_is_made_while_a_gate_is_shut_is_found() {
    ordered(Times.FREE);
    history.add(new Shut(TEN, TEN.plusSeconds(10)));
    ended("SUCCEEDED", null, TEN.plusSeconds(5), TEN.minusMillis(1));
    assertThat(found()).isEmpty();
    ended("SUCCEEDED", null, TEN.plusSeconds(15), TEN.plusSeconds(11));
    assertThat(found()).isEmpty();

    ended("SUCCEEDED", null, TEN.plusSeconds(5), TEN.plusSeconds(1));

    assertThat(found()).singleElement().asString().contains("began while the gate was shut");
  }

  private void ordered(Times times) {
    history.add(new Order("one", false, 0, 4, Map.of(), times));
  }

  private void ran(Instant start) {
    long at = Execution.nanos(start);
    executions.clear();
    executions.add(new Execution("one", "a1", "n1", "t1", at, at + 1, at + 1));
  }

  private void ended(String state, String failureClass, Instant over, Instant claimed) {
    endings.clear();
    Try only = new Try(1, "a1", state, failureClass, claimed, over);
    endings.add(new Ending("a", "one", state, failureClass, null, 0, 4, over, List.of(only)));
  }

  private List<String> found() {
    Evidence evidence = new Evidence(history, endings, executions);
    TimesCheck check = new TimesCheck(evidence);
    check.gates();
    check.deadlines();
    return evidence.violations().stream().map(Violation::what).toList();
  }
}

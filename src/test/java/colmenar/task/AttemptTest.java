package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Execution;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.json.JsonText;
import java.time.Instant;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AttemptTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final int MOST_CHARACTERS = 500;

  private final Attempt attempt = Attempt.current(claimed());

  private static Task claimed() {
    Task task =
        new Task(
            new UUID(7, 0), "ada", TaskRequests.any(), SampleTasks.AGEING, NOW.minusSeconds(1));
    task.claim(new UUID(0, 1), true, NOW);
    return task;
  }

  @Test
  void it_is_the_numbered_attempt_that_owns_its_task() {
    assertThat(attempt.id()).isEqualTo(new UUID(7, 1));
    assertThat(attempt.taskId()).isEqualTo(new UUID(7, 0));
    assertThat(attempt.number()).isEqualTo(1);
    assertThat(attempt.backend()).isEqualTo("local");
    assertThat(attempt.submittedAt()).isEqualTo(NOW);
  }

  @Test
  void a_task_that_waits_has_no_attempt() {
    Task waiting = new Task(new UUID(7, 0), "ada", TaskRequests.any(), SampleTasks.AGEING, NOW);

    assertThatThrownBy(() -> Attempt.current(waiting)).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void an_attempt_that_goes_on_has_no_outcome() {
    assertThat(attempt.outcome()).isEmpty();
    assertThat(attempt.failure()).isEmpty();
    assertThat(attempt.finishedAt()).isEmpty();
    assertThat(attempt.progress()).isEmpty();
  }

  @Test
  void acceptance_is_remembered_with_the_native_id() {
    attempt.accepted("job-7", NOW);

    assertThat(attempt.nativeId()).contains("job-7");
    assertThat(attempt.acceptedAt()).contains(NOW);
  }

  @Test
  void it_starts_when_it_was_first_told_to_run() {
    attempt.running(Map.of("hostname", "n1"), NOW);
    attempt.running(Map.of("hostname", "n2"), NOW.plusSeconds(1));

    assertThat(attempt.startedAt()).contains(NOW);
    assertThat(attempt.worker()).contains("{\"hostname\":\"n2\"}");
  }

  @Test
  void what_the_worker_measured_replaces_what_was_told_before() {
    attempt.running(Map.of("hostname", "n1"), NOW);
    Execution execution =
        new Execution(
            NOW.plusSeconds(1),
            NOW.plusSeconds(2),
            NOW.plusSeconds(3),
            Map.of("running", 1.5),
            Map.of("hostname", "n3"),
            137,
            "out",
            "err");

    attempt.finished(new Outcome.Succeeded("1"), execution, NOW.plusSeconds(4));

    assertThat(attempt.receivedAt()).contains(NOW.plusSeconds(1));
    assertThat(attempt.startedAt()).contains(NOW.plusSeconds(2));
    assertThat(attempt.endedAt()).contains(NOW.plusSeconds(3));
    assertThat(attempt.finishedAt()).contains(NOW.plusSeconds(4));
    assertThat(attempt.spans()).contains("{\"running\":1.5}");
    assertThat(attempt.worker()).contains("{\"hostname\":\"n3\"}");
    assertThat(attempt.exitCode()).contains(137);
    assertThat(attempt.stdout()).contains("out");
    assertThat(attempt.stderr()).contains("err");
  }

  @Test
  void what_the_worker_does_not_know_leaves_what_was_told_before() {
    attempt.running(Map.of("hostname", "n1"), NOW);
    Execution nothing = new Execution(null, null, null, Map.of(), Map.of(), null, null, null);

    attempt.finished(new Outcome.Succeeded("1"), nothing, NOW.plusSeconds(4));

    assertThat(attempt.startedAt()).contains(NOW);
    assertThat(attempt.worker()).contains("{\"hostname\":\"n1\"}");
    assertThat(attempt.stdout()).isEmpty();
  }

  @Test
  void success_has_neither_failure_nor_note() {
    attempt.finished(new Outcome.Succeeded("1"), null, NOW);

    assertThat(attempt.outcome()).contains(TaskState.SUCCEEDED);
    assertThat(attempt.failure()).isEmpty();
    assertThat(attempt.note()).isEmpty();
  }

  @Test
  void a_failure_is_kept_as_it_was_told() {
    Failure failure = new Failure(FailureClass.APPLICATION, "ValueError", "no", "at line 1");

    attempt.finished(new Outcome.Failed(failure), null, NOW);

    assertThat(attempt.outcome()).contains(TaskState.FAILED);
    assertThat(attempt.failure()).contains(failure);
  }

  @Test
  void a_failure_need_not_have_a_traceback() {
    Failure failure = new Failure(FailureClass.INFRASTRUCTURE, "Lost", "gone", null);

    attempt.finished(new Outcome.Failed(failure), null, NOW);

    assertThat(attempt.failure()).contains(failure);
  }

  @Test
  void a_cancel_may_leave_a_note() {
    attempt.finished(new Outcome.Canceled("it goes on"), null, NOW);

    assertThat(attempt.outcome()).contains(TaskState.CANCELED);
    assertThat(attempt.note()).contains("it goes on");
  }

  @Test
  void a_cancel_without_a_note_leaves_none() {
    attempt.finished(new Outcome.Canceled(""), null, NOW);

    assertThat(attempt.note()).isEmpty();
  }

  @Test
  void a_character_that_postgresql_cannot_store_is_replaced_everywhere() {
    String bad = "a\0b";
    Execution execution =
        new Execution(
            null, null, null, Map.of("s" + bad, 1.0), Map.of("w" + bad, bad), 1, bad, bad);

    attempt.progressed(0.5, bad);
    attempt.finished(
        new Outcome.Failed(new Failure(FailureClass.APPLICATION, bad, bad, bad)), execution, NOW);

    String good = "a\uFFFDb";
    assertThat(attempt.failure()).contains(new Failure(FailureClass.APPLICATION, good, good, good));
    assertThat(attempt.stdout()).contains(good);
    assertThat(attempt.stderr()).contains(good);
    assertThat(attempt.progressMessage()).contains(good);
    assertThat(attempt.worker().orElseThrow()).doesNotContain("\0");
    assertThat(attempt.spans().orElseThrow()).doesNotContain("\0");
  }

  @Test
  void a_note_is_freed_of_such_characters_too() {
    attempt.finished(new Outcome.Canceled("a\0b"), null, NOW);

    assertThat(attempt.note()).contains("a\uFFFDb");
  }

  @Test
  void texts_are_cut_to_the_width_of_their_column() {
    String wide = "x".repeat(MOST_CHARACTERS);

    attempt.progressed(0.5, wide + "x");
    attempt.finished(
        new Outcome.Failed(new Failure(FailureClass.APPLICATION, wide + "x", "m", null)),
        null,
        NOW);

    assertThat(attempt.progressMessage().orElseThrow()).hasSize(MOST_CHARACTERS).endsWith("x…");
    assertThat(attempt.failure().orElseThrow().type()).hasSize(MOST_CHARACTERS).endsWith("x…");
  }

  @Test
  void texts_that_just_fit_are_not_cut() {
    String wide = "x".repeat(MOST_CHARACTERS);

    attempt.progressed(0.5, wide);

    assertThat(attempt.progressMessage()).contains(wide);
  }

  @Test
  void messages_and_tracebacks_are_kept_whole() {
    String longText = "x".repeat(100_000);
    Failure failure = new Failure(FailureClass.APPLICATION, "E", longText, longText);

    attempt.finished(new Outcome.Failed(failure), null, NOW);

    assertThat(attempt.failure()).contains(failure);
  }

  @Test
  void an_item_that_is_told_again_is_not_new() {
    assertThat(attempt.isNewItem(0)).isTrue();
    assertThat(attempt.isNewItem(0)).isFalse();
    assertThat(attempt.isNewItem(1)).isTrue();
    assertThat(attempt.isNewItem(0)).isFalse();
    assertThat(attempt.isNewItem(1)).isFalse();
    assertThat(attempt.isNewItem(2)).isTrue();
  }

  @Test
  void names_and_values_of_a_worker_may_be_any_text() {
    attempt.running(Map.of("a\"b", "c\\d\n"), NOW);

    assertThat(JsonText.stored(attempt.worker().orElseThrow()).asJsonObject().getString("a\"b"))
        .isEqualTo("c\\d\n");
  }
}

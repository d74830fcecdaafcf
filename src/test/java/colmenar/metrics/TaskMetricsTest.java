package colmenar.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.FailureClass;
import colmenar.task.Claimed;
import colmenar.task.Deed;
import colmenar.task.End;
import colmenar.task.GivenBack;
import colmenar.task.SampleTasks;
import colmenar.task.Task;
import colmenar.task.TaskRequests;
import colmenar.task.TaskState;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is told of a few deeds. */
class TaskMetricsTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final UUID TASK = new UUID(7, 0);
  private static final String[] ADD = {"backend", "local", "method", "add"};

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final TaskMetrics metrics = new TaskMetrics();

  TaskMetricsTest() {
    metrics.register(registry);
  }

  private PrometheusText text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return PrometheusText.parse(out.toString(StandardCharsets.UTF_8));
  }

  private static Claimed claimed(String method, int number, Instant received) {
    return SampleTasks.claimed(new UUID(7, number), TASK, number, method, received);
  }

  /** Received 10 s ago; the attempt was made 8 s, begun 7 s and ended 2 s ago. */
  private static End end(
      TaskState state, @Nullable TaskState outcome, @Nullable FailureClass failureClass) {
    return new End(
        TASK,
        "ada",
        "default",
        null,
        "local",
        "add",
        state,
        1,
        new UUID(7, 1),
        outcome,
        failureClass,
        NOW.minusSeconds(10),
        NOW.minusSeconds(8),
        NOW.minusSeconds(7),
        NOW.minusSeconds(2),
        NOW);
  }

  @Test
  void submitted_tasks_are_counted_by_backend_and_method() {
    Task task = new Task(TASK, "ada", TaskRequests.any(), SampleTasks.AGEING, NOW);
    metrics.submitted(new Deed.Submitted(List.of(task, task), List.of()));

    assertThat(text().count("colmenar_tasks_submitted_total", ADD)).isEqualTo(2);
  }

  @Test
  void deleted_tasks_are_counted_by_cause() {
    metrics.deleted(new Deed.Deleted(3, Deed.Deleted.Cause.RETENTION));
    metrics.deleted(new Deed.Deleted(2, Deed.Deleted.Cause.RETENTION));

    assertThat(text().count("colmenar_tasks_deleted_total", "cause", "RETENTION")).isEqualTo(5);
  }

  @Test
  void a_task_waits_for_its_first_attempt_only() {
    metrics.claimed(
        new Deed.Claims(
            "local",
            TaskState.RUNNING,
            List.of(claimed("add", 1, NOW.minusSeconds(3)), claimed("add", 2, NOW.minusSeconds(9))),
            NOW));

    PrometheusText text = text();
    assertThat(text.count("colmenar_attempts_made_total", "backend", "local")).isEqualTo(2);
    assertThat(text.count("colmenar_task_waiting_seconds_count", ADD)).isEqualTo(1);
    assertThat(text.count("colmenar_task_waiting_seconds_sum", ADD)).isEqualTo(3);
  }

  @Test
  void a_success_is_measured_from_its_attempt_to_its_outcome() {
    End end = end(TaskState.SUCCEEDED, TaskState.SUCCEEDED, null);
    metrics.settled(new Deed.Settled(List.of(end), List.of()));

    PrometheusText text = text();
    assertThat(text.count("colmenar_task_dispatch_seconds_sum", ADD)).isEqualTo(1);
    assertThat(text.count("colmenar_task_running_seconds_sum", ADD)).isEqualTo(5);
    assertThat(text.count("colmenar_task_whole_seconds_sum", ADD)).isEqualTo(10);
    assertThat(
            text.count(
                "colmenar_tasks_finished_total",
                "backend",
                "local",
                "method",
                "add",
                "state",
                "SUCCEEDED",
                "failure_class",
                ""))
        .isEqualTo(1);
    assertThat(text.all("colmenar_retries_total")).isEmpty();
  }

  @Test
  void a_failure_that_is_tried_again_is_a_retry_and_no_end() {
    End end = end(TaskState.PENDING, TaskState.FAILED, FailureClass.INFRASTRUCTURE);
    metrics.settled(new Deed.Settled(List.of(end), List.of()));

    PrometheusText text = text();
    assertThat(
            text.count(
                "colmenar_retries_total", "backend", "local", "failure_class", "INFRASTRUCTURE"))
        .isEqualTo(1);
    assertThat(
            text.count(
                "colmenar_attempts_ended_total",
                "backend",
                "local",
                "outcome",
                "FAILED",
                "failure_class",
                "INFRASTRUCTURE"))
        .isEqualTo(1);
    assertThat(text.all("colmenar_tasks_finished_total")).isEmpty();
    assertThat(text.count("colmenar_task_whole_seconds_count", ADD)).isZero();
  }

  @Test
  void a_task_cancelled_while_it_waited_has_no_attempt() {
    End end =
        new End(
            TASK,
            "ada",
            "default",
            null,
            "local",
            "add",
            TaskState.CANCELED,
            0,
            null,
            null,
            null,
            NOW,
            null,
            null,
            null,
            NOW);
    metrics.settled(new Deed.Settled(List.of(end), List.of()));

    PrometheusText text = text();
    assertThat(text.all("colmenar_attempts_ended_total")).isEmpty();
    assertThat(text.all("colmenar_tasks_finished_total")).hasSize(1);
    assertThat(text.count("colmenar_task_running_seconds_count", ADD)).isZero();
  }

  @Test
  void what_is_given_back_is_counted() {
    metrics.settled(new Deed.Settled(List.of(), List.of(new GivenBack(TASK, "local"))));

    assertThat(text().count("colmenar_attempts_given_back_total", "backend", "local")).isEqualTo(1);
  }

  @Test
  void a_clock_that_is_behind_makes_no_negative_time() {
    metrics.fetched(new Deed.Fetched("local", "add", NOW.plusSeconds(5), NOW));

    PrometheusText text = text();
    assertThat(text.count("colmenar_result_delivery_seconds_count", ADD)).isEqualTo(1);
    assertThat(text.count("colmenar_result_delivery_seconds_sum", ADD)).isZero();
  }

  @Test
  void however_many_methods_there_are_the_series_are_bounded() {
    metrics.claimed(
        new Deed.Claims(
            "local",
            TaskState.RUNNING,
            IntStream.range(0, 500).mapToObj(i -> claimed("m" + i, 1, NOW)).toList(),
            NOW));

    PrometheusText text = text();
    assertThat(text.all("colmenar_task_waiting_seconds_count")).hasSize(201);
    assertThat(
            text.count(
                "colmenar_task_waiting_seconds_count", "backend", "local", "method", "other"))
        .isEqualTo(300);
  }

  @Test
  void no_thread_is_made_for_it() {
    Deed.Settled deed =
        new Deed.Settled(List.of(end(TaskState.SUCCEEDED, TaskState.SUCCEEDED, null)), List.of());
    metrics.settled(deed);
    text();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().toLowerCase(Locale.ROOT).contains("prom"));
  }
}

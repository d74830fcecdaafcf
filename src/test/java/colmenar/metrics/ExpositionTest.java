package colmenar.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Backend;
import colmenar.cluster.Node;
import colmenar.cluster.Nodes;
import colmenar.dispatch.FakeBackend;
import colmenar.dispatch.FakeBackends;
import colmenar.feed.FakeFeed;
import colmenar.platform.AnswerTime;
import colmenar.platform.Database;
import colmenar.task.Inbox;
import colmenar.task.InboxSize;
import colmenar.task.Inboxes;
import colmenar.task.Queued;
import colmenar.task.TaskState;
import colmenar.task.Tasks;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a scrape tells of a database and its backends, and how often it looks. */
class ExpositionTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final Backend local = new FakeBackend("local", "java");
  private long nanos;
  private int looks;
  private Duration lookTime = Duration.ZERO;
  private boolean away;
  private boolean breaks;

  private final Situations situations =
      new Situations(
          new CountedTasks(),
          new CountedInboxes(),
          new NoNodes(),
          new SlowDatabase(),
          Clock.fixed(NOW, ZoneOffset.UTC),
          () -> nanos);
  private final Exposition exposition =
      new Exposition(
          new TaskMetrics(),
          new SituationMetrics(situations, FakeBackends.of(local)),
          new FeedMetrics(FakeFeed.silent()));

  private PrometheusText scrape() {
    return PrometheusText.parse(new String(exposition.text(), StandardCharsets.UTF_8));
  }

  private double tasks(PrometheusText text, String backend, TaskState state) {
    return text.value("colmenar_tasks", "backend", backend, "state", state.name()).orElseThrow();
  }

  @Test
  void tasks_are_told_by_state_with_zeros_and_backends_of_other_servers() {
    PrometheusText text = scrape();

    assertThat(tasks(text, "local", TaskState.PENDING)).isEqualTo(4);
    assertThat(tasks(text, "local", TaskState.RUNNING)).isZero();
    assertThat(tasks(text, "elsewhere", TaskState.QUEUED)).isEqualTo(2);
  }

  @Test
  void the_oldest_waiting_task_is_told_in_seconds_and_zero_where_none_is_ready() {
    String name = "colmenar_task_oldest_waiting_seconds";

    assertThat(scrape().value(name, "backend", "local")).contains(90.0);
    assertThat(scrape().all(name)).hasSize(1);
  }

  @Test
  void results_are_told_by_inbox() {
    PrometheusText text = scrape();

    assertThat(text.value("colmenar_results_waiting", "owner", "ada", "topic", "a\\\\b"))
        .contains(7.0);
    assertThat(text.value("colmenar_results_leased", "owner", "ada", "topic", "a\\\\b"))
        .contains(3.0);
  }

  @Test
  void a_backend_has_one_condition() {
    PrometheusText text = scrape();

    assertThat(text.value("colmenar_backend_condition", "backend", "local", "condition", "UP"))
        .contains(1.0);
    assertThat(text.all("colmenar_backend_condition").values()).containsOnly(0.0, 1.0).hasSize(3);
  }

  @Test
  void the_database_is_timed() {
    assertThat(scrape().value("colmenar_database_connect_seconds")).contains(0.25);
    assertThat(scrape().value("colmenar_database_answer_seconds")).contains(0.5);
  }

  @Test
  void one_look_serves_all_who_ask_within_five_seconds() {
    scrape();
    nanos += Duration.ofMillis(4900).toNanos();
    scrape();
    assertThat(looks).isEqualTo(1);

    nanos += Duration.ofMillis(200).toNanos();
    scrape();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void after_a_slow_look_it_rests_twenty_times_as_long() {
    lookTime = Duration.ofSeconds(2);
    scrape();
    nanos += Duration.ofSeconds(39).toNanos();
    scrape();
    assertThat(looks).isEqualTo(1);

    nanos += Duration.ofSeconds(2).toNanos();
    scrape();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void while_the_database_is_away_everything_else_is_told() {
    away = true;
    PrometheusText text = scrape();

    assertThat(text.value("colmenar_database_up")).contains(0.0);
    assertThat(text.all("colmenar_tasks")).isEmpty();
    assertThat(text.all("colmenar_nodes")).isEmpty();
    assertThat(text.value("colmenar_backend_slots", "backend", "local")).contains(1.0);
    assertThat(text.all("jvm_memory_used_bytes")).isNotEmpty();
  }

  @Test
  void a_count_that_fails_does_not_fail_the_scrape() {
    breaks = true;

    assertThat(scrape().value("colmenar_database_up")).contains(0.0);
  }

  private final class SlowDatabase extends Database {
    @Override
    public Optional<AnswerTime> answerTime(int timeoutSeconds) {
      looks++;
      nanos += lookTime.toNanos();
      return away
          ? Optional.empty()
          : Optional.of(new AnswerTime(Duration.ofMillis(250), Duration.ofMillis(500)));
    }
  }

  private final class CountedTasks extends Tasks {
    CountedTasks() {
      super(null, null, null, null, null, null, null, null, null, null, null, 60);
    }

    @Override
    public List<Queued> queued() {
      if (breaks) {
        throw new IllegalStateException("of a test");
      }
      return List.of(
          new Queued("local", TaskState.PENDING, 4, NOW.minusSeconds(90)),
          new Queued("elsewhere", TaskState.QUEUED, 2, NOW.minusSeconds(9)));
    }
  }

  private static final class CountedInboxes extends Inboxes {
    CountedInboxes() {
      super(null, null, null, null, null);
    }

    @Override
    public List<InboxSize> sizes(int most, int mostResults) {
      return List.of(new InboxSize(new Inbox("ada", "a\\b"), 7, 3));
    }
  }

  private static final class NoNodes extends Nodes {
    NoNodes() {
      super(null, null, null);
    }

    @Override
    public List<Node> list() {
      return List.of();
    }
  }
}

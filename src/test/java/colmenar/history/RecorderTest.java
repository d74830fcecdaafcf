package colmenar.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import colmenar.backend.FailureClass;
import colmenar.platform.Ids;
import colmenar.platform.RealThreads;
import colmenar.task.Active;
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
import colmenar.task.Tasks;
import jakarta.enterprise.event.Shutdown;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written of a few deeds. */
class RecorderTest {

  private static final Instant NOON = Instant.parse("2025-03-01T12:00:00Z");
  private static final UUID NODE = new UUID(9, 9);
  private static final UUID REBORN = new UUID(9, 10);

  private final TestClock clock = new TestClock();
  private final Recorder recorder = new Recorder(clock);
  private final FakeHistory history = new FakeHistory();
  private final List<Active> active = new ArrayList<>();
  private final Map<String, Integer> slots = new HashMap<>();
  private final RealThreads threads = new RealThreads();
  private UUID me = NODE;
  private final Scribe scribe =
      new Scribe(
          recorder,
          history,
          new Tasks(null, null, null, null, null, null, null, null, null, null, null, 60) {
            @Override
            public List<Active> active(UUID node) {
              return List.copyOf(active);
            }
          },
          () -> me,
          () -> "hive",
          () -> slots,
          threads,
          clock);

  @BeforeEach
  void begin() {
    recorder.account(Map.of(), NOON);
  }

  @AfterEach
  void close() {
    threads.close();
  }

  private void at(double second) {
    clock.now = NOON.plusMillis(Math.round(second * 1000));
  }

  private static Instant time(double second) {
    return NOON.plusMillis(Math.round(second * 1000));
  }

  private void write(double second) {
    at(second);
    scribe.write();
  }

  private static UUID task(int number) {
    return new UUID(number, 0);
  }

  private static UUID attempt(int number, int claim) {
    return Ids.part(task(number), claim);
  }

  private void claim(String backend, TaskState state, int task, double received, double second) {
    Claimed claimed = SampleTasks.claimed(attempt(task, 1), task(task), 1, "add", time(received));
    at(second);
    recorder.claimed(new Deed.Claims(backend, state, List.of(claimed), time(second)));
  }

  private void runs(int task, double second) {
    at(second);
    Step step =
        new Step(
            EventKind.RUNNING,
            task(task),
            TaskState.RUNNING,
            1,
            null,
            "ada",
            "default",
            null,
            "add",
            "slow",
            time(second));
    recorder.settled(new Deed.Settled(List.of(step), List.of(), List.of()));
  }

  private void end(
      int task, TaskState state, @Nullable Double started, @Nullable Double ended, double second) {
    end("local", task, state, started, ended, second);
  }

  private void end(
      String backend,
      int task,
      TaskState state,
      @Nullable Double started,
      @Nullable Double ended,
      double second) {
    at(second);
    End end =
        new End(
            task(task),
            "ada",
            "default",
            null,
            backend,
            "add",
            state,
            1,
            attempt(task, 1),
            state == TaskState.PENDING ? TaskState.FAILED : state,
            state == TaskState.SUCCEEDED ? null : FailureClass.APPLICATION,
            NOON,
            NOON,
            started == null ? null : time(started),
            ended == null ? null : time(ended),
            time(second));
    recorder.settled(new Deed.Settled(List.of(end), List.of()));
  }

  private static Line.Key key(int span, double second, String backend, String method) {
    return new Line.Key(span, time(second), backend, method);
  }

  private long busy(int span, double second, String backend) {
    return history.find(key(span, second, backend, "add")).map(Line::busyMillis).orElse(0L);
  }

  @Test
  void every_number_is_in_the_row_of_its_minute_and_of_its_hour() {
    at(5);
    Task task = new Task(task(1), "ada", TaskRequests.any(), SampleTasks.AGEING, time(5));
    recorder.submitted(new Deed.Submitted(List.of(task, task), List.of()));
    claim("local", TaskState.RUNNING, 1, 5, 6);
    end(1, TaskState.SUCCEEDED, 6.5, 7.0, 8);
    claim("local", TaskState.RUNNING, 2, 5, 8);
    end(2, TaskState.FAILED, 8.0, 8.001, 9);
    claim("local", TaskState.RUNNING, 3, 5, 8);
    end(3, TaskState.CANCELED, null, null, 9);
    claim("local", TaskState.RUNNING, 4, 5, 8);
    end(4, TaskState.PENDING, null, null, 9);
    recorder.fetched(new Deed.Fetched("local", "add", time(8), time(8.25)));
    slots.put("local", 4);
    write(10.4);

    for (int span : new int[] {60, 3600}) {
      assertThat(history.find(key(span, 0, "local", "add")))
          .contains(
              new Line(
                  key(span, 0, "local", "add"),
                  NODE,
                  2,
                  1,
                  1,
                  1,
                  1,
                  5000,
                  0,
                  "20:1,24:3",
                  "0:1,18:1",
                  "16:1"));
      assertThat(history.find(key(span, 0, "local", "")))
          .contains(
              new Line(key(span, 0, "local", ""), NODE, 0, 0, 0, 0, 0, 0, 40_000, "", "", ""));
    }
    assertThat(history.lines()).hasSize(4);
  }

  @Test
  void a_second_attempt_has_not_waited() {
    Claimed claimed = SampleTasks.claimed(attempt(1, 2), task(1), 2, "add", NOON);
    at(9);
    recorder.claimed(new Deed.Claims("local", TaskState.RUNNING, List.of(claimed), time(9)));
    write(10);

    assertThat(history.find(key(60, 0, "local", "add")).orElseThrow().waiting()).isEmpty();
  }

  @Test
  void what_runs_is_accounted_for_whenever_it_is_written_and_once() {
    claim("local", TaskState.RUNNING, 1, 0, 3);
    write(10.7);
    assertThat(busy(60, 0, "local")).isEqualTo(7000);
    write(20);
    assertThat(busy(60, 0, "local")).isEqualTo(17_000);
    end(1, TaskState.SUCCEEDED, 3.0, 25.0, 25);
    write(30);
    write(40);

    assertThat(busy(60, 0, "local")).isEqualTo(22_000);
    assertThat(busy(3600, 0, "local")).isEqualTo(22_000);
  }

  @Test
  void time_over_the_border_of_a_minute_is_divided() {
    claim("local", TaskState.RUNNING, 1, 0, 55);
    slots.put("local", 2);
    end(1, TaskState.SUCCEEDED, 55.0, 123.0, 123);
    write(130);

    assertThat(busy(60, 0, "local")).isEqualTo(5000);
    assertThat(busy(60, 60, "local")).isEqualTo(60_000);
    assertThat(busy(60, 120, "local")).isEqualTo(3000);
    assertThat(busy(3600, 0, "local")).isEqualTo(68_000);
    assertThat(history.find(key(60, 60, "local", "")).orElseThrow().slotMillis())
        .isEqualTo(120_000);
    assertThat(history.find(key(60, 120, "local", "")).orElseThrow().slotMillis())
        .isEqualTo(20_000);
  }

  @Test
  void time_over_the_border_of_an_hour_is_divided_too() {
    claim("local", TaskState.RUNNING, 1, 3590, 3595);
    end(1, TaskState.SUCCEEDED, 3595.0, 3607.0, 3607);
    write(3610);

    assertThat(busy(3600, 0, "local")).isEqualTo(5000);
    assertThat(busy(3600, 3600, "local")).isEqualTo(7000);
  }

  @Test
  void where_there_is_a_queue_an_attempt_runs_when_it_is_said_to() {
    claim("slow", TaskState.SUBMITTING, 1, 0, 1);
    write(10);
    assertThat(busy(60, 0, "slow")).isZero();
    runs(1, 14);
    end("slow", 1, TaskState.SUCCEEDED, 13.0, 17.0, 18);
    write(20);

    assertThat(busy(60, 0, "slow")).isEqualTo(4000);
  }

  @Test
  void an_attempt_of_which_only_the_end_is_told_ran_as_it_says() {
    claim("slow", TaskState.SUBMITTING, 1, 0, 1);
    end("slow", 1, TaskState.SUCCEEDED, 3.0, 7.0, 12);
    write(20);

    assertThat(busy(60, 0, "slow")).isEqualTo(4000);
  }

  @Test
  void what_is_given_back_does_not_run_any_more() {
    claim("local", TaskState.RUNNING, 1, 0, 1);
    at(3);
    recorder.settled(new Deed.Settled(List.of(), List.of(new GivenBack(attempt(1, 1), "local"))));
    write(10);

    assertThat(busy(60, 0, "local")).isEqualTo(2000);
  }

  @Test
  void the_end_of_an_older_attempt_does_not_end_the_next_one() {
    claim("local", TaskState.RUNNING, 1, 0, 1);
    Claimed second = SampleTasks.claimed(attempt(1, 2), task(1), 2, "add", NOON);
    at(4);
    recorder.claimed(new Deed.Claims("local", TaskState.RUNNING, List.of(second), time(4)));
    end(1, TaskState.PENDING, 1.0, 4.0, 4);
    write(10);

    assertThat(busy(60, 0, "local")).isEqualTo(6000);
  }

  @Test
  void an_attempt_taken_over_counts_from_when_this_server_learned_of_it() {
    active.add(new Active(task(1), attempt(1, 1), TaskState.RUNNING, "local", "add"));
    write(60);
    write(70);
    assertThat(busy(60, 60, "local")).isZero();
    for (int second = 80; second <= 120; second += 10) {
      write(second);
    }
    end(1, TaskState.SUCCEEDED, 1.0, 125.0, 125);
    active.clear();
    write(130);

    assertThat(busy(60, 0, "local")).isZero();
    assertThat(busy(60, 60, "local")).isEqualTo(60_000);
    assertThat(busy(60, 120, "local")).isEqualTo(5000);
  }

  @Test
  void an_attempt_that_others_have_taken_over_does_not_run_here_for_ever() {
    claim("local", TaskState.RUNNING, 1, 0, 1);
    for (int second = 10; second <= 600; second += 10) {
      write(second);
    }

    assertThat(busy(3600, 0, "local")).isLessThanOrEqualTo(120_000);
    assertThat(busy(60, 540, "local")).isZero();
  }

  @Test
  void a_write_that_failed_is_made_good() {
    claim("local", TaskState.RUNNING, 1, 0, 5);
    history.away = true;
    for (int second = 10; second <= 1800; second += 10) {
      active.clear();
      active.add(new Active(task(1), attempt(1, 1), TaskState.RUNNING, "local", "add"));
      write(second);
    }
    assertThat(history.lines()).isEmpty();

    history.away = false;
    write(1810);

    assertThat(busy(60, 0, "local")).isEqualTo(55_000);
    assertThat(busy(60, 60, "local")).isEqualTo(60_000);
    assertThat(busy(60, 1740, "local")).isEqualTo(60_000);
    assertThat(busy(60, 1800, "local")).isEqualTo(10_000);
    assertThat(busy(3600, 0, "local")).isEqualTo(1_805_000);
  }

  @Test
  void what_has_not_changed_is_not_written_again() {
    claim("local", TaskState.RUNNING, 1, 0, 1);
    end(1, TaskState.SUCCEEDED, 1.0, 2.0, 2);
    write(10);
    write(20);
    write(90);

    assertThat(history.writes).containsExactly(2);
  }

  @Test
  void a_server_that_stops_writes_for_the_last_time() {
    claim("local", TaskState.RUNNING, 1, 0, 1);
    at(3.5);
    scribe.stop(new Shutdown());
    write(10);

    assertThat(busy(60, 0, "local")).isEqualTo(2500);
    assertThat(history.writes).hasSize(1);
  }

  @Test
  void a_row_stays_with_its_node_when_the_server_is_born_again() {
    at(1);
    recorder.fetched(new Deed.Fetched("local", "add", NOON, time(1)));
    write(10);
    me = REBORN;
    recorder.fetched(new Deed.Fetched("local", "add", NOON, time(1)));
    write(20);
    at(61);
    recorder.fetched(new Deed.Fetched("local", "add", NOON, time(1)));
    write(70);

    assertThat(history.lines())
        .extracting(line -> line.key().spanSeconds(), Line::node, Line::delivery)
        .containsExactlyInAnyOrder(
            tuple(60, NODE, "20:2"), tuple(3600, NODE, "20:3"), tuple(60, REBORN, "20:1"));
  }

  @Test
  void a_clock_that_steps_back_does_not_begin_a_row_again() {
    at(3000);
    recorder.fetched(new Deed.Fetched("local", "add", NOON, time(1)));
    write(3010);
    at(10);
    recorder.fetched(new Deed.Fetched("local", "add", NOON, time(1)));
    write(20);

    assertThat(history.lines()).hasSize(2);
    assertThat(history.find(key(60, 3000, "local", "add")).orElseThrow().delivery())
        .isEqualTo("20:2");
  }

  @Test
  void however_many_methods_there_are_the_rows_are_bounded() {
    List<Claimed> claimed =
        IntStream.range(0, 500)
            .mapToObj(i -> SampleTasks.claimed(attempt(i, 1), task(i), 1, "m" + i, NOON))
            .toList();
    at(1);
    recorder.claimed(new Deed.Claims("local", TaskState.RUNNING, claimed, time(1)));
    write(10);

    assertThat(history.lines()).hasSize(2 * 201);
    assertThat(history.find(key(60, 0, "local", "other")).orElseThrow().waiting())
        .isEqualTo("20:300");
  }

  @Test
  void what_cannot_be_written_for_very_long_is_forgotten_from_the_oldest_on() {
    Recorder small = new Recorder(clock, 10);
    for (int minute = 0; minute < 30; minute++) {
      at(60 * minute);
      small.fetched(new Deed.Fetched("local", "add", NOON, NOON));
      small.tidy();
    }

    List<Line> lines = small.changes(NODE).stream().map(Row.Change::line).toList();
    assertThat(lines).hasSize(10);
    assertThat(lines).extracting(line -> line.key().at()).contains(time(60 * 29), NOON);
  }

  /** Shows what it is told. */
  private static final class TestClock extends Clock {
    private Instant now = NOON;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}

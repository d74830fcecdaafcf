package colmenar.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Status;
import colmenar.cluster.Node;
import colmenar.cluster.Nodes;
import colmenar.limit.FakeLimits;
import colmenar.limit.Gate;
import colmenar.limit.GateState;
import colmenar.limit.LimitRule;
import colmenar.limit.LimitScope;
import colmenar.problem.IllegalMoveException;
import colmenar.task.SampleTasks;
import colmenar.task.Task;
import colmenar.task.TaskRequests;
import colmenar.task.WaitingGroup;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingReasonsTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final UUID ID = new UUID(7, 0);

  private final FakeLimits limits = new FakeLimits(CLOCK);
  private final OneTask tasks = new OneTask();
  private final SlowBackend backend = new SlowBackend();
  private final WaitingReasons reasons =
      new WaitingReasons(
          tasks, FakeBackends.of(backend), new NoNodes(), limits, limits.rules(), CLOCK);

  private static Task waiting(Instant since) {
    return new Task(
        ID, "ada", TaskRequests.taking("add", Map.of("ansys", 2)), SampleTasks.AGEING, since);
  }

  private List<String> types() {
    return reasons.of(ID).stream().map(reason -> reason.type().name()).toList();
  }

  private String sentence() {
    assertThat(reasons.of(ID)).hasSize(1);
    return reasons.of(ID).get(0).sentence();
  }

  @Test
  void a_task_that_is_about_to_be_claimed_waits_for_nothing() {
    assertThat(types()).isEmpty();
  }

  @Test
  void a_task_that_does_not_wait_has_no_reasons() {
    tasks.task = SampleTasks.canceled(ID, TaskRequests.any(), NOW);

    assertThatThrownBy(() -> reasons.of(ID))
        .isInstanceOf(IllegalMoveException.class)
        .hasMessageContaining("CANCELED");
  }

  @Test
  void it_may_wait_for_its_time() {
    tasks.task = waiting(NOW.plusSeconds(5));

    assertThat(types()).containsExactly("NOT_BEFORE");
    assertThat(reasons.of(ID).get(0).until()).isEqualTo(NOW.plusSeconds(5));
  }

  @Test
  void after_a_failure_it_waits_for_its_next_attempt() {
    tasks.task = SampleTasks.retried(ID, NOW, NOW.plusSeconds(5));

    assertThat(types()).containsExactly("BACKOFF");
    assertThat(sentence()).contains("attempt 1 failed");
  }

  @Test
  void server_and_backend_may_be_paused_both() {
    limits.move(Gate.SERVER, GateState.PAUSED, "root");
    limits.move("local", GateState.PAUSED, "root");

    assertThat(reasons.of(ID))
        .extracting(WaitingReason::sentence)
        .containsExactly(
            "the server is paused by an administrator",
            "backend local is paused by an administrator");
  }

  @Test
  void a_drain_is_no_reason_because_what_was_accepted_is_finished() {
    limits.move(Gate.SERVER, GateState.DRAINING, "root");

    assertThat(types()).isEmpty();
  }

  @Test
  void a_backend_that_is_down_says_why() {
    backend.condition = Status.Condition.DOWN;

    assertThat(types()).containsExactly("BACKEND_DOWN");
    assertThat(sentence()).isEqualTo("backend local is down: no scheduler");
  }

  @Test
  void a_backend_that_no_living_server_has_is_named() {
    tasks.task = new Task(ID, "ada", TaskRequests.on("moon"), SampleTasks.AGEING, NOW);

    assertThat(types()).containsExactly("BACKEND_NOT_HERE");
    assertThat(sentence()).contains("moon");
  }

  @Test
  void a_limit_says_how_much_of_it_is_in_use() {
    limits.put(LimitScope.RESOURCE, "ansys", new LimitRule(3, null, null), "root");
    limits.put(LimitScope.METHOD, "other", new LimitRule(0, null, null), "root");
    assertThat(types()).isEmpty();

    tasks.used = Map.of("RESOURCE/ansys", 2L);

    assertThat(types()).containsExactly("LIMIT");
    assertThat(sentence()).isEqualTo("limit RESOURCE/ansys: 2 of 3 are in use, and it takes 2");
  }

  @Test
  void a_rate_says_when_the_next_may_start() {
    limits.put(LimitScope.OWNER, "ada", new LimitRule(null, 0.5, 1), "root").started(1, NOW);

    assertThat(types()).containsExactly("RATE");
    assertThat(reasons.of(ID).get(0).until()).isEqualTo(NOW.plusSeconds(2));
  }

  @Test
  void a_full_backend_says_how_many_come_first() {
    backend.room = 3;
    tasks.ahead = 2;
    assertThat(types()).isEmpty();

    tasks.ahead = 3;

    assertThat(types()).containsExactly("CAPACITY");
    assertThat(sentence()).contains("takes 3 more", " 3 that could start");
    tasks.ahead = WaitingReasons.MOST_AHEAD;
    assertThat(sentence()).contains("10000 or more");
  }

  @Test
  void what_a_backend_has_and_has_not_begun_waits_for_what_the_backend_says() {
    tasks.task = SampleTasks.atBackend(ID, false, NOW);
    assertThat(types()).isEmpty();

    backend.waiting = "job 7 waits for its turn (Priority)";

    assertThat(types()).containsExactly("AT_BACKEND");
    assertThat(sentence()).isEqualTo("job 7 waits for its turn (Priority)");
    tasks.task = SampleTasks.atBackend(ID, true, NOW);
    assertThat(types()).containsExactly("AT_BACKEND");
  }

  @Test
  void a_group_waits_for_what_its_first_task_waits_for() {
    assertThat(groups().get(0).reasons()).isEmpty();

    limits.put(LimitScope.RESOURCE, "ansys", new LimitRule(1, null, null), "root");
    limits.move("local", GateState.PAUSED, "root");

    assertThat(groups()).hasSize(1);
    assertThat(groups().get(0).group().tasks()).isEqualTo(7);
    assertThat(groups().get(0).reasons())
        .extracting(reason -> reason.type().name())
        .containsExactly("PAUSED", "LIMIT");
  }

  @Test
  void what_comes_before_a_group_is_not_counted() {
    tasks.ahead = 3;
    assertThat(groups().get(0).reasons()).isEmpty();

    backend.room = 0;

    assertThat(groups().get(0).reasons())
        .extracting(WaitingReason::sentence)
        .containsExactly("backend local takes no more now");
  }

  private List<WaitingTasks> groups() {
    return reasons.groups(5);
  }

  /** The one that is asked about. */
  private static final class OneTask extends FakeTasks {
    Task task = WaitingReasonsTest.waiting(NOW);
    Map<String, Long> used = Map.of();
    int ahead;

    @Override
    public Task get(UUID id) {
      return task;
    }

    @Override
    public List<WaitingGroup> waiting(int most) {
      return List.of(new WaitingGroup(task.backend(), "add", "ada", 7, task));
    }

    @Override
    public Map<String, Long> used() {
      return used;
    }

    @Override
    public int ahead(Task of, int most) {
      return Math.min(ahead, most);
    }
  }

  /** A backend with little room. */
  private static final class SlowBackend extends FakeBackend {
    int room = 1;
    @Nullable String waiting;
    Status.Condition condition = Status.Condition.UP;

    SlowBackend() {
      super("local", "java");
    }

    @Override
    public int capacity() {
      return room;
    }

    @Override
    public Optional<String> waiting(UUID attempt) {
      return Optional.ofNullable(waiting);
    }

    @Override
    public Status status() {
      return new Status(condition, "no scheduler", 1, 0, Map.of());
    }
  }

  /** Nobody else. */
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

package colmenar.dispatch;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.BackendUnavailableException;
import colmenar.backend.Code;
import colmenar.backend.Handle;
import colmenar.backend.Profile;
import colmenar.backend.Recovered;
import colmenar.backend.Refusal;
import colmenar.backend.Resources;
import colmenar.backend.Work;
import colmenar.cluster.Identity;
import colmenar.task.Begun;
import colmenar.task.Claimed;
import colmenar.task.DirectStart;
import colmenar.task.SampleTasks;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final UUID NODE = new UUID(0, 1);

  private static final Duration TEN = Duration.ofSeconds(10);

  private final WaitingTasks tasks = new WaitingTasks();
  private final SmallBackend backend = new SmallBackend();

  private final Identity identity = new Identity(NODE);

  /** What happened, in order. */
  private final List<String> journal = new ArrayList<>();

  private final Lane lane =
      new Lane(backend, tasks, identity, () -> true, LaneTest::work, Runnable::run);

  private static Work work(Claimed claimed) {
    return new Work(
        claimed.attempt(),
        claimed.task(),
        1,
        "m",
        new Code.Java("b"),
        "[]",
        "{}",
        Resources.MINIMAL,
        null,
        0,
        "{}");
  }

  @Test
  void a_wake_up_hands_over_what_waits() {
    tasks.waiting.set(3);

    lane.wake();

    assertThat(journal)
        .containsExactly("active", "recover 0", "recovered 0", "claim 10", "submit 3");
  }

  @Test
  void a_backend_gets_no_more_than_it_has_room_for() {
    tasks.waiting.set(25);

    lane.wake();

    assertThat(journal)
        .containsExactly("active", "recover 0", "recovered 0", "claim 10", "submit 10");
    assertThat(tasks.waiting).hasValue(15);
  }

  @Test
  void as_room_comes_back_the_rest_follows() {
    tasks.waiting.set(25);
    lane.wake();
    backend.room = 4;

    lane.wake();

    assertThat(journal).endsWith("claim 4", "submit 4");
    assertThat(tasks.waiting).hasValue(11);
  }

  @Test
  void a_backend_without_room_is_offered_nothing() {
    tasks.waiting.set(1);
    backend.room = 0;

    lane.wake();

    assertThat(journal).containsExactly("active", "recover 0", "recovered 0");
  }

  @Test
  void a_backend_with_very_much_room_gets_it_in_portions() {
    tasks.waiting.set(1200);
    backend.room = 100_000;

    lane.wake();

    assertThat(journal)
        .containsExactly(
            "active",
            "recover 0",
            "recovered 0",
            "claim 500",
            "submit 500",
            "claim 500",
            "submit 500",
            "claim 500",
            "submit 200");
  }

  @Test
  void what_was_handed_over_in_an_earlier_life_is_asked_for_before_anything_is_claimed() {
    tasks.handles = List.of(new Handle(new UUID(0, 1), "p-1"), new Handle(new UUID(0, 2), null));
    tasks.waiting.set(1);

    lane.wake();

    assertThat(journal)
        .containsExactly("active", "recover 2", "recovered 2", "claim 10", "submit 1");
  }

  @Test
  void while_the_backend_cannot_say_nothing_is_claimed() {
    tasks.handles = List.of(new Handle(new UUID(0, 1), "p-1"));
    tasks.waiting.set(1);
    backend.unavailable = true;

    lane.wake();
    lane.wake();
    assertThat(journal).containsExactly("active", "recover 1", "active", "recover 1");

    backend.unavailable = false;
    lane.wake();
    assertThat(journal).endsWith("active", "recover 1", "recovered 1", "claim 10", "submit 1");
  }

  @Test
  void once_all_is_known_nobody_asks_again() {
    lane.wake();
    lane.wake();
    lane.wake();

    assertThat(journal)
        .containsExactly("active", "recover 0", "recovered 0", "claim 10", "claim 10", "claim 10");
  }

  @Test
  void a_lost_answer_is_asked_about_before_anything_new_is_claimed() {
    tasks.waiting.set(2);
    backend.failNext = new BackendUnavailableException("no answer");

    lane.wake();
    assertThat(journal)
        .containsExactly("active", "recover 0", "recovered 0", "claim 10", "submit 2");

    tasks.handles = List.of(new Handle(new UUID(0, 1), null));
    tasks.waiting.set(1);
    lane.wake();
    assertThat(journal).endsWith("active", "recover 1", "recovered 1", "claim 10", "submit 1");
  }

  @Test
  void a_bug_of_an_adapter_raises_the_same_doubt_and_stops_no_lane() {
    tasks.waiting.set(2);
    backend.failNext = new NullPointerException("a bug");

    lane.wake();
    lane.wake();

    assertThat(journal)
        .containsExactly(
            "active",
            "recover 0",
            "recovered 0",
            "claim 10",
            "submit 2",
            "active",
            "recover 0",
            "recovered 0",
            "claim 10");
  }

  @Test
  void a_backend_learns_that_nothing_is_its_own_any_more() {
    tasks.handles = List.of();

    lane.wake();

    assertThat(journal).startsWith("active", "recover 0", "recovered 0");
  }

  @Test
  void all_is_done_in_the_name_of_the_node_that_the_server_is_now() {
    tasks.waiting.set(1);
    backend.refuse = 1;
    lane.wake();
    assertThat(tasks.nodes).containsExactly(NODE);

    tasks.nodes.clear();
    identity.become(new UUID(0, 2), () -> {});
    tasks.waiting.set(1);
    backend.refuse = 1;
    lane.doubt();

    assertThat(tasks.nodes).containsExactly(new UUID(0, 2));
  }

  @Test
  void whoever_doubts_makes_it_ask_once_more_before_anything_is_claimed() {
    lane.wake();
    journal.clear();
    tasks.handles = List.of(new Handle(new UUID(0, 1), null));
    tasks.waiting.set(1);

    lane.doubt();
    lane.wake();

    assertThat(journal)
        .containsExactly("active", "recover 1", "recovered 1", "claim 10", "submit 1", "claim 9");
  }

  @Test
  void a_doubt_that_comes_while_it_hands_over_is_not_forgotten() {
    tasks.waiting.set(1);
    backend.onSubmit = lane::doubt;

    lane.wake();

    assertThat(journal)
        .containsExactly(
            "active",
            "recover 0",
            "recovered 0",
            "claim 10",
            "submit 1",
            "active",
            "recover 0",
            "recovered 0",
            "claim 9");
  }

  @Test
  void a_doubt_that_comes_while_it_asks_makes_it_ask_again() {
    AtomicInteger doubts = new AtomicInteger(1);
    backend.onRecover =
        () -> {
          if (doubts.getAndDecrement() > 0) {
            lane.doubt();
          }
        };

    lane.wake();

    assertThat(journal.stream().filter("recover 0"::equals)).hasSize(2);
  }

  @Test
  void an_attempt_that_cannot_be_written_out_is_rejected_alone() {
    AtomicInteger written = new AtomicInteger();
    Lane strict =
        new Lane(
            backend,
            tasks,
            new Identity(NODE),
            () -> true,
            claimed -> {
              if (written.getAndIncrement() == 1) {
                throw new IllegalStateException("no such version");
              }
              return work(claimed);
            },
            Runnable::run);
    tasks.waiting.set(3);

    strict.wake();

    assertThat(journal).endsWith("claim 10", "submit 2", "refused 1");
    assertThat(tasks.kinds).containsExactly(Refusal.Kind.REJECTED);
  }

  @Test
  void an_attempt_that_cannot_be_written_out_for_want_of_a_database_waits_again() {
    Lane unlucky =
        new Lane(
            backend,
            tasks,
            new Identity(NODE),
            () -> true,
            claimed -> {
              throw new IllegalStateException(new PersistenceException("connection lost"));
            },
            Runnable::run);
    tasks.waiting.set(1);

    unlucky.wake();

    assertThat(journal).endsWith("claim 10", "refused 1");
    assertThat(tasks.kinds).containsExactly(Refusal.Kind.UNAVAILABLE);
  }

  @Test
  void of_attempts_none_of_which_can_be_written_out_the_backend_hears_nothing() {
    Lane strict =
        new Lane(
            backend,
            tasks,
            new Identity(NODE),
            () -> true,
            claimed -> {
              throw new IllegalStateException("no such version");
            },
            Runnable::run);
    tasks.waiting.set(2);

    strict.wake();
    strict.wake();

    assertThat(journal)
        .containsExactly("active", "recover 0", "recovered 0", "claim 10", "refused 2", "claim 10");
  }

  @Test
  void a_refusal_is_recorded() {
    tasks.waiting.set(3);
    backend.refuse = 1;

    lane.wake();

    assertThat(journal)
        .containsExactly("active", "recover 0", "recovered 0", "claim 10", "submit 3", "refused 1");
  }

  @Test
  void after_a_refusal_the_lane_rests_until_it_is_woken() {
    tasks.waiting.set(15);
    backend.room = 10;
    backend.endless = true;
    backend.refuse = 1;

    lane.wake();
    assertThat(journal)
        .containsExactly(
            "active", "recover 0", "recovered 0", "claim 10", "submit 10", "refused 1");

    lane.wake();
    assertThat(journal).endsWith("refused 1", "claim 10", "submit 5");
  }

  @Test
  void a_refusal_that_could_not_be_recorded_is_found_by_asking() {
    tasks.waiting.set(3);
    backend.refuse = 1;
    tasks.failRefused = true;

    lane.wake();
    lane.wake();

    assertThat(journal)
        .containsExactly(
            "active",
            "recover 0",
            "recovered 0",
            "claim 10",
            "submit 3",
            "refused 1",
            "active",
            "recover 0",
            "recovered 0",
            "claim 8");
  }

  @Test
  void without_a_thread_the_next_wake_up_tries_again() {
    Queue<Runnable> accepted = new ArrayDeque<>();
    AtomicInteger tries = new AtomicInteger();
    Lane starved =
        new Lane(
            backend,
            tasks,
            new Identity(NODE),
            () -> true,
            LaneTest::work,
            action -> {
              if (tries.getAndIncrement() == 0) {
                throw new RejectedExecutionException("no thread");
              }
              accepted.add(action);
            });
    tasks.waiting.set(1);

    starved.wake();
    starved.wake();
    assertThat(accepted).hasSize(1);

    accepted.remove().run();
    assertThat(journal).endsWith("submit 1");
  }

  @Test
  void many_wake_ups_before_it_runs_are_one() {
    Queue<Runnable> actions = new ArrayDeque<>();
    Lane slow =
        new Lane(backend, tasks, new Identity(NODE), () -> true, LaneTest::work, actions::add);

    slow.wake();
    slow.wake();
    slow.wake();

    assertThat(actions).hasSize(1);
  }

  @Test
  void what_is_submitted_while_nothing_waits_is_begun_and_handed_over_with_it() {
    quiet();

    String answer = lane.submit(submitting(2));

    assertThat(answer).isEqualTo("answer");
    assertThat(journal).containsExactly("submitted 2 for 10", "submit 2");
  }

  @Test
  void after_that_there_is_still_nothing_that_waits() {
    quiet();
    lane.submit(submitting(2));
    journal.clear();

    lane.submit(submitting(1));

    assertThat(journal).containsExactly("submitted 1 for 8", "submit 1");
  }

  @Test
  void what_there_was_no_room_for_waits_and_those_who_come_then_wait_behind_it() {
    quiet();
    backend.room = 3;

    lane.submit(submitting(4));
    lane.wake();
    lane.submit(submitting(1));

    assertThat(journal).containsExactly("submitted 4 for 3", "submit 3", "submitted 1 for none");
  }

  @Test
  void without_room_tasks_wait() {
    quiet();
    backend.room = 0;

    lane.submit(submitting(1));

    assertThat(journal).containsExactly("submitted 1 for none");
  }

  @Test
  void before_it_knows_that_nothing_waits_tasks_wait() {
    lane.submit(submitting(1));

    assertThat(journal).containsExactly("submitted 1 for none");
  }

  @Test
  void in_doubt_tasks_wait() {
    quiet();
    tasks.handles = List.of(new Handle(new UUID(0, 1), "p-1"));
    backend.unavailable = true;
    lane.doubt();
    journal.clear();

    lane.submit(submitting(1));

    assertThat(journal).containsExactly("submitted 1 for none");
  }

  @Test
  void whether_the_backend_starts_at_once_what_it_takes_is_told() {
    backend.startsAtOnce = false;
    quiet();

    lane.submit(
        start -> {
          assertThat(start).returns(false, DirectStart::startsAtOnce);
          return new Begun<>("answer", claimed(1));
        });

    assertThat(journal).containsExactly("submit 1");
  }

  @Test
  void while_another_thread_hands_over_a_submit_does_not_wait_for_it() {
    quiet();
    tasks.waiting.set(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      backend.onSubmit =
          () -> assertThat(other.submit(() -> lane.submit(submitting(1)))).succeedsWithin(TEN);
      lane.wake();
    } finally {
      other.shutdownNow();
    }

    assertThat(journal).containsExactly("claim 10", "submit 1", "submitted 1 for none");
  }

  /** It may have been committed, and with it the attempts. */
  @Test
  void after_a_submit_that_failed_the_backend_is_asked_what_it_has() {
    quiet();

    assertThatThrownBy(
            () ->
                lane.submit(
                    start -> {
                      throw new IllegalStateException("the commit failed");
                    }))
        .hasMessage("the commit failed");

    assertThat(journal).containsExactly("active", "recover 0", "recovered 0", "claim 10");
  }

  /** They are committed: whoever submitted them must not believe that they are not. */
  @Test
  void new_tasks_that_cannot_be_handed_over_are_submitted_all_the_same() {
    quiet();
    backend.failNext = new BackendUnavailableException("no answer");

    assertThat(lane.submit(submitting(2))).isEqualTo("answer");

    assertThat(journal)
        .containsExactly(
            "submitted 2 for 10", "submit 2", "active", "recover 0", "recovered 0", "claim 10");
  }

  @Test
  void what_the_backend_refuses_of_new_tasks_is_recorded() {
    quiet();
    backend.refuse = 1;

    lane.submit(submitting(2));

    assertThat(journal).containsExactly("submitted 2 for 10", "submit 2", "refused 1");
  }

  @Test
  void room_is_no_news_when_nothing_waits() {
    quiet();
    lane.freed();
    assertThat(journal).isEmpty();

    tasks.waiting.set(12);
    lane.wake();
    journal.clear();
    backend.room = 5;
    lane.freed();
    assertThat(journal).containsExactly("claim 5", "submit 2");
  }

  @Test
  void in_a_cluster_others_may_have_submitted_something_when_there_is_room() {
    Lane one =
        new Lane(backend, tasks, new Identity(NODE), () -> false, LaneTest::work, Runnable::run);
    one.wake();
    journal.clear();

    one.freed();

    assertThat(journal).containsExactly("claim 10");
  }

  /** Nothing waits, and the lane knows it. */
  private void quiet() {
    lane.wake();
    journal.clear();
  }

  /** Of so many tasks those begin for which there is room, the others wait. */
  private Submit<String> submitting(int number) {
    return start -> {
      journal.add("submitted " + number + " for " + (start == null ? "none" : start.room()));
      int begun = start == null ? 0 : Math.min(number, start.room());
      tasks.waiting.addAndGet(number - begun);
      return new Begun<>("answer", claimed(begun));
    };
  }

  @Test
  void a_stopped_lane_claims_nothing_more() {
    tasks.waiting.set(1);

    lane.stop();
    lane.wake();

    assertThat(journal).isEmpty();
  }

  @Test
  void a_lane_that_is_stopped_while_it_works_ends_after_the_portion_at_hand() {
    tasks.waiting.set(1200);
    backend.room = 100_000;
    backend.onSubmit = lane::stop;

    lane.wake();

    assertThat(journal)
        .containsExactly("active", "recover 0", "recovered 0", "claim 500", "submit 500");
  }

  /** One task and one wake-up at a time: the last of them must not be lost. */
  @Test
  void no_wake_up_is_lost_while_it_works_and_it_works_on_one_thread_at_a_time() {
    int rounds = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger crowded = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    FakeBackend greedy =
        new FakeBackend("local", "java") {
          @Override
          public List<Refusal> submit(List<Work> works) {
            taken.addAndGet(works.size());
            return List.of();
          }
        };
    AtomicInteger waiting = new AtomicInteger();
    FakeTasks quiet =
        new FakeTasks() {
          @Override
          public List<Handle> active(UUID node, String backendName) {
            return List.of();
          }

          @Override
          public void recovered(UUID node, List<Recovered> answers) {}

          @Override
          public List<Claimed> claim(
              UUID node, String backendName, boolean startsAtOnce, int most) {
            if (inside.incrementAndGet() > 1) {
              crowded.incrementAndGet();
            }
            List<Claimed> claimed = claimed(take(waiting, most));
            inside.decrementAndGet();
            return claimed;
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Lane busy = new Lane(greedy, quiet, new Identity(NODE), () -> true, LaneTest::work, pool);
      for (int i = 1; i <= rounds; i++) {
        int expected = i;
        waiting.incrementAndGet();
        busy.wake();
        if (i % 4 == 0) {
          long deadline = System.nanoTime() + SECONDS.toNanos(20);
          while (taken.get() != expected) {
            assertThat(System.nanoTime()).as("time until task %s", expected).isLessThan(deadline);
          }
        }
      }
    } finally {
      pool.shutdownNow();
    }

    assertThat(taken).hasValue(rounds);
    assertThat(crowded).hasValue(0);
  }

  private static int take(AtomicInteger waiting, int most) {
    int before = waiting.getAndUpdate(n -> n - Math.min(n, most));
    return Math.min(before, most);
  }

  private static List<Claimed> claimed(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> SampleTasks.claimed(UUID.randomUUID(), UUID.randomUUID(), 1, "m", NOW))
        .toList();
  }

  /** A number of waiting tasks, and a journal of what is done to them. */
  private final class WaitingTasks extends FakeTasks {
    final AtomicInteger waiting = new AtomicInteger();
    final List<Refusal.Kind> kinds = new ArrayList<>();
    final Set<UUID> nodes = new HashSet<>();
    List<Handle> handles = List.of();
    boolean failRefused;

    @Override
    public List<Handle> active(UUID node, String backendName) {
      nodes.add(node);
      journal.add("active");
      return handles;
    }

    @Override
    public List<Claimed> claim(UUID node, String backendName, boolean startsAtOnce, int most) {
      nodes.add(node);
      journal.add("claim " + most);
      return claimed(take(waiting, most));
    }

    @Override
    public void recovered(UUID node, List<Recovered> answers) {
      nodes.add(node);
      journal.add("recovered " + answers.size());
    }

    @Override
    public void refused(UUID node, Collection<Refusal> refusals) {
      nodes.add(node);
      kinds.addAll(refusals.stream().map(Refusal::kind).toList());
      journal.add("refused " + refusals.size());
      if (failRefused) {
        failRefused = false;
        throw new IllegalStateException("not committed");
      }
    }
  }

  /** A backend with ten slots that come back only when the test says so. */
  private final class SmallBackend extends FakeBackend {
    int room = 10;
    int refuse;
    boolean endless;
    boolean unavailable;
    boolean startsAtOnce = true;
    RuntimeException failNext;
    Runnable onSubmit = () -> {};
    Runnable onRecover = () -> {};

    SmallBackend() {
      super("local", "java");
    }

    @Override
    public Profile profile() {
      return new Profile("local", Set.of("java"), startsAtOnce, true, true);
    }

    @Override
    public int capacity() {
      return room;
    }

    @Override
    public List<Recovered> recover(List<Handle> attempts) {
      journal.add("recover " + attempts.size());
      onRecover.run();
      if (unavailable) {
        throw new BackendUnavailableException("away");
      }
      return super.recover(attempts);
    }

    @Override
    public List<Refusal> submit(List<Work> works) {
      journal.add("submit " + works.size());
      onSubmit.run();
      if (failNext != null) {
        RuntimeException failure = failNext;
        failNext = null;
        throw failure;
      }
      int refused = refuse;
      refuse = 0;
      if (!endless) {
        room -= works.size() - refused;
      }
      return works.stream()
          .limit(refused)
          .map(work -> new Refusal(work.attempt(), Refusal.Kind.UNAVAILABLE, "full"))
          .toList();
    }
  }
}

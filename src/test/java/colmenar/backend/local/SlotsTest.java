package colmenar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Event;
import colmenar.backend.SampleWork;
import colmenar.backend.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class SlotsTest {

  private static final int SLOTS = 2;
  private static final int MOST_AHEAD = 1000;

  private final AtomicLong nanos = new AtomicLong();
  private final Queue<Runnable> servers = new ArrayDeque<>();
  private final List<Run> executed = new ArrayList<>();

  /** What a run does. */
  private Consumer<Run> body = run -> {};

  /** What follows when its slot is free. */
  private Runnable after = () -> {};

  private final Slots slots = new Slots(SLOTS, servers::add, this::execute, nanos::get);

  private Runnable execute(Run run) {
    executed.add(run);
    body.accept(run);
    return after;
  }

  private void pass(long millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  private Run begin() {
    Run run = new NoRun();
    assertThat(slots.reserve()).isTrue();
    slots.begin(run);
    return run;
  }

  private void serve() {
    servers.remove().run();
  }

  /** Runs of a millisecond, until there is hope that the next one is as short. */
  private void learnThatRunsAreShort() {
    body = run -> pass(1);
    for (int i = 0; i < 200; i++) {
      begin();
      serve();
    }
    executed.clear();
  }

  @Test
  void while_nothing_is_known_of_runs_it_takes_as_many_as_it_has_slots() {
    assertThat(slots.room()).isEqualTo(SLOTS);

    begin();
    assertThat(slots.room()).isEqualTo(1);
    begin();

    assertThat(slots.room()).isZero();
    assertThat(slots.reserve()).isFalse();
    assertThat(slots.busy()).isEqualTo(SLOTS);
  }

  @Test
  void what_is_reserved_and_released_leaves_the_room_as_it_was() {
    slots.reserve();
    slots.release();

    assertThat(slots.room()).isEqualTo(SLOTS);
    assertThat(slots.busy()).isZero();
  }

  @Test
  void a_slot_is_free_before_anybody_hears_of_the_end() {
    List<Integer> busy = new ArrayList<>();
    after = () -> busy.add(slots.busy());
    begin();

    serve();

    assertThat(busy).containsExactly(0);
  }

  @Test
  void while_runs_are_short_more_are_let_in_and_while_they_are_long_no_longer() {
    learnThatRunsAreShort();
    assertThat(slots.room()).isBetween(50, 110);

    body = run -> pass(10_000);
    begin();
    serve();

    assertThat(slots.room()).isEqualTo(SLOTS);
  }

  @Test
  void however_short_runs_are_only_so_many_stand_in_line() {
    for (int i = 0; i < 1000; i++) {
      begin();
      serve();
    }

    assertThat(slots.room()).isEqualTo(SLOTS + MOST_AHEAD);
    for (int i = 0; i < SLOTS + MOST_AHEAD; i++) {
      begin();
    }
    assertThat(slots.reserve()).isFalse();
    assertThat(slots.room()).isZero();
    assertThat(slots.busy()).isEqualTo(SLOTS);
  }

  @Test
  void those_in_line_run_in_their_order_on_no_more_threads_than_there_are_slots() {
    learnThatRunsAreShort();
    List<Run> runs = IntStream.range(0, 20).mapToObj(i -> begin()).toList();

    int threads = 0;
    for (; !servers.isEmpty(); threads++) {
      serve();
    }

    assertThat(executed).isEqualTo(runs);
    assertThat(threads).isEqualTo(SLOTS);
  }

  /** A run may look around, and its slot survives whatever it finds: so the test looks later. */
  @Test
  void those_who_run_and_those_who_wait_a_moment_are_not_given_back() {
    learnThatRunsAreShort();
    List<Run> givenBack = new ArrayList<>();
    body =
        run -> {
          body = other -> {};
          begin();
          pass(249);
          givenBack.addAll(slots.impatient());
        };
    begin();
    serve();

    pass(10_000);
    givenBack.addAll(slots.impatient());

    assertThat(givenBack).isEmpty();
    assertThat(executed).hasSize(2);
  }

  @Test
  void a_line_whose_first_stands_there_for_too_long_is_given_back() {
    learnThatRunsAreShort();
    List<Run> inLine = new ArrayList<>();
    List<Run> givenBack = new ArrayList<>();
    List<Integer> busyAndRoom = new ArrayList<>();
    body =
        run -> {
          IntStream.range(0, 5).forEach(i -> inLine.add(begin()));
          pass(250);
          givenBack.addAll(slots.impatient());
          busyAndRoom.addAll(List.of(slots.busy(), slots.room()));
        };
    Run running = begin();
    serve();

    assertThat(givenBack).isEqualTo(inLine).hasSize(5);
    assertThat(busyAndRoom).containsExactly(1, SLOTS - 1);
    assertThat(executed).containsExactly(running);
    assertThat(slots.impatient()).isEmpty();
    serve();
    assertThat(executed).containsExactly(running);
  }

  @Test
  void without_a_thread_a_run_is_not_begun_and_nothing_is_kept_of_it() {
    AtomicInteger tries = new AtomicInteger();
    Slots starved =
        new Slots(
            1,
            server -> {
              if (tries.getAndIncrement() == 0) {
                throw new RejectedExecutionException("no thread");
              }
              servers.add(server);
            },
            this::execute,
            nanos::get);
    starved.reserve();
    Run refused = new NoRun();
    assertThatThrownBy(() -> starved.begin(refused)).isInstanceOf(RejectedExecutionException.class);
    starved.release();
    assertThat(starved.room()).isEqualTo(1);

    Run next = new NoRun();
    starved.reserve();
    starved.begin(next);
    serve();

    assertThat(executed).containsExactly(next);
  }

  @Test
  void a_run_that_somebody_else_has_taken_out_of_the_line_meanwhile_needs_no_thread() {
    List<Run> taken = new ArrayList<>();
    AtomicReference<Slots> starved = new AtomicReference<>();
    starved.set(
        new Slots(
            SLOTS,
            server -> {
              pass(250);
              taken.addAll(starved.get().impatient());
              throw new RejectedExecutionException("no thread");
            },
            this::execute,
            nanos::get));
    Run run = new NoRun();

    starved.get().reserve();
    starved.get().begin(run);

    assertThat(taken).containsExactly(run);
    assertThat(starved.get().busy()).isZero();
  }

  /** A server that is on its way will find it. */
  @Test
  void runs_that_come_together_call_one_thread_and_that_one_the_next() {
    learnThatRunsAreShort();
    begin();
    begin();
    begin();
    assertThat(servers).hasSize(1);
    List<Integer> called = new ArrayList<>();
    body = run -> called.add(servers.size());

    serve();

    assertThat(called).startsWith(1);
    assertThat(executed).hasSize(3);
  }

  /** As when the machine has no room for one more thread. */
  @Test
  void an_executor_that_breaks_costs_no_slot() {
    AtomicInteger tries = new AtomicInteger();
    Slots starved =
        new Slots(
            1,
            server -> {
              if (tries.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              servers.add(server);
            },
            this::execute,
            nanos::get);
    Run first = new NoRun();
    starved.reserve();
    assertThatThrownBy(() -> starved.begin(first)).isInstanceOf(OutOfMemoryError.class);
    pass(250);
    assertThat(starved.impatient()).containsExactly(first);

    Run second = new NoRun();
    starved.reserve();
    starved.begin(second);
    serve();

    assertThat(executed).containsExactly(second);
  }

  @Test
  void a_run_that_breaks_costs_no_slot_and_those_behind_it_run() {
    learnThatRunsAreShort();
    Run broken = begin();
    Run next = begin();
    Run last = begin();
    body =
        run -> {
          if (run == broken) {
            throw new StackOverflowError("of a test");
          }
        };

    serve();

    assertThat(executed).containsExactly(broken, next, last);
    assertThat(slots.busy()).isZero();
  }

  @Test
  void what_follows_may_break_too() {
    learnThatRunsAreShort();
    Run broken = begin();
    Run next = begin();
    after =
        () -> {
          throw new IllegalStateException("of a test");
        };

    serve();

    assertThat(executed).containsExactly(broken, next);
    assertThat(slots.busy()).isZero();
  }

  @Test
  void never_more_than_the_slots_run_at_once_and_none_is_left_in_line() throws Exception {
    int most = 3;
    int begins = 4;
    int each = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger crowded = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(most);
    AtomicInteger done = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(16);
    try {
      Slots busy =
          new Slots(
              most,
              pool,
              run -> {
                if (inside.incrementAndGet() > most) {
                  crowded.incrementAndGet();
                }
                all.countDown();
                if (done.get() == 0) {
                  awaitQuietly(all);
                }
                inside.decrementAndGet();
                return done::incrementAndGet;
              },
              System::nanoTime);
      List<Thread> threads =
          IntStream.range(0, begins)
              .mapToObj(
                  t ->
                      new Thread(
                          () -> {
                            for (int i = 0; i < each; i++) {
                              while (!busy.reserve()) {
                                Thread.onSpinWait();
                              }
                              busy.begin(new NoRun());
                            }
                          }))
              .toList();
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }

      await().untilAsserted(() -> assertThat(done).hasValue(begins * each));
      assertThat(busy.busy()).isZero();
    } finally {
      pool.shutdownNow();
    }
    assertThat(crowded).hasValue(0);
  }

  /** Until as many run as there are slots. */
  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One at a time: nobody who comes later makes up for a thread that was not started. */
  @Test
  void a_run_that_comes_just_as_the_last_thread_ends_is_not_left_in_line() {
    AtomicInteger done = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Slots busy = new Slots(1, pool, run -> done::incrementAndGet, System::nanoTime);
      for (int i = 1; i <= 50_000; i++) {
        while (!busy.reserve()) {
          Thread.onSpinWait();
        }
        busy.begin(new NoRun());
        while (done.get() != i) {
          Thread.onSpinWait();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void what_is_given_back_does_not_run_and_what_runs_is_not_given_back() throws Exception {
    int each = 20_000;
    Queue<Run> ran = new ConcurrentLinkedQueue<>();
    Queue<Run> givenBack = new ConcurrentLinkedQueue<>();
    AtomicLong clock = new AtomicLong();
    CountDownLatch over = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Slots busy =
          new Slots(
              SLOTS,
              pool,
              run -> {
                ran.add(run);
                return () -> {};
              },
              clock::get);
      Thread impatient =
          new Thread(
              () -> {
                while (over.getCount() > 0) {
                  clock.addAndGet(Duration.ofMillis(250).toNanos());
                  givenBack.addAll(busy.impatient());
                }
              });
      impatient.start();
      for (int i = 0; i < each; i++) {
        while (!busy.reserve()) {
          Thread.onSpinWait();
        }
        busy.begin(new NoRun());
      }
      over.countDown();
      impatient.join();

      await().untilAsserted(() -> assertThat(ran.size() + givenBack.size()).isEqualTo(each));
      await().untilAsserted(() -> assertThat(busy.busy()).isZero());
      assertThat(busy.room()).isGreaterThanOrEqualTo(SLOTS);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Nothing but itself. */
  private static final class NoRun implements Run {
    @Override
    public Work work() {
      return SampleWork.limited(Duration.ofSeconds(1));
    }

    @Override
    public Event.Finished execute() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean end(EndReason reason) {
      return false;
    }

    @Override
    public Optional<Path> directoryIfMade() {
      return Optional.empty();
    }

    @Override
    public Optional<Event.Finished> abandoned() {
      return Optional.empty();
    }
  }
}

package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LookerTest {

  private final AtomicInteger looks = new AtomicInteger();
  private final Queue<Runnable> actions = new ArrayDeque<>();

  /** Told how many looks there have been, this one included. */
  private IntConsumer onLook = number -> {};

  private final Looker looker =
      new Looker("a test", actions::add, () -> onLook.accept(looks.incrementAndGet()));

  @Test
  void it_looks_when_it_is_woken_and_not_before() {
    assertThat(actions).isEmpty();

    assertThat(looker.wake()).isTrue();
    assertThat(looks).hasValue(0);
    actions.remove().run();
    assertThat(looks).hasValue(1);

    assertThat(looker.wake()).isTrue();
    actions.remove().run();
    assertThat(looks).hasValue(2);
  }

  @Test
  void wake_ups_before_it_looks_are_one() {
    looker.wake();
    looker.wake();
    looker.wake();

    assertThat(actions).hasSize(1);
    actions.remove().run();
    assertThat(looks).hasValue(1);
  }

  @Test
  void what_comes_while_it_looks_makes_it_look_once_more_on_the_same_thread() {
    onLook =
        number -> {
          if (number == 1) {
            looker.wake();
            looker.wake();
          }
        };

    looker.wake();
    actions.remove().run();

    assertThat(looks).hasValue(2);
    assertThat(actions).isEmpty();
  }

  @Test
  void it_survives_whatever_is_thrown() {
    onLook =
        number -> {
          if (number == 1) {
            throw new StackOverflowError("of a test");
          }
          if (number == 2) {
            throw new IllegalStateException("of a test");
          }
        };

    for (int i = 0; i < 3; i++) {
      assertThat(looker.wake()).isTrue();
      actions.remove().run();
    }

    assertThat(looks).hasValue(3);
  }

  @Test
  void what_came_while_it_failed_is_looked_at_all_the_same() {
    onLook =
        number -> {
          if (number == 1) {
            looker.wake();
            throw new StackOverflowError("of a test");
          }
        };

    looker.wake();
    actions.remove().run();

    assertThat(looks).hasValue(2);
  }

  @Test
  void without_a_thread_it_says_so_and_the_next_wake_up_tries_again() {
    AtomicInteger tries = new AtomicInteger();
    Looker starved =
        new Looker(
            "a test",
            action -> {
              if (tries.getAndIncrement() == 0) {
                throw new RejectedExecutionException("no thread");
              }
              action.run();
            },
            looks::incrementAndGet);

    assertThat(starved.wake()).isFalse();
    assertThat(looks).hasValue(0);
    assertThat(starved.wake()).isTrue();
    assertThat(looks).hasValue(1);
  }

  /** As when the machine has no room for one more thread. */
  @Test
  void an_executor_that_breaks_does_not_put_it_to_sleep_for_ever() {
    AtomicInteger tries = new AtomicInteger();
    Looker starved =
        new Looker(
            "a test",
            action -> {
              if (tries.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              action.run();
            },
            looks::incrementAndGet);

    assertThatThrownBy(starved::wake).isInstanceOf(OutOfMemoryError.class);
    assertThat(starved.wake()).isTrue();
    assertThat(looks).hasValue(1);
  }

  @Test
  void it_stalls_from_when_it_is_woken_until_it_gets_on_with_it() {
    AtomicLong nanos = new AtomicLong();
    Looker slow = new Looker("a test", actions::add, () -> nanos.addAndGet(7), nanos::get);
    nanos.set(100);
    assertThat(slow.stalled()).isZero();

    slow.wake();
    nanos.addAndGet(5);
    slow.wake();
    assertThat(slow.stalled()).as("no thread has come").isEqualTo(Duration.ofNanos(5));

    slow.moved();
    nanos.addAndGet(3);
    assertThat(slow.stalled()).isEqualTo(Duration.ofNanos(3));

    actions.remove().run();
    nanos.addAndGet(1000);
    assertThat(slow.stalled()).as("has nothing to do").isZero();
  }

  @Test
  void stopped_it_cannot_be_woken() {
    assertThat(looker.stopped()).isFalse();

    looker.stop();

    assertThat(looker.stopped()).isTrue();
    assertThat(looker.wake()).isFalse();
    assertThat(actions).isEmpty();
  }

  /** One waker, who waits now and then: the last wake-up must not be lost, nobody repeats it. */
  @Test
  void no_wake_up_is_lost_just_as_it_ends() {
    AtomicInteger posted = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Looker busy = new Looker("a test", pool, () -> seen.set(posted.get()));
      for (int i = 1; i <= 50_000; i++) {
        posted.set(i);
        busy.wake();
        while (i % 3 == 0 && seen.get() != i) {
          Thread.onSpinWait();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void many_threads_wake_it_and_it_looks_on_one_at_a_time() throws Exception {
    int threads = 8;
    int wakeUps = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger crowded = new AtomicInteger();
    AtomicInteger posted = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Looker busy =
          new Looker(
              "a test",
              pool,
              () -> {
                if (inside.incrementAndGet() > 1) {
                  crowded.incrementAndGet();
                }
                seen.set(posted.get());
                inside.decrementAndGet();
              });
      List<Thread> wakers = new ArrayList<>();
      IntStream.range(0, threads)
          .forEach(
              t ->
                  wakers.add(
                      new Thread(
                          () -> {
                            for (int i = 0; i < wakeUps; i++) {
                              posted.incrementAndGet();
                              busy.wake();
                            }
                          })));
      wakers.forEach(Thread::start);
      for (Thread waker : wakers) {
        waker.join();
      }

      await().untilAsserted(() -> assertThat(seen).hasValue(threads * wakeUps));
    } finally {
      pool.shutdownNow();
    }
    assertThat(crowded).hasValue(0);
  }
}

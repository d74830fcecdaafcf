package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {

  private final ExecutorService pool = Executors.newFixedThreadPool(2);
  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @AfterEach
  void end() {
    mayEnd.countDown();
    pool.shutdownNow();
  }

  private Future<Object> begin(Turns turns) throws InterruptedException {
    Future<Object> first =
        pool.submit(
            () ->
                turns.around(
                    FakeCall.of(
                        () -> {
                          inside.countDown();
                          mayEnd.await();
                          return "first";
                        })));
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
    return first;
  }

  private Future<Object> next(Turns turns) {
    return pool.submit(() -> turns.around(FakeCall.of(() -> "next")));
  }

  @Test
  void where_the_database_is_one_servers_own_transactions_take_turns() throws Exception {
    Turns turns = new Turns(FakeDatabase.alone());
    Future<Object> first = begin(turns);

    // Also through another instance: each bean has one.
    Future<Object> next = next(new Turns(FakeDatabase.alone()));
    assertThat(next).failsWithin(Duration.ofMillis(200));

    mayEnd.countDown();
    assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("first");
    assertThat(next).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("next");
  }

  @Test
  void where_servers_share_the_database_they_do_not() throws Exception {
    Turns turns = new Turns(FakeDatabase.shared());
    Future<Object> first = begin(turns);

    assertThat(next(turns)).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("next");
    assertThat(first).isNotDone();
  }

  @Test
  void one_within_another_waits_for_nobody_and_a_failure_ends_the_turn() throws Exception {
    Turns turns = new Turns(FakeDatabase.alone());

    assertThat(turns.around(FakeCall.of(() -> turns.around(FakeCall.of(() -> "inner")))))
        .isEqualTo("inner");
    assertThatThrownBy(
            () ->
                turns.around(
                    FakeCall.of(
                        () -> {
                          throw new IllegalStateException("of a test");
                        })))
        .hasMessage("of a test");

    assertThat(next(turns)).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("next");
  }
}

package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final Duration NONE = Duration.ZERO;

  /** Near its greatest number: a clock of nanoseconds may begin anywhere. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);

  private final Pace pace = new Pace(3, Duration.ofSeconds(10), nanos::get);

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private void take(int turns) {
    IntStream.range(0, turns).forEach(i -> pace.next());
  }

  @Test
  void as_many_as_may_be_are_made_at_once() {
    assertThat(IntStream.range(0, 3).mapToObj(i -> pace.next())).containsOnly(NONE);
  }

  @Test
  void the_next_one_waits_until_the_first_is_a_period_ago() {
    take(1);
    pass(4);
    take(2);

    assertThat(pace.next()).isEqualTo(Duration.ofSeconds(6));
    assertThat(pace.next()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void those_that_wait_count_for_those_behind_them() {
    take(3);

    assertThat(IntStream.range(0, 4).mapToObj(i -> pace.next().toSeconds()))
        .containsExactly(10L, 10L, 10L, 20L);
  }

  @Test
  void after_a_period_all_is_as_at_first() {
    take(3);
    pass(10);

    assertThat(pace.next()).isEqualTo(NONE);
  }

  @Test
  void when_the_service_asks_for_a_pause_nothing_is_asked_meanwhile() {
    pace.pause(Duration.ofSeconds(30));

    assertThat(pace.next()).isEqualTo(Duration.ofSeconds(30));
    pass(40);
    assertThat(pace.next()).isEqualTo(NONE);
  }
}

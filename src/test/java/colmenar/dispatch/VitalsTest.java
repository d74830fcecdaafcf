package colmenar.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** With a lease of ten seconds. */
class VitalsTest {

  private static final Duration LEASE = Duration.ofSeconds(10);

  private static Vitals vitals(int sinceTry, int sinceBeat, int stall) {
    return new Vitals(
        true,
        Duration.ofSeconds(sinceTry),
        Duration.ofSeconds(sinceBeat),
        LEASE,
        Map.of("lane local", Duration.ofSeconds(stall), "outcomes", Duration.ZERO));
  }

  @Test
  void it_is_ready_while_it_beats_within_two_leases() {
    assertThat(vitals(0, 19, 0).ready()).isTrue();
    assertThat(vitals(0, 20, 0).ready()).isFalse();
  }

  @Test
  void it_is_not_ready_when_a_lane_is_stuck_for_a_minute() {
    assertThat(vitals(0, 0, 59).ready()).isTrue();
    assertThat(vitals(0, 0, 60).ready()).isFalse();
    assertThat(vitals(0, 0, 60).stuck("lane local")).isTrue();
    assertThat(vitals(0, 0, 60).stuck("outcomes")).isFalse();
  }

  @Test
  void a_heart_that_tries_in_vain_is_alive_and_not_ready() {
    assertThat(vitals(1, 3600, 0).ready()).isFalse();
    assertThat(vitals(1, 3600, 0).alive()).isTrue();
  }

  @Test
  void a_heart_that_does_not_even_try_for_thirty_leases_is_dead() {
    assertThat(vitals(299, 299, 0).alive()).isTrue();
    assertThat(vitals(300, 300, 0).alive()).isFalse();
  }

  @Test
  void what_has_not_been_started_is_alive_and_not_ready() {
    Vitals vitals = new Vitals(false, Duration.ofHours(1), Duration.ofHours(1), LEASE, Map.of());

    assertThat(vitals.alive()).isTrue();
    assertThat(vitals.ready()).isFalse();
  }

  @Test
  void the_heart_tells_its_tries_from_its_beats() {
    AtomicLong nanos = new AtomicLong();
    Heart heart = new Heart(nanos::get);
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    heart.tries();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    assertThat(heart.sinceTry()).isEqualTo(Duration.ofSeconds(2));
    assertThat(heart.sinceBeat()).isEqualTo(Duration.ofSeconds(5));

    heart.beats();
    assertThat(heart.sinceBeat()).isZero();
  }
}

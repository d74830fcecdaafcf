package colmenar.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private static Limit rate(double perSecond, Integer burst) {
    LimitRule rule = new LimitRule(null, perSecond, burst);
    return new Limit(LimitScope.METHOD, "m", rule, "root", NOW);
  }

  @Test
  void without_a_rate_any_number_may_start() {
    Limit limit = new Limit(LimitScope.OWNER, "ada", new LimitRule(3, null, null), "root", NOW);
    limit.started(1000, NOW);

    assertThat(limit.starts(NOW)).isEqualTo(Integer.MAX_VALUE);
    assertThat(limit.nextStart(NOW)).isEqualTo(NOW);
    assertThat(limit.id()).isEqualTo("OWNER/ada");
  }

  @Test
  void a_new_one_lets_a_burst_start_and_then_as_many_as_its_rate() {
    Limit limit = rate(2, 5);
    assertThat(limit.starts(NOW)).isEqualTo(5);

    limit.started(5, NOW);

    assertThat(limit.starts(NOW)).isZero();
    assertThat(limit.nextStart(NOW)).isEqualTo(NOW.plusMillis(500));
    assertThat(limit.starts(NOW.plusMillis(499))).isZero();
    assertThat(limit.starts(NOW.plusMillis(500))).isEqualTo(1);
    assertThat(limit.starts(NOW.plusSeconds(60))).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"0.1, 1", "1, 1", "2.5, 3", "100, 100"})
  void unless_told_otherwise_the_starts_of_a_second_may_come_together(double perSecond, int burst) {
    assertThat(rate(perSecond, null).starts(NOW)).isEqualTo(burst);
  }

  @Test
  void fractions_are_not_lost() {
    Limit limit = rate(0.1, 1);
    limit.started(1, NOW);
    int starts = 0;
    for (int tenths = 1; tenths <= 600; tenths++) {
      Instant then = NOW.plusMillis(tenths * 100L);
      if (limit.starts(then) > 0) {
        limit.started(1, then);
        starts++;
      }
    }
    assertThat(starts).isEqualTo(6);
  }

  @Test
  void a_server_whose_clock_is_behind_counts_no_time_twice() {
    Limit limit = rate(1, 10);
    limit.started(10, NOW);
    limit.started(0, NOW.minusSeconds(5));

    assertThat(limit.starts(NOW.minusSeconds(5))).isZero();
    assertThat(limit.starts(NOW.plusSeconds(1))).isEqualTo(1);
  }

  @Test
  void a_change_keeps_what_was_saved_up_as_far_as_it_fits() {
    Limit limit = rate(1, 10);
    limit.started(4, NOW);

    limit.change(new LimitRule(null, 1.0, 20), "ada", NOW);
    assertThat(limit.starts(NOW)).isEqualTo(6);
    limit.change(new LimitRule(7, 1.0, 3), "ada", NOW);
    assertThat(limit.starts(NOW)).isEqualTo(3);
    assertThat(limit.maxRunning()).contains(7);
    assertThat(limit.changedBy()).isEqualTo("ada");
  }
}

package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class TimeTest {

  @Test
  void the_clock_ticks_in_microseconds_because_that_is_what_databases_keep() {
    Clock clock = new Time().clock();

    for (int i = 0; i < 1_000; i++) {
      Instant now = clock.instant();
      assertThat(now).isEqualTo(now.truncatedTo(ChronoUnit.MICROS));
    }
  }
}

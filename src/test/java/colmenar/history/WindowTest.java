package colmenar.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:30Z");

  private static Window of(String since, String until, int bins) {
    return Window.of(Instant.parse(since), Instant.parse(until), bins, NOW).orElseThrow();
  }

  @ParameterizedTest(name = "{0} in {1} bins: {2} s")
  @CsvSource({
    "PT1H, 60, 60",
    "PT1H, 59, 120",
    "PT1H, 1000, 60",
    "PT6H, 72, 300",
    "PT6H, 36, 600",
    "PT24H, 100, 1200",
    "PT24H, 24, 3600",
    "PT24H, 1, 86400",
    "PT24H1S, 100, 1200",
    "PT25H, 1000, 3600",
    "PT47H, 24, 7200",
    "P7D, 100, 7200",
    "P7D, 28, 21600",
    "P30D, 60, 43200",
    "P400D, 400, 86400",
    "P400D, 60, 604800"
  })
  void the_step_is_the_shortest_that_is_enough(Duration length, int bins, int step) {
    Window window = Window.of(NOW.minus(length), NOW, bins, NOW).orElseThrow();

    assertThat(window.stepSeconds()).isEqualTo(step);
    assertThat(window.bins()).isBetween(1, bins + 1);
    assertThat(window.since()).isBeforeOrEqualTo(NOW.minus(length));
    assertThat(window.until()).isAfterOrEqualTo(NOW);
  }

  @Test
  void a_window_that_is_too_long_is_none() {
    assertThat(Window.of(NOW.minus(Duration.ofDays(15)), NOW, 2, NOW)).isEmpty();
    assertThat(Window.of(NOW.minus(Duration.ofDays(14)), NOW, 2, NOW)).isPresent();
  }

  @Test
  void bins_begin_at_multiples_of_the_step() {
    Window window = of("2025-03-01T11:02:10Z", "2025-03-01T11:07:00Z", 5);

    assertThat(window.starts())
        .extracting(Instant::toString)
        .containsExactly(
            "2025-03-01T11:02:00Z",
            "2025-03-01T11:03:00Z",
            "2025-03-01T11:04:00Z",
            "2025-03-01T11:05:00Z",
            "2025-03-01T11:06:00Z");
  }

  @Test
  void minutes_are_for_short_windows_of_the_last_two_days() {
    assertThat(of("2025-02-27T12:01:00Z", "2025-02-28T12:01:00Z", 1000).spanSeconds())
        .isEqualTo(60);
    assertThat(of("2025-02-27T11:59:00Z", "2025-02-27T12:01:00Z", 1000).spanSeconds())
        .isEqualTo(3600);
    assertThat(of("2025-02-28T11:00:00Z", "2025-03-01T11:06:00Z", 1000).spanSeconds())
        .isEqualTo(3600);
  }

  @Test
  void what_hours_can_tell_is_not_added_up_from_minutes() {
    assertThat(of("2025-03-01T06:00:00Z", "2025-03-01T12:00:00Z", 6).spanSeconds()).isEqualTo(3600);
    assertThat(of("2025-03-01T06:00:00Z", "2025-03-01T12:00:00Z", 7).spanSeconds()).isEqualTo(3600);
    assertThat(of("2025-03-01T06:00:00Z", "2025-03-01T12:00:00Z", 12).spanSeconds()).isEqualTo(60);
  }

  @Test
  void a_bin_that_is_not_over_has_elapsed_in_part() {
    Window window = of("2025-03-01T11:58:00Z", "2025-03-01T12:02:00Z", 4);

    assertThat(window.elapsed(1, NOW)).isEqualTo(60);
    assertThat(window.elapsed(2, NOW)).isEqualTo(30);
    assertThat(window.elapsed(3, NOW)).isZero();
    assertThat(window.elapsed(NOW)).isEqualTo(150);
  }
}

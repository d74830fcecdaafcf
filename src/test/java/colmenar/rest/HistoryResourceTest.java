package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.history.Window;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryResourceTest {

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T12:00:00Z, 2026-03-01T11:00:00Z",
    "2026-03-01T12:00:00.000001Z, 2026-03-01T11:01:00Z",
    "2026-03-01T12:00:00.5Z, 2026-03-01T11:01:00Z",
    "2026-03-01T12:00:59.999999Z, 2026-03-01T11:01:00Z"
  })
  void the_last_hour_is_sixty_minutes_whenever_it_is_asked_for(Instant now, Instant since) {
    assertThat(HistoryResource.hourBefore(now)).isEqualTo(since);
    assertThat(Window.of(since, now, 60, now).map(Window::bins)).contains(60);
  }
}

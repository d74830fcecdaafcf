package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnTypeTest {

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0",
    "2026-03-01T12:00:00.123456Z, 1772366400123456",
    "2999-01-01T00:00:00Z, 32472144000000000",
    "9999-12-31T23:59:59.999999Z, 253402300799999999"
  })
  void an_instant_is_sent_as_microseconds_however_late_it_is(Instant instant, long micros) {
    assertThat(ColumnType.INSTANT.sent(instant)).isEqualTo(micros);
  }
}

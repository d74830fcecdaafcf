package colmenar.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

  private static Position position(long top, Map<Long, Integer> open) {
    return new Position(top, new TreeMap<>(open));
  }

  @Test
  void it_reads_what_it_wrote() {
    Position position = position(1234, Map.of(1229L, 0, 1232L, 17, 3L, 0));

    assertThat(position).hasToString("1234-1231-5-2.17");
    assertThat(Position.parse("1234-1231-5-2.17")).contains(position);
    assertThat(Position.parse("0")).contains(position(0, Map.of()));
  }

  @Test
  void it_knows_what_was_told() {
    Position position = position(10, Map.of(5L, 0, 8L, 3));

    assertThat(position.told(4)).isEqualTo(Integer.MAX_VALUE);
    assertThat(position.told(5)).isZero();
    assertThat(position.told(8)).isEqualTo(3);
    assertThat(position.told(9)).isEqualTo(Integer.MAX_VALUE);
    assertThat(position.told(10)).isZero();
    assertThat(position.lowest()).isEqualTo(5);
    assertThat(position(10, Map.of()).lowest()).isEqualTo(10);
    assertThat(position.within(9, 2)).hasToString("10-5-2.3-1.2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "-1",
        "1-",
        "1-0",
        "1-2",
        "1234.5",
        "10-2-3",
        "10-2-2",
        "10-3.0",
        "10-3.",
        "10--3",
        " 10",
        "9999999999999999999",
        "10-3.9999999999"
      })
  void what_it_never_wrote_is_none(String text) {
    assertThat(Position.parse(text)).isEmpty();
  }

  @Test
  void nobody_may_hold_more_open_than_a_server_ever_does() {
    StringBuilder text = new StringBuilder("5000");
    for (int i = 2000; i > 900; i--) {
      text.append('-').append(i);
    }

    assertThat(Position.parse(text.toString())).isEmpty();
  }
}

package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TurnTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void the_earlier_one_comes_first_whatever_its_id() {
    Turn early = new Turn(NOW, new UUID(2, 0));
    Turn late = new Turn(NOW.plusMillis(1), new UUID(1, 0));

    assertThat(Stream.of(late, early).sorted()).containsExactly(early, late);
  }

  @Test
  void at_the_same_time_ids_come_in_the_order_of_the_database() {
    Turn first = new Turn(NOW, UUID.fromString("7f000000-0000-7000-8000-000000000000"));
    Turn second = new Turn(NOW, UUID.fromString("7f000000-0000-7000-bfff-000000000000"));
    Turn third = new Turn(NOW, UUID.fromString("80000000-0000-7000-8000-000000000000"));

    assertThat(Stream.of(third, second, first).sorted()).containsExactly(first, second, third);
  }
}

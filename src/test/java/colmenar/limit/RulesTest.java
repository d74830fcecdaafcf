package colmenar.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RulesTest {

  private Instant now = Instant.parse("2025-03-01T12:00:00Z");

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };
  private final FakeLimits limits = new FakeLimits(clock);
  private final Rules rules = new Rules(limits, clock);

  @Test
  void gates_that_were_never_moved_are_open() {
    assertThat(rules.gate(Gate.SERVER)).isEqualTo(GateState.OPEN);
    assertThat(rules.paused("local")).isFalse();
  }

  @Test
  void what_another_server_changes_is_seen_within_half_a_second() {
    assertThat(rules.limits()).isEmpty();
    limits.put(LimitScope.METHOD, "m", new LimitRule(null, 1.0, null), "root");
    limits.move("local", GateState.PAUSED, "root");
    assertThat(rules.paused("local")).isFalse();

    now = now.plusMillis(500);

    assertThat(rules.paused("local")).isTrue();
    assertThat(rules.limits()).containsExactly("METHOD/m");
    assertThat(rules.anyRate()).isTrue();
  }

  @Test
  void what_this_server_changes_is_seen_at_once() {
    assertThat(rules.paused("local")).isFalse();
    limits.move(Gate.SERVER, GateState.PAUSED, "root");

    rules.changed(new LimitsChanged());

    assertThat(rules.paused("local")).isTrue();
  }
}

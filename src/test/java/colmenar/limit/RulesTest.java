package colmenar.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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

  @Test
  void a_look_that_began_before_a_change_is_not_kept() {
    AtomicReference<Rules> looking = new AtomicReference<>();
    FakeLimits changing =
        new FakeLimits(clock) {
          @Override
          public List<Gate> gates() {
            List<Gate> before = super.gates();
            if (before.isEmpty()) {
              move(Gate.SERVER, GateState.PAUSED, "root");
              looking.get().changed(new LimitsChanged());
            }
            return before;
          }
        };
    looking.set(new Rules(changing, clock));

    assertThat(looking.get().paused("local")).isFalse();
    assertThat(looking.get().paused("local")).isTrue();
  }
}

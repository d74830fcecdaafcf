package colmenar.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Instant NOW = Instant.parse("2026-05-04T03:02:01Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final Backoff backoff = of(new Random(1));

  private static Backoff of(Random random) {
    return new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), CLOCK, random);
  }

  private static Duration pause(Backoff backoff) {
    String text = backoff.pause().orElseThrow();
    return Duration.between(NOW, Instant.parse(text.substring(text.lastIndexOf(' ') + 1)));
  }

  @Test
  void one_may_try_at_first() {
    assertThat(backoff.pause()).isEmpty();
    assertThat(backoff.trouble()).isEmpty();
  }

  @Test
  void pauses_double_up_to_the_longest() {
    List<Duration> pauses =
        IntStream.range(0, 40)
            .mapToObj(
                i -> {
                  backoff.failed("it is down", false);
                  return pause(backoff);
                })
            .toList();

    for (int i = 0; i < pauses.size(); i++) {
      long whole = Math.min(60_000, 1000L << Math.min(i, 10));
      assertThat(pauses.get(i).toMillis()).isBetween(whole / 2, whole);
    }
  }

  @Test
  void not_all_come_back_at_once() {
    Set<Duration> pauses = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Backoff other = of(new Random(i));
      other.failed("it is down", false);
      pauses.add(pause(other));
    }

    assertThat(pauses).hasSizeGreaterThan(15);
  }

  @Test
  void what_will_last_is_not_tried_soon() {
    backoff.failed("it accepts no key of ours", true);

    assertThat(pause(backoff)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  @Test
  void a_pause_says_why_and_until_when() {
    backoff.failed("it is down", false);

    assertThat(backoff.trouble()).contains("it is down");
    assertThat(backoff.pause().orElseThrow())
        .startsWith("it is down; tried again at 2026-05-04T03:02:01.");
  }

  @Test
  void a_success_ends_all_that() {
    backoff.failed("it is down", false);
    backoff.failed("it is down", false);

    backoff.succeeded();

    assertThat(backoff.pause()).isEmpty();
    assertThat(backoff.trouble()).isEmpty();
    backoff.failed("it is down", false);
    assertThat(pause(backoff)).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }
}

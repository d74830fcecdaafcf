package colmenar.history;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.platform.MemoryDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real table. */
class HistoryTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private final UUID node = new UUID(0, 1);
  private MemoryDatabase database;
  private HistoryStore store;

  @BeforeEach
  void prepare() throws Exception {
    database = new MemoryDatabase();
    store = new HistoryStore(database);
  }

  @AfterEach
  void leave() throws SQLException {
    database.close();
  }

  private History history(int days) {
    return new History(store, Clock.fixed(NOW, ZoneOffset.UTC), days);
  }

  private void write(int span, Duration ago, String... methods) {
    store.write(
        "node",
        List.of(methods).stream()
            .map(method -> new Line.Key(span, NOW.minus(ago), "local", method))
            .map(key -> new Line(key, node, 1, 1, 0, 0, 0, 5, 0, "", "", ""))
            .toList());
  }

  private List<Duration> kept(int span) {
    Window all = new Window(NOW.minus(Duration.ofDays(20)), NOW.plusSeconds(span), span, span);
    List<@Nullable Bin> bins = store.series(all, Set.of(), null, null).get(0).bins();
    return IntStream.range(0, bins.size())
        .filter(bin -> bins.get(bin) != null)
        .mapToObj(bin -> Duration.between(all.starts().get(bin), NOW))
        .toList();
  }

  @Test
  void minutes_go_after_two_days_and_hours_when_the_settings_say() {
    for (Duration ago : List.of(Duration.ofHours(51), Duration.ofHours(48), Duration.ofHours(1))) {
      write(MINUTE, ago, "a");
      write(HOUR, ago, "a");
    }
    write(HOUR, Duration.ofDays(11), "a");

    assertThat(history(10).forget(1000)).isEqualTo(2);

    assertThat(kept(MINUTE)).containsExactly(Duration.ofHours(48), Duration.ofHours(1));
    assertThat(kept(HOUR))
        .containsExactly(Duration.ofHours(51), Duration.ofHours(48), Duration.ofHours(1));
  }

  @Test
  void minutes_are_not_kept_longer_than_hours() {
    write(MINUTE, Duration.ofHours(26), "a");
    write(MINUTE, Duration.ofHours(24), "a");

    assertThat(history(1).forget(1000)).isEqualTo(1);

    assertThat(kept(MINUTE)).containsExactly(Duration.ofHours(24));
  }

  @Test
  void much_is_forgotten_in_steps_of_whole_spans() {
    for (int hours = 60; hours < 65; hours++) {
      write(MINUTE, Duration.ofHours(hours), "a", "b", "c");
    }
    History history = history(400);

    assertThat(history.forget(4)).isEqualTo(6);
    assertThat(kept(MINUTE)).hasSize(3).doesNotContain(Duration.ofHours(63));
    assertThat(history.forget(4)).isEqualTo(6);
    assertThat(history.forget(4)).isEqualTo(3);
    assertThat(history.forget(4)).isZero();
  }
}

package colmenar.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Code;
import colmenar.json.Json;
import colmenar.platform.SilentEvent;
import colmenar.problem.NotFoundException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CatalogTest {

  private final FakeMethodStore store = new FakeMethodStore();
  private final TurnedClock clock = new TurnedClock();
  private final Methods methods = new Methods(store, clock, new SilentEvent<>());
  private final Catalog catalog = new Catalog(methods, clock);

  private void put(String bean) {
    methods.put("m", Json.object("{'kind': 'java', 'bean': '" + bean + "'}"), "ada");
  }

  private Code latest() {
    return catalog.latest("m").definition().code();
  }

  @Test
  void a_version_is_read_from_the_database_once() {
    put("b");

    assertThat(catalog.version("m", 1).definition()).isSameAs(catalog.version("m", 1).definition());
    assertThat(store.reads).isEqualTo(1);
  }

  @Test
  void a_version_stays_what_it_was() {
    put("b");
    put("c");

    assertThat(catalog.version("m", 1).definition().code()).isEqualTo(new Code.Java("b"));
    assertThat(catalog.version("m", 2).definition().code()).isEqualTo(new Code.Java("c"));
    assertThat(catalog.latest("m").number()).isEqualTo(2);
  }

  @Test
  void a_version_of_a_retired_method_is_still_known_but_it_is_not_the_latest() {
    put("b");
    methods.retire("m");

    assertThat(catalog.version("m", 1).definition().code()).isEqualTo(new Code.Java("b"));
    assertThatThrownBy(() -> catalog.latest("m")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void unknown_methods_and_versions_are_not_found() {
    put("b");

    assertThatThrownBy(() -> catalog.latest("n")).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> catalog.version("m", 2)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void a_new_version_of_another_server_is_seen_within_a_second() {
    put("b");
    assertThat(latest()).isEqualTo(new Code.Java("b"));
    put("c");
    assertThat(latest()).isEqualTo(new Code.Java("b"));

    clock.now = clock.now.plus(Duration.ofMillis(1_001));

    assertThat(latest()).isEqualTo(new Code.Java("c"));
  }

  @Test
  void a_new_version_of_this_server_is_seen_at_once() {
    put("b");
    assertThat(latest()).isEqualTo(new Code.Java("b"));
    put("c");

    catalog.changed(new MethodChanged("m"));

    assertThat(latest()).isEqualTo(new Code.Java("c"));
  }

  private static final class TurnedClock extends Clock {
    Instant now = Instant.parse("2025-03-01T12:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}

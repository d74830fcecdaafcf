package colmenar.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.json.Json;
import colmenar.limit.FakeLimits;
import colmenar.limit.GateState;
import colmenar.method.Catalog;
import colmenar.method.MethodDefinition;
import colmenar.method.MethodVersion;
import colmenar.problem.DrainingException;
import colmenar.problem.InvalidException;
import colmenar.task.SampleTasks;
import colmenar.task.Task;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlacesTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final FakeLimits limits = new FakeLimits(Clock.fixed(NOW, ZoneOffset.UTC));
  private final MethodDefinition definition =
      MethodDefinition.of(
          "add",
          Json.object(
              """
              {'kind': 'java', 'bean': 'b', 'backends': ['local', 'big', 'far', 'grid'],
               'options': {'local': {'a': 1, 'b': 2}, 'big': {'c': 3}}}"""));
  private final Places places =
      new Places(
          new Catalog(null, null) {
            @Override
            public MethodVersion version(String name, int version) {
              return new MethodVersion(version, definition);
            }
          },
          FakeBackends.of(
              new FakeBackend("local", "java"),
              new FakeBackend("big", "java"),
              new FakeBackend("other", "java"),
              new FakeBackend("grid", "command")),
          limits.rules());

  private static Task task() {
    return SampleTasks.retried(new UUID(1, 0), NOW, NOW);
  }

  @Test
  void a_method_runs_where_it_says_and_its_kind_is_known() {
    assertThat(places.fits("add", 1, "big")).isTrue();
    assertThat(places.fits("add", 1, "far")).as("on another server").isTrue();
    assertThat(places.fits("add", 1, "other")).as("not among its backends").isFalse();
    assertThat(places.fits("add", 1, "grid")).as("not its kind").isFalse();
  }

  @Test
  void a_place_that_does_not_fit_is_refused_and_one_that_drains_too() {
    places.check(task(), "big");
    for (String bad : new String[] {"far", "other", "grid", "nowhere"}) {
      assertThatThrownBy(() -> places.check(task(), bad))
          .isInstanceOf(InvalidException.class)
          .hasMessageStartingWith("backend: ");
    }
    limits.move("big", GateState.DRAINING, "root");
    assertThatThrownBy(() -> places.check(task(), "big")).isInstanceOf(DrainingException.class);
  }

  @Test
  void what_the_task_asked_for_goes_with_it_and_what_the_method_adds_is_changed() {
    assertThat(places.options("add", 1, "local", "big", "{\"a\":1,\"b\":7,\"d\":4}"))
        .isEqualTo("{\"c\":3,\"b\":7,\"d\":4}");
    assertThat(places.options("add", 1, "big", "local", "{\"c\":3,\"b\":7,\"d\":4}"))
        .isEqualTo("{\"a\":1,\"b\":7,\"d\":4}");
  }
}

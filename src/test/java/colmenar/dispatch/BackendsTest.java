package colmenar.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Backend;
import colmenar.problem.NotFoundException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendsTest {

  private final Backend local = new FakeBackend("local", "java");
  private final Backend cluster = new FakeBackend("cluster", "command");

  @Test
  void backends_of_all_providers_are_found_by_name() {
    Backends backends =
        new Backends(
            FakeBackends.instance(List.of(() -> List.of(local), List::of, () -> List.of(cluster))));

    assertThat(backends.all()).containsExactly(cluster, local);
    assertThat(backends.named("local")).containsSame(local);
    assertThat(backends.get("cluster")).isSameAs(cluster);
  }

  @Test
  void an_unknown_backend_is_not_found() {
    Backends backends = FakeBackends.of(local);

    assertThat(backends.named("moon")).isEmpty();
    assertThatThrownBy(() -> backends.get("moon"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("moon");
  }

  @Test
  void two_backends_of_one_name_stop_the_start() {
    assertThatThrownBy(() -> FakeBackends.of(local, new FakeBackend("local", "python")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("local");
  }

  @Test
  void nobody_can_take_a_backend_away() {
    Backends backends = FakeBackends.of(local);

    assertThatThrownBy(() -> backends.all().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}

package colmenar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NodeTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(2);

  private final Node node = new Node(new UUID(0, 1), "n1", "0.1", List.of("grid", "local"), NOW);

  @Test
  void a_new_node_lives() {
    assertThat(node.id()).isEqualTo(new UUID(0, 1));
    assertThat(node.name()).isEqualTo("n1");
    assertThat(node.version()).isEqualTo("0.1");
    assertThat(node.startedAt()).isEqualTo(NOW);
    assertThat(node.beatAt()).isEqualTo(NOW);
    assertThat(node.beats()).isZero();
    assertThat(node.diedAt()).isEmpty();
  }

  @Test
  void every_beat_is_counted() {
    assertThat(node.beat(LATER)).isTrue();
    assertThat(node.beat(LATER)).isTrue();

    assertThat(node.beats()).isEqualTo(2);
    assertThat(node.beatAt()).isEqualTo(LATER);
  }

  @Test
  void a_dead_node_beats_no_more() {
    node.die(NOW);

    assertThat(node.beat(LATER)).isFalse();

    assertThat(node.beats()).isZero();
    assertThat(node.beatAt()).isEqualTo(NOW);
    assertThat(node.diedAt()).contains(NOW);
  }

  @Test
  void a_node_dies_once() {
    node.die(NOW);
    node.die(LATER);

    assertThat(node.diedAt()).contains(NOW);
  }

  @Test
  void it_tells_the_backends_that_it_serves() {
    assertThat(node.backends()).containsExactly("grid", "local");
    assertThat(new Node(new UUID(0, 2), "n2", "0.1", List.of(), NOW).backends()).isEmpty();
  }
}

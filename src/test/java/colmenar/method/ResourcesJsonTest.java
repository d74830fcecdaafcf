package colmenar.method;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Resources;
import colmenar.json.Json;
import colmenar.json.JsonText;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResourcesJsonTest {

  private static final Resources ALL = new Resources(2, 3, 4, 5, 6, 7, "debug", "chemistry");

  @ParameterizedTest
  @MethodSource("resources")
  void what_is_written_is_read_again(Resources resources) {
    String text = ResourcesJson.json(resources).toString();

    assertThat(ResourcesJson.of(JsonText.stored(text).asJsonObject())).isEqualTo(resources);
  }

  static Stream<Resources> resources() {
    return Stream.of(
        ALL, Resources.MINIMAL, new Resources(1, 1, 1, null, 0, null, null, "chemistry"));
  }

  @Test
  void every_component_has_its_own_name() {
    assertThat(ResourcesJson.json(ALL))
        .isEqualTo(
            Json.object(
                """
                {'nodes': 2, 'processesPerNode': 3, 'threadsPerProcess': 4, 'memoryMb': 5,
                 'gpus': 6, 'walltimeSeconds': 7, 'queue': 'debug', 'account': 'chemistry'}"""))
        .hasSize(Resources.class.getRecordComponents().length);
    assertThat(ResourcesJson.json(ALL).keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Resources.class.getRecordComponents()).map(c -> c.getName()).toList());
  }

  @Test
  void what_is_not_set_is_left_out() {
    assertThat(ResourcesJson.json(Resources.MINIMAL))
        .containsOnlyKeys("nodes", "processesPerNode", "threadsPerProcess");
  }

  @Test
  void nothing_asked_for_is_one_process_with_one_thread() {
    assertThat(ResourcesJson.of(Json.object("{}"))).isEqualTo(Resources.MINIMAL);
  }

  @Test
  void null_is_the_same_as_nothing() {
    assertThat(ResourcesJson.of(Json.object("{'memoryMb': null, 'queue': null}")))
        .isEqualTo(Resources.MINIMAL);
  }

  @Test
  void ranks_are_counted_over_all_nodes() {
    assertThat(ALL.totalRanks()).isEqualTo(6);
  }
}

package colmenar.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.json.Json;
import colmenar.platform.SilentEvent;
import colmenar.problem.InvalidException;
import colmenar.problem.NotFoundException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodsTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final FakeMethodStore store = new FakeMethodStore();
  private final Methods methods =
      new Methods(store, Clock.fixed(NOW, ZoneOffset.UTC), new SilentEvent<>());

  private Method put(String json) {
    return methods.put("m", Json.object(json), "ada");
  }

  @Test
  void the_first_definition_is_version_1() {
    Method method = put("{'kind': 'java', 'bean': 'b'}");

    assertThat(method.version()).isEqualTo(1);
    assertThat(method.kind()).isEqualTo("java");
    assertThat(method.createdBy()).isEqualTo("ada");
    assertThat(method.createdAt()).isEqualTo(NOW);
    assertThat(method.retiredAt()).isEmpty();
  }

  @Test
  void another_definition_is_the_next_version_and_leaves_the_first_as_it_was() {
    put("{'kind': 'java', 'bean': 'b'}");
    put("{'kind': 'java', 'bean': 'c'}");

    assertThat(methods.latest("m").version()).isEqualTo(2);
    assertThat(methods.versions("m")).extracting(Method::version).containsExactly(2, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind': 'java', 'bean': 'b', 'resources': {'nodes': 1, 'gpus': 1}}",
        "{'name': 'm', 'kind': 'java', 'bean': 'b', 'resources': {'nodes': 1, 'gpus': 1}}",
        "{'resources': {'gpus': 1, 'nodes': 1}, 'bean': 'b', 'kind': 'java'}"
      })
  void the_same_definition_in_other_words_makes_no_new_version(String same) {
    put("{'kind': 'java', 'bean': 'b', 'resources': {'nodes': 1, 'gpus': 1}}");

    assertThat(put(same).version()).isEqualTo(1);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void an_old_definition_put_again_is_a_new_version() {
    put("{'kind': 'java', 'bean': 'b'}");
    put("{'kind': 'java', 'bean': 'c'}");

    assertThat(put("{'kind': 'java', 'bean': 'b'}").version()).isEqualTo(3);
  }

  @Test
  void what_does_not_fit_is_not_stored() {
    assertThatThrownBy(() -> put("{'kind': 'java'}")).isInstanceOf(InvalidException.class);

    assertThat(store.size()).isZero();
  }

  @Test
  void a_retired_method_takes_no_new_tasks_but_keeps_its_versions() {
    put("{'kind': 'java', 'bean': 'b'}");

    methods.retire("m");

    assertThat(methods.list()).isEmpty();
    assertThatThrownBy(() -> methods.latest("m")).isInstanceOf(NotFoundException.class);
    assertThat(methods.version("m", 1).retiredAt()).contains(NOW);
    assertThat(methods.versions("m")).hasSize(1);
  }

  @Test
  void putting_a_retired_method_again_brings_it_back() {
    put("{'kind': 'java', 'bean': 'b'}");
    methods.retire("m");

    put("{'kind': 'java', 'bean': 'b'}");

    assertThat(methods.latest("m").version()).isEqualTo(1);
    assertThat(methods.list()).hasSize(1);
  }

  @Test
  void unknown_methods_and_versions_are_not_found() {
    put("{'kind': 'java', 'bean': 'b'}");

    assertThatThrownBy(() -> methods.latest("n")).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> methods.versions("n")).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> methods.retire("n")).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> methods.version("m", 2)).isInstanceOf(NotFoundException.class);
  }
}

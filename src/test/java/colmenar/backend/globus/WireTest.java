package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The texts that the real SDK writes and reads. */
class WireTest {

  @Test
  void a_function_is_its_source_with_the_name_of_what_is_called() {
    assertThat(Wire.function("add", "def add(a, b=10):\n    return a + b\n"))
        .isEqualTo("42\nst\nadd:def add(a, b=10):\n    return a + b\n");
  }

  @Test
  void a_payload_is_arguments_by_position_and_by_name() {
    assertThat(Wire.payload("[1]", "{\"b\": 2}")).isEqualTo("6\n11\n[1]11\n11\n{\"b\": 2}");
  }

  @Test
  void lengths_are_code_points() {
    assertThat(Wire.function("f", "def f():\n  return 'é🚀'\n")).startsWith("28\nst\nf:");
  }

  @Test
  void only_results_in_json_are_read() {
    assertThat(Wire.json("11\n[1]")).contains("[1]");
    assertThat(Wire.json("00\ngASVCQ==\n")).isEmpty();
    assertThat(Wire.json("")).isEmpty();
  }
}

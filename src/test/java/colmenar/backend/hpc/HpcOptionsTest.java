package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HpcOptionsTest {

  @Test
  void nothing_need_be_said() {
    assertThat(HpcOptions.parse("{}")).isEqualTo(HpcOptions.NONE);
  }

  @Test
  void everything_can_be_said() {
    assertThat(
            HpcOptions.parse(
                """
                {"qos": "high", "constraint": "skylake", "directives": ["--exclusive"],
                 "requeue": true, "stageIn": {"a/b": "c"}, "stageOut": {"d": "e/f"},
                 "warnSeconds": 60, "warnSignal": "SIGTERM"}
                """))
        .isEqualTo(
            new HpcOptions(
                "high",
                "skylake",
                List.of("--exclusive"),
                true,
                Map.of("a/b", "c"),
                Map.of("d", "e/f"),
                60,
                "SIGTERM"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{\"partition\": \"debug\"}     # options.partition is unknown",
        "{\"qos\": 1}                   # options.qos must be a text",
        "{\"directives\": \"-x\"}       # options.directives must be an array of texts",
        "{\"directives\": [1]}          # options.directives must be an array of texts",
        "{\"requeue\": \"yes\"}         # options.requeue must be true or false",
        "{\"stageIn\": []}              # options.stageIn must be an object of paths",
        "{\"stageOut\": {\"a\": 1}}     # options.stageOut.a must be a path",
        "{\"warnSeconds\": 0}           # options.warnSeconds must be a number of seconds",
        "{\"warnSeconds\": 1.5}         # options.warnSeconds must be a number of seconds",
        "{\"warnSignal\": \"SIGKILL\"}  # options.warnSignal must be one of",
      })
  void what_is_wrong_is_named(String options, String message) {
    assertThatThrownBy(() -> HpcOptions.parse(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "..",
        "../x",
        "a/../../x",
        "a/..",
        "./a",
        "a//b",
        "a/",
        "a\\nb"
      })
  void paths_stay_where_they_belong(String path) {
    assertThatThrownBy(() -> HpcOptions.parse("{\"stageIn\": {\"%s\": \"x\"}}".formatted(path)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no path below its directory");
    assertThatThrownBy(() -> HpcOptions.parse("{\"stageOut\": {\"x\": \"%s\"}}".formatted(path)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("options.stageOut.x")
        .hasMessageContaining("is no path below its directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/b/c", "..a", "a..", "a b", "ä/ñ", "-x", ".hidden"})
  void ordinary_names_are_paths(String path) {
    assertThat(RelativePath.checked("f", path)).isEqualTo(path);
  }
}

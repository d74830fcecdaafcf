package colmenar.method;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Code;
import colmenar.platform.SilentEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MethodFilesTest {

  private static final Path SAMPLES = Path.of("server-config/methods");

  @TempDir private Path directory;

  private final Methods methods =
      new Methods(
          new FakeMethodStore(),
          Clock.fixed(Instant.parse("2025-03-01T12:00:00Z"), ZoneOffset.UTC),
          new SilentEvent<>());

  private void load(Path from) {
    new MethodFiles(methods, Optional.of(from.toString())).load(null);
  }

  private Code code() {
    return MethodDefinition.stored(methods.version("m", 1)).code();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  @Test
  void every_sample_method_is_loaded() throws IOException {
    load(SAMPLES);

    try (Stream<Path> files = Files.list(SAMPLES)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".json"))
              .map(name -> name.substring(0, name.length() - ".json".length()))
              .toList();
      assertThat(methods.list())
          .extracting(Method::name)
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void loading_again_changes_nothing() {
    load(SAMPLES);
    load(SAMPLES);

    assertThat(methods.list()).extracting(Method::version).containsOnly(1);
  }

  @Test
  void source_may_stand_in_a_file_beside_the_definition() throws IOException {
    write("f.py", "def f(): pass\n");
    write("m.json", "{\"kind\":\"python\",\"sourceFile\":\"f.py\",\"function\":\"f\"}");

    load(directory);

    assertThat(code()).isEqualTo(new Code.Python("def f(): pass\n", "f"));
  }

  @Test
  void the_steps_of_a_command_may_have_source_files_too() throws IOException {
    write("f.py", "def f(): pass\n");
    write(
        "m.json",
        "{\"kind\":\"command\",\"argv\":[\"a\"],"
            + "\"postprocess\":{\"sourceFile\":\"f.py\",\"function\":\"f\"}}");

    load(directory);

    assertThat(((Code.Command) code()).postprocess())
        .isEqualTo(new Code.Python("def f(): pass\n", "f"));
  }

  @Test
  void a_file_that_does_not_fit_is_left_out_and_the_others_are_loaded() throws IOException {
    write("a.json", "{");
    write("b.json", "[]");
    write("c.json", "{\"kind\":\"java\"}");
    write("d.json", "{\"kind\":\"python\",\"sourceFile\":\"missing.py\",\"function\":\"f\"}");
    write("e f.json", "{\"kind\":\"java\",\"bean\":\"b\"}");
    write("g.json", "{\"kind\":\"java\",\"bean\":\"b\"}");
    write("h.txt", "{\"kind\":\"java\",\"bean\":\"b\"}");

    load(directory);

    assertThat(methods.list()).extracting(Method::name).containsExactly("g");
  }

  @Test
  void a_directory_that_is_not_there_stops_nothing() {
    load(directory.resolve("missing"));

    assertThat(methods.list()).isEmpty();
  }

  @Test
  void no_directory_is_fine() {
    new MethodFiles(methods, Optional.empty()).load(null);
    new MethodFiles(methods, Optional.of(" ")).load(null);

    assertThat(methods.list()).isEmpty();
  }
}

package colmenar.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConsoleFilesTest {
  private static final Path CONSOLE = Path.of("src/main/webapp/console");
  private static final Pattern LIBRARY = Pattern.compile("\\.\\./(webjars/[^'\"]+)");
  private static final Pattern IMPORT = Pattern.compile("from '(\\.[^']+)'|import '(\\.[^']+)'");

  @Test
  void the_libraries_that_pages_name_are_those_that_the_build_packs() throws Exception {
    List<String> named =
        Stream.of("index.html", "lib.js")
            .flatMap(file -> found(LIBRARY, CONSOLE.resolve(file)))
            .toList();

    assertThat(named).hasSizeGreaterThan(5);
    assertThat(named)
        .allSatisfy(
            path ->
                assertThat(getClass().getResource("/META-INF/resources/" + path))
                    .as(path)
                    .isNotNull());
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void what_a_script_imports_is_there(Path script) {
    assertThat(found(IMPORT, script))
        .allSatisfy(
            path -> {
              if (!path.contains("/webjars/")) {
                assertThat(script.resolveSibling(path)).exists();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void no_script_makes_html_of_text_or_names_another_server(Path script) throws Exception {
    assertThat(Files.readString(script))
        .doesNotContain("unsafeHTML", "innerHTML", "insertAdjacentHTML", "document.write", "eval(")
        .doesNotContainPattern("['\"`(]https?://(?!www\\.w3\\.org/2000/svg)");
  }

  static Stream<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(CONSOLE)) {
      return files.filter(file -> file.toString().endsWith(".js")).toList().stream();
    }
  }

  private static Stream<String> found(Pattern pattern, Path file) {
    try {
      return pattern.matcher(Files.readString(file)).results().map(ConsoleFilesTest::group);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String group(MatchResult match) {
    return match.group(1) == null ? match.group(2) : match.group(1);
  }
}

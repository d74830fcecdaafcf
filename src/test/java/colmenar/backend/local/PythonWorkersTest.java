package colmenar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.platform.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonWorkersTest {

  private static final Path SOURCES = Path.of("src/main/python/colmenar_worker");

  @TempDir private Path directory;

  private PythonWorkers started(String python) {
    PythonWorkers workers =
        new PythonWorkers(
            SampleSettings.python(python), new DataDirectory(directory.resolve("data").toString()));
    workers.start();
    return workers;
  }

  /** A program that stands for Python and only knows how to answer for its version. */
  private String interpreter(String script) throws IOException {
    Path program = Files.writeString(directory.resolve("python"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program.toString();
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".py"))
          .sorted()
          .toList();
    }
  }

  @Test
  void the_modules_are_laid_out_as_they_are_in_the_sources() throws IOException {
    PythonWorkers workers = started(interpreter("echo 3.11.2"));

    assertThat(workers.unusable()).isEmpty();
    assertThat(workers.version()).contains("3.11.2");
    for (String module : sources()) {
      assertThat(directory.resolve("data/worker/colmenar_worker").resolve(module))
          .hasSameTextualContentAs(SOURCES.resolve(module));
    }
  }

  @Test
  void a_newer_server_replaces_the_modules_of_an_older_one() throws IOException {
    Path old = Files.createDirectories(directory.resolve("data/worker/colmenar_worker"));
    Files.writeString(old.resolve("values.py"), "old");

    started(interpreter("echo 3.11.2"));

    assertThat(old.resolve("values.py")).hasSameTextualContentAs(SOURCES.resolve("values.py"));
  }

  @Test
  void a_missing_interpreter_is_named_and_stops_nothing() {
    PythonWorkers workers = started("/no/such/python");

    assertThat(workers.unusable().orElseThrow())
        .contains("/no/such/python")
        .contains("colmenar.local.python");
    assertThat(workers.version()).isEmpty();
  }

  @Test
  void an_interpreter_that_is_too_old_is_told_with_its_version() throws IOException {
    PythonWorkers workers = started(interpreter("echo 3.6.8; exit 1"));

    assertThat(workers.unusable().orElseThrow()).contains("3.9").contains("3.6.8");
  }

  @Test
  void a_backend_that_was_not_started_has_no_workers() {
    PythonWorkers workers =
        new PythonWorkers(
            SampleSettings.python("python3"), new DataDirectory(directory.toString()));

    assertThat(workers.unusable()).isPresent();
    assertThat(workers.size()).isZero();
    assertThatThrownBy(workers::take).isInstanceOf(IllegalStateException.class);
  }
}

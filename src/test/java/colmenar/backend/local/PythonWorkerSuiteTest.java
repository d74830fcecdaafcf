package colmenar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker's own tests, written in Python. */
class PythonWorkerSuiteTest {

  private static final int LIMIT_SECONDS = 180;
  private static final String IS_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 9))";

  @TempDir private Path directory;

  @Test
  void the_tests_of_the_python_worker_pass() throws Exception {
    Services.require("python3 3.9 or later", python("-c", IS_NEW_ENOUGH) == 0);

    int exitCode = python("-m", "unittest", "discover", "-s", "src/test/python");

    String output = Files.readString(output());
    assertThat(exitCode).as(output).isZero();
    assertThat(output).containsPattern("Ran [1-9][0-9]* tests? in");
    if (Services.required()) {
      assertThat(output).doesNotContain("skipped=");
    }
  }

  /** Its exit code; -1 when there is no such program, and when it does not end in time. */
  private int python(String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PYTHONPATH", Path.of("src/main/python").toAbsolutePath().toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.redirectErrorStream(true).redirectOutput(output().toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return -1;
    }
    try {
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Path output() {
    return directory.resolve("output");
  }
}

package colmenar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.SampleWork;
import colmenar.platform.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRunTest {

  @TempDir private Path directory;

  /** A worker that takes a request, does something and dies without a word. */
  private String interpreter(Path log) throws IOException {
    Path program =
        Files.writeString(
            directory.resolve("python"),
            """
            #!/bin/sh
            if [ "$1" = -c ]; then echo 3.11.0; exit 0; fi
            read request
            echo taken >> '%s'
            exit 1
            """
                .formatted(log));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program.toString();
  }

  @Test
  void what_a_worker_may_have_begun_is_not_begun_again_in_the_same_attempt() throws IOException {
    Path log = directory.resolve("log");
    LocalSettings settings = SampleSettings.python(interpreter(log));
    DataDirectory data = new DataDirectory(directory.resolve("data").toString());
    PythonWorkers workers = new PythonWorkers(settings, data);
    workers.start();
    ProcessRun run =
        new ProcessRun(
            SampleWork.of(new Code.Python(null, "m:f")),
            workers,
            new RunDirectories(data, settings),
            events -> CompletableFuture.completedFuture(null),
            settings,
            Clock.systemUTC());

    Event.Finished end = run.execute();
    workers.stop();

    assertThat(((Outcome.Failed) end.outcome()).failure().failureClass())
        .isEqualTo(FailureClass.INFRASTRUCTURE);
    assertThat(Files.readAllLines(log)).containsExactly("taken");
  }
}

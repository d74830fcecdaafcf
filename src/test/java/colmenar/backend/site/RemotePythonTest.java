package colmenar.backend.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import colmenar.container.Services;
import colmenar.platform.RealThreads;
import colmenar.remote.LocalHost;
import colmenar.remote.UnreachableException;
import colmenar.worker.WorkerModules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemotePythonTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String SET_UP = "echo loading; cat; SPIN=up; export SPIN";

  @TempDir private Path directory;

  private final RealThreads threads = new RealThreads();
  private RemotePython python;

  @BeforeEach
  void start() {
    Services.require("python3", Services.onPath("python3"));
    python =
        new RemotePython(
            new LoginNode(null, directory.resolve("site").toString(), "python3", SET_UP),
            new LocalHost(threads.executor(), 1 << 20),
            WorkerModules.COLMENAR_WORKER.and("ising", "__init__.py", "energy.py"));
  }

  @AfterEach
  void stop() {
    threads.close();
  }

  private String energy() {
    return python.ask(
        python.command(python.prepare(), "ising.energy", "two words"), "the input", LIMIT);
  }

  @Test
  void a_module_of_any_package_is_run_after_the_set_up() throws IOException {
    assertThat(energy()).isEqualTo("up, two words, the input\n");
    assertThat(python.place())
        .hasValueSatisfying(place -> assertThat(place.root()).isEqualTo(directory + "/site"));
  }

  @Test
  void what_has_been_removed_there_is_brought_again_after_the_first_failure() throws IOException {
    Path modules = Path.of(python.prepare().modules());
    Files.delete(modules.resolve("ising/energy.py"));
    Files.delete(Path.of(modules + ".zip"));

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(this::energy)
        .withMessageStartingWith("localhost: ")
        .withMessageContaining("ising.energy");
    assertThat(python.place()).isEmpty();
    assertThat(energy()).startsWith("up");
  }

  @Test
  void once_forgotten_it_is_prepared_anew() throws IOException {
    Place place = python.prepare();
    Path module = Path.of(place.modules()).resolve("ising/energy.py");
    Files.delete(module);

    assertThat(python.prepare()).isSameAs(place);
    assertThat(module).doesNotExist();
    python.forget();
    assertThat(python.place()).isEmpty();
    assertThat(python.prepare()).isEqualTo(place);
    assertThat(module).exists();
  }
}

package colmenar.backend.local;

import colmenar.backend.Backend;
import colmenar.backend.BackendContract;
import colmenar.backend.Listener;
import colmenar.container.Services;
import colmenar.platform.DataDirectory;
import colmenar.platform.RealThreads;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class LocalBackendContractTest extends BackendContract {

  private static final int WORKERS = 8;

  @TempDir private Path data;

  private final RealThreads threads = new RealThreads();
  private @Nullable Backend backend;

  @BeforeEach
  void requirePython() {
    Services.require("python3", Services.onPath("python3"));
  }

  @Override
  protected Backend started(Listener listener) {
    LocalSettings settings = SampleSettings.workers(WORKERS);
    DataDirectory directory = new DataDirectory(data.toString());
    backend =
        new LocalBackend(
            settings,
            threads,
            null,
            new PythonWorkers(settings, directory),
            new RunDirectories(directory, settings),
            Clock.systemUTC());
    backend.start(listener);
    backend.recover(List.of());
    return backend;
  }

  @AfterEach
  void stop() {
    if (backend != null) {
      backend.stop();
    }
    threads.close();
  }
}

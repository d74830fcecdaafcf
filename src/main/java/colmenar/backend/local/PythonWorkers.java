package colmenar.backend.local;

import colmenar.platform.DataDirectory;
import colmenar.platform.SingleInstance;
import colmenar.worker.WorkerModules;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The worker processes of this server: started when needed, kept for the next attempt, replaced
 * when they have died. Thread-safe.
 */
@SingleInstance
class PythonWorkers {

  private static final Logger LOG = System.getLogger(PythonWorkers.class.getName());
  private static final int VERSION_TIMEOUT_SECONDS = 20;
  private static final String VERSION =
      "import sys; print('%d.%d.%d' % sys.version_info[:3]); sys.exit(sys.version_info < (3, 9))";

  private final LocalSettings settings;
  private final DataDirectory data;
  private final Deque<PythonWorker> idle = new ConcurrentLinkedDeque<>();
  private final Set<PythonWorker> all = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Path home;
  private volatile @Nullable String version;
  private volatile @Nullable String unusable = "the local backend has not been started";
  private volatile boolean stopped;

  @Inject
  PythonWorkers(LocalSettings settings, DataDirectory data) {
    this.settings = settings;
    this.data = data;
  }

  /** Finds the interpreter and lays out the worker's modules. */
  void start() {
    try {
      version = pythonVersion(settings.python());
      Path modules = data.directory("worker");
      WorkerModules.COLMENAR_WORKER.unpack(modules);
      home = modules;
      unusable = null;
    } catch (IOException e) {
      unusable =
          "Python and command methods cannot run here: %s; colmenar.local.python names the interpreter"
              .formatted(e.getMessage());
      LOG.log(Level.WARNING, () -> String.valueOf(unusable));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String pythonVersion(String python) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(python, "-c", VERSION).redirectErrorStream(true).start();
    if (!process.waitFor(VERSION_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(python + " does not answer");
    }
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    if (process.exitValue() != 0) {
      throw new IOException(python + " is no Python 3.9 or later: " + answer);
    }
    return answer;
  }

  /** Why no worker can be had; empty when all is well. */
  Optional<String> unusable() {
    return Optional.ofNullable(unusable);
  }

  Optional<String> version() {
    return Optional.ofNullable(version);
  }

  int size() {
    return all.size();
  }

  /** An idle worker, or a new one. */
  PythonWorker take() throws IOException {
    PythonWorker worker = idle.pollFirst();
    while (worker != null && !worker.alive()) {
      all.remove(worker);
      worker = idle.pollFirst();
    }
    return worker == null ? fresh() : worker;
  }

  PythonWorker fresh() throws IOException {
    PythonWorker worker = new PythonWorker(builder());
    all.add(worker);
    if (stopped) {
      worker.kill();
    }
    return worker;
  }

  /** Gives a worker back after an attempt that it has survived. */
  void giveBack(PythonWorker worker) {
    idle.addFirst(worker);
  }

  /** Ends a worker and all that it has started. */
  void discard(PythonWorker worker) {
    all.remove(worker);
    worker.kill();
  }

  void stop() {
    stopped = true;
    all.forEach(PythonWorker::kill);
  }

  private ProcessBuilder builder() {
    Path modules = home;
    if (modules == null) {
      throw new IllegalStateException(unusable);
    }
    ProcessBuilder builder = new ProcessBuilder(settings.python(), "-m", WorkerModules.PACKAGE);
    builder.environment().keySet().removeIf(variable -> !settings.passes(variable));
    List<String> path = new ArrayList<>(List.of(modules.toString()));
    path.addAll(settings.pythonPath());
    builder.environment().put("PYTHONPATH", String.join(File.pathSeparator, path));
    builder.directory(modules.toFile());
    builder.redirectError(ProcessBuilder.Redirect.appendTo(data.file("worker.log").toFile()));
    return builder;
  }
}

package colmenar.backend.parsl;

import static org.awaitility.Awaitility.await;

import colmenar.backend.Backend;
import colmenar.backend.Listener;
import colmenar.backend.site.LoginNode;
import colmenar.backend.site.RemotePython;
import colmenar.container.Services;
import colmenar.json.JsonText;
import colmenar.platform.RealThreads;
import colmenar.remote.Host;
import colmenar.remote.SshSettings;
import colmenar.worker.WorkerLimits;
import jakarta.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A site with real Parsl, in a directory of its own; its bridge outlives its backends. */
final class ParslSite implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path root;
  private final JsonObject configuration;
  private final List<String> labels;
  private final RealThreads threads = new RealThreads();
  private final List<Backend> started = new ArrayList<>();
  private @Nullable SshSettings ssh;
  private String setup = "";
  private List<String> launch = List.of();
  private @Nullable Path file;

  /** Skips the test when there is no Parsl. */
  ParslSite(Path root, String configuration) {
    Services.require("Parsl, for python3 on the path", hasParsl());
    this.root = root;
    this.configuration = JsonText.parse(configuration.replace('\'', '"')).asJsonObject();
    this.labels =
        this.configuration.getJsonArray("executors").getValuesAs(JsonObject.class).stream()
            .map(executor -> executor.getString("label"))
            .toList();
  }

  private static boolean hasParsl() {
    try {
      Process process =
          new ProcessBuilder("python3", "-c", "import parsl")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** By its path: that of a login may be another one. */
  private static String python() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, "python3"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow()
        .toString();
  }

  ParslSite over(SshSettings there) {
    ssh = there;
    return this;
  }

  ParslSite setup(String lines) {
    setup = lines;
    return this;
  }

  ParslSite launch(String... words) {
    launch = List.of(words);
    return this;
  }

  /** A file of the user's in place of the configuration, with the same executors. */
  ParslSite file(Path python) {
    file = python;
    return this;
  }

  private ParslSettings settings() {
    return new ParslSettings(
        "site",
        new LoginNode(ssh, root.toString(), python(), setup),
        labels,
        file == null ? configuration : null,
        file == null ? null : file.toString(),
        launch,
        2000,
        ParslSettings.Keep.FAILED,
        7,
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofMinutes(10),
        new WorkerLimits(1 << 20, 1 << 20, 1));
  }

  /** A server's, started and with nothing to recover. */
  Backend started(String label, Listener listener) {
    Backend backend = start(label, listener);
    await("room at " + backend.name()).atMost(LIMIT).until(() -> backend.capacity() > 0);
    backend.recover(List.of());
    return backend;
  }

  Backend start(String label, Listener listener) {
    ParslSettings settings = settings();
    Host host = settings.login().host(threads, Clock.systemUTC());
    RemotePython python = new RemotePython(settings.login(), host, BridgeModules.MODULES);
    Bridge bridge = new Bridge(settings, python, host, threads, Clock.systemUTC());
    Backend backend = new ParslBackend(settings, label, bridge, python, host);
    backend.start(listener);
    started.add(backend);
    return backend;
  }

  /** As when the server stops. */
  void stop(Backend backend) {
    backend.stop();
    started.remove(backend);
  }

  void stopAll() {
    List.copyOf(started).forEach(this::stop);
  }

  /** The bridge itself; empty when there is none. */
  Optional<ProcessHandle> bridge() {
    return processes("colmenar_parsl.daemon").findFirst();
  }

  /** The relays of connections. */
  List<ProcessHandle> relays() {
    return processes("colmenar_parsl.relay").toList();
  }

  /** What its blocks consist of: managers and workers. */
  List<ProcessHandle> blocks() {
    return ProcessHandle.allProcesses()
        .filter(process -> command(process).contains("process_worker_pool.py"))
        .filter(process -> command(process).contains(root + "/runinfo"))
        .toList();
  }

  private Stream<ProcessHandle> processes(String module) {
    return ProcessHandle.allProcesses()
        .filter(process -> command(process).contains("\0" + module + "\0" + root + "\0"));
  }

  /** With a NUL after each word; what Java knows of a command may be cut. */
  static String command(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc", String.valueOf(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** What the bridge has written, for messages of failed tests. */
  String log() {
    try {
      return Files.readString(root.resolve("bridge/log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stopAll();
    bridge()
        .ifPresent(
            process -> {
              process.destroy();
              await("the end of the bridge").atMost(LIMIT).until(() -> bridge().isEmpty());
            });
    threads.close();
  }
}

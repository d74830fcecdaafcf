package colmenar.backend.hpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.container.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real scheduler on this machine, brought up by a script of {@code src/test/services}. */
public final class RealScheduler implements AutoCloseable {

  private static final Path SCRIPTS = Path.of("src/test/services").toAbsolutePath();
  private static final int LIMIT_SECONDS = 120;

  private final Path script;
  private final Map<String, String> environment;
  private final Path directory;
  private final String setup;

  private RealScheduler(String script, String setup, Map<String, String> environment) {
    this.script = SCRIPTS.resolve(script);
    this.environment = environment;
    try {
      // Sockets have short names.
      this.directory = Files.createTempDirectory(Path.of("/tmp"), "hpc");
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.setup = setup.replace("DIR", directory.toString());
    start();
  }

  public static RealScheduler slurm() {
    return slurm(Map.of());
  }

  /** One that forgets jobs soon after their end, and keeps an account of them. */
  public static RealScheduler slurmWithAccount() {
    return slurm(Map.of("DBD", "1", "MIN_JOB_AGE", "10"));
  }

  private static RealScheduler slurm(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("SLURM_CTLD_PORT", Integer.toString(Ports.next()));
    all.put("SLURM_DBD_PORT", Integer.toString(Ports.next()));
    all.put("SLURM_NODE_PORT", Integer.toString(Ports.next(2)));
    return new RealScheduler("slurm.sh", "export SLURM_CONF=DIR/slurm.conf", all);
  }

  public static RealScheduler gridEngine() {
    Map<String, String> ports =
        Map.of(
            "SGE_QMASTER_PORT", Integer.toString(Ports.next()),
            "SGE_EXECD_PORT", Integer.toString(Ports.next()));
    return new RealScheduler("gridengine.sh", ". DIR/settings.sh", ports);
  }

  /** Lines that make its commands find it. */
  public String setup() {
    return setup;
  }

  /** Starts whatever of it does not run. */
  public void start() {
    sh("exec " + script + " start " + directory, "");
  }

  /** Ends a daemon in good order. */
  public void stop(String pidFile) {
    sh(
        "for pid in $(cat "
            + directory
            + "/"
            + pidFile
            + "); do kill $pid; while [ -s /proc/$pid/cmdline ]; do sleep 0.1; done; done",
        "");
  }

  /** Ends a daemon as a power failure does. */
  public void kill(String pidFile) {
    sh("for pid in $(cat " + directory + "/" + pidFile + "); do kill -KILL $pid; done", "");
  }

  /** What a command of the scheduler prints. */
  public String command(String command) {
    return sh(command, setup);
  }

  private String sh(String command, String first) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder("/bin/sh", "-c", first + "\n" + command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("test.out").toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("no end of " + command);
      }
      String out = Files.readString(directory.resolve("test.out"), UTF_8);
      if (process.exitValue() != 0) {
        throw new AssertionError(command + ": " + out);
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    sh("exec " + script + " stop " + directory, "");
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> all = files.sorted((one, other) -> other.compareTo(one)).toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

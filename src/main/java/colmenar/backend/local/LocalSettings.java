package colmenar.backend.local;

import colmenar.platform.SingleInstance;
import colmenar.worker.WorkerLimits;
import jakarta.inject.Inject;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The configuration of the local backend; every value has a default that works. */
@SingleInstance
class LocalSettings {

  /** What user code needs of the server's environment. The rest may hold secrets of the server. */
  private static final String ENVIRONMENT =
      "PATH,HOME,USER,LOGNAME,SHELL,LANG,LC_*,TZ,TMPDIR,LD_LIBRARY_PATH,VIRTUAL_ENV,CONDA_*,OMP_*,"
          + "OMPI_*,PRTE_*,MKL_*,OPENBLAS_*,CUDA_*,MODULE*";

  private final int workers;
  private final String python;
  private final List<String> pythonPath;
  private final List<String> environment;
  private final WorkerLimits limits;
  private final KeepRunDirectories keepRunDirectories;

  @Inject
  LocalSettings(
      @ConfigProperty(name = "colmenar.local.workers") Optional<Integer> workers,
      @ConfigProperty(name = "colmenar.local.python", defaultValue = "python3") String python,
      @ConfigProperty(name = "colmenar.local.python-path") Optional<String> pythonPath,
      @ConfigProperty(name = "colmenar.local.environment", defaultValue = ENVIRONMENT)
          String environment,
      @ConfigProperty(name = "colmenar.local.output-cap-bytes", defaultValue = "10485760")
          int outputCapBytes,
      @ConfigProperty(name = "colmenar.value.max-bytes", defaultValue = "10485760")
          int valueCapBytes,
      @ConfigProperty(name = "colmenar.local.grace-seconds", defaultValue = "5") int graceSeconds,
      @ConfigProperty(name = "colmenar.local.keep-run-directories", defaultValue = "FAILED")
          KeepRunDirectories keepRunDirectories) {
    this.workers = workers.orElseGet(() -> Runtime.getRuntime().availableProcessors());
    if (this.workers < 1) {
      throw new IllegalArgumentException(
          "colmenar.local.workers is " + this.workers + "; it must be at least 1");
    }
    this.python = python;
    this.pythonPath =
        pythonPath.map(paths -> List.of(paths.split(File.pathSeparator))).orElse(List.of());
    this.environment = Arrays.stream(environment.split(",")).map(String::trim).toList();
    this.limits = new WorkerLimits(outputCapBytes, valueCapBytes, graceSeconds);
    this.keepRunDirectories = keepRunDirectories;
  }

  /** Attempts at once, of all kinds together. */
  int workers() {
    return workers;
  }

  /** The interpreter, a path or a name on the PATH. */
  String python() {
    return python;
  }

  /** Directories in which Python methods find their modules. */
  List<String> pythonPath() {
    return pythonPath;
  }

  /** Whether a variable of the server's environment is passed to user code. */
  boolean passes(String variable) {
    return environment.stream()
        .anyMatch(
            pattern ->
                pattern.endsWith("*")
                    ? variable.startsWith(pattern.substring(0, pattern.length() - 1))
                    : variable.equals(pattern));
  }

  /** Between asking a process to end and ending it. */
  int graceSeconds() {
    return limits.graceSeconds();
  }

  WorkerLimits limits() {
    return limits;
  }

  KeepRunDirectories keepRunDirectories() {
    return keepRunDirectories;
  }

  /** Of which attempts the run directory outlives the attempt. */
  enum KeepRunDirectories {
    NONE,
    FAILED,
    ALL
  }
}

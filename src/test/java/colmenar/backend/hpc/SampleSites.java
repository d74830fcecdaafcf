package colmenar.backend.hpc;

import colmenar.backend.hpc.SiteSettings.Bounds;
import colmenar.backend.hpc.SiteSettings.Defaults;
import colmenar.backend.hpc.SiteSettings.Keep;
import colmenar.backend.hpc.SiteSettings.Pace;
import colmenar.backend.site.LoginNode;
import colmenar.remote.SshSettings;
import colmenar.worker.WorkerLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of sites, made for tests: everything at its default but what a test is about. */
final class SampleSites {

  static final Defaults DEFAULTS =
      new Defaults(null, null, null, null, null, "smp", List.of(), true);
  static final Bounds BOUNDS = new Bounds(500, 100_000, 5, 500, null);
  static final Keep KEEP_FAILED = new Keep(Keep.Runs.FAILED, 7);
  static final Pace PACE =
      new Pace(
          Duration.ofSeconds(1),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofSeconds(60));

  private final Dialect dialect;
  private final String directory;
  private @Nullable SshSettings ssh;
  private String setup = "";
  private List<String> launch = List.of();
  private Defaults defaults = DEFAULTS;
  private Pace pace = PACE;
  private Bounds bounds = BOUNDS;
  private Keep keep = KEEP_FAILED;
  private @Nullable Path exchange;

  private SampleSites(Dialect dialect, Path directory) {
    this.dialect = dialect;
    this.directory = directory.toString();
  }

  static SampleSites of(Dialect dialect, Path directory) {
    return new SampleSites(dialect, directory);
  }

  SampleSites ssh(SshSettings there) {
    ssh = there;
    return this;
  }

  SampleSites setup(String lines) {
    setup = lines;
    return this;
  }

  SampleSites launch(String... words) {
    launch = List.of(words);
    return this;
  }

  SampleSites defaults(Defaults others) {
    defaults = others;
    return this;
  }

  SampleSites pace(Pace other) {
    pace = other;
    return this;
  }

  SampleSites bounds(Bounds others) {
    bounds = others;
    return this;
  }

  SampleSites keep(Keep.Runs runs) {
    keep = new Keep(runs, 7);
    return this;
  }

  SampleSites exchange(Path files) {
    exchange = files;
    return this;
  }

  SiteSettings settings() {
    return new SiteSettings(
        "cluster",
        dialect,
        new LoginNode(ssh, directory, "python3", setup),
        launch,
        defaults,
        pace,
        bounds,
        keep,
        exchange,
        new WorkerLimits(1_000_000, 1_000_000, 2));
  }
}

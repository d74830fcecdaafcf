package colmenar.backend.hpc;

import colmenar.backend.hpc.SiteSettings.Bounds;
import colmenar.backend.hpc.SiteSettings.Defaults;
import colmenar.backend.hpc.SiteSettings.Keep;
import colmenar.backend.hpc.SiteSettings.Pace;
import colmenar.backend.site.ConfiguredSites;
import colmenar.backend.site.LoginNode;
import colmenar.backend.site.SiteKeys;
import colmenar.worker.WorkerLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/** Reads the configuration of the sites, {@code colmenar.hpc.sites} and what belongs to each. */
final class Sites {

  private static final String PREFIX = "colmenar.hpc.";
  private static final int DEFAULT_VALUE_BYTES = 10 << 20;

  private final Config config;
  private final Path home;

  /**
   * @param home of the account that this server runs as
   */
  Sites(Config config, Path home) {
    this.config = config;
    this.home = home;
  }

  /**
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  List<SiteSettings> all() {
    return new ConfiguredSites(config, PREFIX, "sites").read(this::site);
  }

  private SiteSettings site(SiteKeys keys) {
    return new SiteSettings(
        keys.site(),
        dialect(keys),
        LoginNode.of(keys, home),
        keys.words("launch"),
        defaults(keys),
        pace(keys),
        bounds(keys),
        new Keep(
            keys.word("keep-run-directories", Keep.Runs.FAILED), keys.number("keep-days", 7, 1)),
        keys.text("exchange").map(Path::of).orElse(null),
        limits(keys));
  }

  private static Dialect dialect(SiteKeys keys) {
    String scheduler = keys.required("scheduler");
    try {
      return Dialects.named(scheduler);
    } catch (IllegalArgumentException e) {
      throw keys.wrong("scheduler", scheduler, String.valueOf(e.getMessage()));
    }
  }

  private static Defaults defaults(SiteKeys keys) {
    return new Defaults(
        keys.textOrNull("queue"),
        keys.textOrNull("account"),
        keys.numberOrNull("walltime-seconds", 1),
        keys.textOrNull("qos"),
        keys.textOrNull("constraint"),
        keys.text("parallel-environment", "smp"),
        keys.lines("directives"),
        keys.truth("task-directives", true));
  }

  private static Pace pace(SiteKeys keys) {
    return new Pace(
        Duration.ofSeconds(keys.number("poll-seconds", 10, 1)),
        Duration.ofSeconds(keys.number("command-seconds", 60, 1)),
        Duration.ofSeconds(keys.number("settle-seconds", 15, 0)),
        Duration.ofSeconds(keys.number("patience-seconds", 60, 1)));
  }

  private static Bounds bounds(SiteKeys keys) {
    return new Bounds(
        keys.number("jobs", 500, 1),
        keys.number("submissions-per-minute", 600, 1),
        keys.number("array-from", 5, 2),
        keys.number("array-most", 500, 2),
        keys.numberOrNull("array-at-once", 1));
  }

  private WorkerLimits limits(SiteKeys keys) {
    return new WorkerLimits(
        keys.number("output-cap-bytes", 10 << 20, 1),
        config
            .getOptionalValue("colmenar.value.max-bytes", Integer.class)
            .orElse(DEFAULT_VALUE_BYTES),
        keys.number("grace-seconds", 10, 0));
  }
}

package colmenar.backend.hpc;

import colmenar.backend.hpc.SiteSettings.Bounds;
import colmenar.backend.hpc.SiteSettings.Defaults;
import colmenar.backend.hpc.SiteSettings.Keep;
import colmenar.backend.hpc.SiteSettings.Pace;
import colmenar.remote.SshConfig;
import colmenar.remote.SshSettings;
import colmenar.remote.SshSettings.Hop;
import colmenar.worker.WorkerLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of the sites, {@code colmenar.hpc.sites} and what belongs to each. */
final class Sites {

  private static final String NAMES = "colmenar.hpc.sites";

  /** Names of backends are part of paths and of names of settings. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,49}");

  private static final int DEFAULT_VALUE_BYTES = 10 << 20;

  /** One answer has values of many attempts. */
  static final int ANSWER_CAP_BYTES = 64 << 20;

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
    List<SiteKeys> keys =
        Arrays.stream(config.getOptionalValue(NAMES, String.class).orElse("").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .distinct()
            .map(name -> new SiteKeys(config, checked(name)))
            .toList();
    List<SiteSettings> sites = keys.stream().map(this::site).toList();
    checkThatAllAreKnown(keys);
    return sites;
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s: \"%s\" is no name of a site: lower-case letters, digits and -"
              .formatted(NAMES, name));
    }
    return name;
  }

  /** A misspelt key would be a setting that is not there. */
  private void checkThatAllAreKnown(List<SiteKeys> sites) {
    Set<String> known =
        sites.stream()
            .flatMap(SiteKeys::known)
            .map(SiteKeys::canonical)
            .collect(Collectors.toSet());
    for (String name : config.getPropertyNames()) {
      // The name of one site may begin with that of another one.
      Optional<SiteKeys> site = sites.stream().filter(keys -> keys.isOfSite(name)).findFirst();
      if (site.isPresent() && !known.contains(SiteKeys.canonical(name))) {
        throw new IllegalArgumentException(
            "%s is no setting of a site; there are %s".formatted(name, site.get()));
      }
    }
  }

  private SiteSettings site(SiteKeys keys) {
    return new SiteSettings(
        keys.site(),
        dialect(keys),
        ssh(keys),
        keys.text("directory", ".colmenar"),
        keys.text("python", "python3"),
        keys.text("setup", ""),
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

  private @Nullable SshSettings ssh(SiteKeys keys) {
    String host = keys.textOrNull("host");
    String user = keys.textOrNull("user");
    Integer port = keys.numberOrNull("port", 1);
    String fingerprint = keys.textOrNull("fingerprint");
    String jump = keys.textOrNull("jump");
    List<String> identities = keys.list("identity");
    String passphrase = keys.textOrNull("passphrase");
    String agent = keys.textOrNull("agent");
    List<String> knownHosts = keys.list("known-hosts");
    Path configuration = path(keys.text("ssh-config", "~/.ssh/config"));
    Duration connect = Duration.ofSeconds(keys.number("connect-seconds", 20, 1));
    Duration alive = Duration.ofSeconds(keys.number("alive-seconds", 15, 1));
    Duration stall = Duration.ofSeconds(keys.number("stall-seconds", 60, 1));
    if (host == null) {
      return null;
    }
    SshConfig ssh = SshConfig.read(configuration, home);
    Hop target = ssh.hop(host, user, port, fingerprint);
    return new SshSettings(
        target,
        jump == null ? ssh.jumps(host, target.user()) : ssh.way(jump, target.user()),
        identities.isEmpty()
            ? ssh.identities(host, target.user())
            : identities.stream().map(this::path).toList(),
        passphrase,
        agent == null ? null : path(agent),
        knownHosts.isEmpty()
            ? ssh.knownHosts(host, target.user())
            : knownHosts.stream().map(this::path).toList(),
        connect,
        alive,
        stall,
        ANSWER_CAP_BYTES);
  }

  private Path path(String text) {
    return text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text);
  }
}

package colmenar.backend.site;

import colmenar.platform.Threads;
import colmenar.remote.Host;
import colmenar.remote.LocalHost;
import colmenar.remote.SshConfig;
import colmenar.remote.SshHost;
import colmenar.remote.SshSettings;
import colmenar.remote.SshSettings.Hop;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a site is reached, and what is used there.
 *
 * @param ssh the way there; null when this machine is the login node
 * @param directory there, on a file system that the site's nodes share; relative to the account's
 *     home
 * @param python the interpreter, on the login node and on all others
 * @param setup lines for a POSIX shell that come before Python, such as {@code module load}
 */
public record LoginNode(@Nullable SshSettings ssh, String directory, String python, String setup) {

  /** One answer has values of many attempts. */
  private static final int ANSWER_CAP_BYTES = 64 << 20;

  /**
   * @param home of the account that this server runs as
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static LoginNode of(SiteKeys keys, Path home) {
    return new LoginNode(
        ssh(keys, home),
        keys.text("directory", ".colmenar"),
        keys.text("python", "python3"),
        keys.text("setup", ""));
  }

  private static @Nullable SshSettings ssh(SiteKeys keys, Path home) {
    String host = keys.textOrNull("host");
    String user = keys.textOrNull("user");
    Integer port = keys.numberOrNull("port", 1);
    String fingerprint = keys.textOrNull("fingerprint");
    String jump = keys.textOrNull("jump");
    List<Path> identities = paths(keys.list("identity"), home);
    String passphrase = keys.textOrNull("passphrase");
    String agent = keys.textOrNull("agent");
    List<Path> knownHosts = paths(keys.list("known-hosts"), home);
    Path configuration = path(keys.text("ssh-config", "~/.ssh/config"), home);
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
        identities.isEmpty() ? ssh.identities(host, target.user()) : identities,
        passphrase,
        agent == null ? null : path(agent, home),
        knownHosts.isEmpty() ? ssh.knownHosts(host, target.user()) : knownHosts,
        connect,
        alive,
        stall,
        ANSWER_CAP_BYTES);
  }

  private static List<Path> paths(List<String> texts, Path home) {
    return texts.stream().map(text -> path(text, home)).toList();
  }

  private static Path path(String text, Path home) {
    return text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text);
  }

  /** The way there, with no connection yet; whoever asks for it closes it. */
  public Host host(Threads threads, Clock clock) {
    return ssh == null
        ? new LocalHost(task -> threads.executor().execute(task), ANSWER_CAP_BYTES)
        : new SshHost(ssh, threads::thread, clock, threads::after);
  }
}

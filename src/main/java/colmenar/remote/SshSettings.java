package colmenar.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How an account on a machine is reached by SSH.
 *
 * @param target the machine
 * @param jumps machines on the way to it, the first one first
 * @param identities files with private keys, tried in this order
 * @param passphrase of those that are encrypted
 * @param agent socket of an SSH agent whose keys are tried after those
 * @param knownHosts files with the keys of machines, as OpenSSH has them; one that does not exist
 *     is empty
 * @param connectLimit for each machine on the way
 * @param aliveInterval of silence after which the machine is asked whether it is there; after two
 *     that bring no answer it is not
 * @param stallLimit for a transfer on which nothing moves
 * @param outputCapBytes of what a command writes to each of its streams
 */
public record SshSettings(
    Hop target,
    List<Hop> jumps,
    List<Path> identities,
    @Nullable String passphrase,
    @Nullable Path agent,
    List<Path> knownHosts,
    Duration connectLimit,
    Duration aliveInterval,
    Duration stallLimit,
    int outputCapBytes) {

  public SshSettings {
    jumps = List.copyOf(jumps);
    identities = List.copyOf(identities);
    knownHosts = List.copyOf(knownHosts);
  }

  /** Without the passphrase. */
  @Override
  public String toString() {
    return "SshSettings[%s, by %s]".formatted(target, jumps);
  }

  /**
   * An account on a machine.
   *
   * @param fingerprint the one key that is accepted, such as {@code SHA256:…}; null for those in
   *     the files of known hosts
   */
  public record Hop(String user, String host, int port, @Nullable String fingerprint) {

    private static final int SSH_PORT = 22;

    /**
     * @throws IllegalArgumentException when the fingerprint is none
     */
    public Hop {
      if (fingerprint != null) {
        fingerprint = PinnedKey.checked(fingerprint);
      }
    }

    /** As OpenSSH names it in its files of known hosts. */
    String knownAs() {
      String name = host.toLowerCase(Locale.ROOT);
      return port == SSH_PORT ? name : "[%s]:%d".formatted(name, port);
    }

    @Override
    public String toString() {
      return port == SSH_PORT ? user + "@" + host : user + "@" + host + ":" + port;
    }
  }
}

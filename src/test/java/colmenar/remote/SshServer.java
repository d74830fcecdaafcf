package colmenar.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import colmenar.container.Ports;
import colmenar.container.Services;
import colmenar.remote.SshSettings.Hop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real SSH server on a free port of this machine, as an ordinary process of the current user, and
 * everything that may go wrong with one. Not thread-safe.
 */
public final class SshServer implements AutoCloseable {

  private static final Path SSHD = Path.of("/usr/sbin/sshd");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String LOOPBACK = "127.0.0.1";

  private final Path directory;
  private final int port = Ports.next();
  private final List<String> options = new ArrayList<>();
  private @Nullable Process process;

  /**
   * Makes its keys; it is not started yet. Skips the test when there is no sshd.
   *
   * @param directory of its own, which exists
   */
  public SshServer(Path directory) {
    Services.require("sshd", Files.isExecutable(SSHD) && Services.onPath("ssh-keygen"));
    this.directory = directory;
    makeKey("host", "ed25519", "");
    authorize(makeKey("user", "ed25519", ""));
    write("known_hosts", knownHostsLine());
  }

  /** A line more in its configuration, from its next start on. */
  public SshServer with(String option) {
    options.add(option);
    return this;
  }

  public SshServer start() {
    write("sshd_config", configuration());
    if (run(SSHD.toString(), "-t", "-f", file("sshd_config"), "-o", "PerSourcePenalties=no")) {
      // Newer ones keep away from addresses that fail to log in, as tests do.
      write("sshd_config", configuration() + "PerSourcePenalties no\n");
    }
    makePrivilegeSeparationDirectory();
    try {
      process =
          new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", file("sshd_config"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(path("sshd.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await("an answer of sshd, see " + file("sshd.log")).atMost(PATIENCE).until(this::answers);
    return this;
  }

  private String configuration() {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "Port " + port,
                "ListenAddress " + LOOPBACK,
                "HostKey " + file("host"),
                "PidFile none",
                "AuthorizedKeysFile " + file("authorized_keys"),
                "StrictModes no",
                // What the account does when it is entered is its own, and may be slow.
                "SetEnv HOME=" + directory,
                "UsePAM no",
                "PermitRootLogin prohibit-password",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "AllowTcpForwarding yes",
                "PrintMotd no",
                "PrintLastLog no",
                "MaxStartups 100",
                "Subsystem sftp internal-sftp"));
    lines.addAll(options);
    return String.join("\n", lines) + "\n";
  }

  /** Debian's sshd wants it when it runs as root, and only a service makes it. */
  private static void makePrivilegeSeparationDirectory() {
    Path run = Path.of("/run/sshd");
    if (!Files.exists(run) && Files.isWritable(run.getParent())) {
      try {
        Files.createDirectory(run);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return new String(socket.getInputStream().readNBytes(4), UTF_8).equals("SSH-");
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends the server and its connections. */
  public void stop() {
    Process running = process;
    if (running != null) {
      thaw();
      // Whoever was connected comes back at once, and such a connection would outlive the server.
      signal(running.toHandle(), "-STOP");
      killConnections();
      running.destroyForcibly();
      await("the end of sshd").atMost(PATIENCE).until(() -> !running.isAlive());
      process = null;
    }
  }

  /** As when the machine goes down: whoever is connected finds out at once. */
  public void killConnections() {
    List<ProcessHandle> ended = connections();
    ended.forEach(ProcessHandle::destroyForcibly);
    await("the end of connections")
        .atMost(PATIENCE)
        .until(() -> ended.stream().allMatch(SshServer::isGone));
  }

  /** Where nobody asks what became of orphans they stay, without a command. */
  private static boolean isGone(ProcessHandle process) {
    return !process.isAlive() || process.info().command().isEmpty();
  }

  /** As when a network swallows everything: nobody finds out. */
  public void freeze() {
    signal("-STOP");
  }

  public void thaw() {
    signal("-CONT");
  }

  private void signal(String signal) {
    connections().forEach(connection -> signal(connection, signal));
  }

  private static void signal(ProcessHandle process, String signal) {
    run("kill", signal, String.valueOf(process.pid()));
  }

  /** How many clients are connected. */
  public int connected() {
    Process running = process;
    return running == null ? 0 : (int) running.children().count();
  }

  private List<ProcessHandle> connections() {
    Process running = process;
    Stream<ProcessHandle> all = running == null ? Stream.empty() : running.descendants();
    return all.filter(p -> p.info().command().orElse("").contains("sshd")).toList();
  }

  /** From its next start on it shows another key. */
  public void changeHostKey() {
    try {
      Files.delete(path("host"));
      Files.delete(path("host.pub"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    makeKey("host", "ed25519", "");
  }

  /** A new key pair in its directory. */
  public Path makeKey(String name, String type, String passphrase) {
    if (!run("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", name, "-f", file(name))) {
      throw new IllegalStateException("ssh-keygen cannot make a key of type " + type);
    }
    return path(name);
  }

  /** From now on it lets in whoever has this private key. */
  public void authorize(Path privateKey) {
    try {
      Path keys = path("authorized_keys");
      String known = Files.exists(keys) ? Files.readString(keys) : "";
      Files.writeString(keys, known + Files.readString(Path.of(privateKey + ".pub")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /** The key of its only user, without a passphrase. */
  public Path userKey() {
    return path("user");
  }

  /** Its present host key, as a file of known hosts has it. */
  public String knownHostsLine() {
    String[] key = hostKey().split(" ", -1);
    return "[%s]:%d %s %s%n".formatted(LOOPBACK, port, key[0], key[1]);
  }

  private String hostKey() {
    try {
      return Files.readString(path("host.pub"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file with the host key that it was made with. */
  public Path knownHosts() {
    return path("known_hosts");
  }

  public Path hashedKnownHosts() {
    Path copy = path("known_hosts_hashed");
    try {
      Files.copy(knownHosts(), copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("ssh-keygen", "-q", "-H", "-f", copy.toString());
    return copy;
  }

  /** Of its present host key, as ssh-keygen tells it. */
  public String fingerprint() {
    try {
      Process keygen = new ProcessBuilder("ssh-keygen", "-l", "-f", file("host.pub")).start();
      String line = new String(keygen.getInputStream().readAllBytes(), UTF_8);
      return line.split(" ", -1)[1];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The account that it serves. */
  public Hop hop() {
    return hop(null);
  }

  public Hop hop(@Nullable String fingerprint) {
    return new Hop(System.getProperty("user.name"), LOOPBACK, port, fingerprint);
  }

  /** How it is reached, with limits that are short enough for tests. */
  public SshSettings settings() {
    return new SshSettings(
        hop(),
        List.of(),
        List.of(userKey()),
        null,
        null,
        List.of(knownHosts()),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        100_000);
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  private String file(String name) {
    return path(name).toString();
  }

  private void write(String name, String text) {
    try {
      Files.writeString(path(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean run(String... command) {
    try {
      Process run =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && run.exitValue() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}

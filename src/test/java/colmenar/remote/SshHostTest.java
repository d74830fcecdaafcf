package colmenar.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import colmenar.container.Services;
import colmenar.remote.SshSettings.Hop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshHostTest extends HostContract {

  private static final String PASSPHRASE = "correct horse battery staple";

  @TempDir private static Path shared;
  private static SshServer server;

  /** Of all tests: most of them only want a host that works. */
  private static Hosts sharedHosts;

  private static SshHost sharedHost;

  private final Hosts hosts = new Hosts();
  private SshHost host = sharedHost;

  @BeforeAll
  static void serve() {
    server = new SshServer(shared).start();
    sharedHosts = new Hosts();
    sharedHost = sharedHosts.host(server.settings());
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      sharedHosts.close();
      server.close();
    }
  }

  @AfterEach
  void disconnect() {
    hosts.close();
  }

  @Override
  Host host() {
    return host;
  }

  private SshServer anotherServer(String name) throws IOException {
    return new SshServer(Files.createDirectory(directory.resolve(name)));
  }

  private static SshSettings with(
      SshSettings usual, List<Path> identities, @Nullable String passphrase, @Nullable Path agent) {
    return new SshSettings(
        usual.target(),
        usual.jumps(),
        identities,
        passphrase,
        agent,
        usual.knownHosts(),
        usual.connectLimit(),
        usual.aliveInterval(),
        usual.stallLimit(),
        usual.outputCapBytes());
  }

  private static SshSettings known(SshSettings usual, Hop target, List<Hop> jumps, Path... files) {
    return new SshSettings(
        target,
        jumps,
        usual.identities(),
        null,
        null,
        List.of(files),
        usual.connectLimit(),
        usual.aliveInterval(),
        usual.stallLimit(),
        usual.outputCapBytes());
  }

  private static void assertWorks(SshHost host) {
    assertThat(host.run("echo on", "", LONG).out()).isEqualTo("on\n");
  }

  private void assertRefused(SshSettings settings, String... reasons) {
    SshHost refused = hosts.host(settings);
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> refused.run("true", "", LONG))
        .withMessageContainingAll(reasons)
        .withMessageStartingWith(refused.name());
    assertThat(refused.trouble().orElse("none")).contains(reasons);
  }

  @Test
  void a_connection_outlives_commands_that_do_not_read_their_input() {
    String input = "x".repeat(400_000);

    for (int i = 0; i < 200; i++) {
      assertThat(host.run("exit 4", input, LONG).exitCode()).as("of command %d", i).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
  void keys_of_every_usual_kind_are_used(String type) {
    Path key = server.makeKey("key-" + type, type, "");
    server.authorize(key);

    assertWorks(hosts.host(with(server.settings(), List.of(key), null, null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
  void keys_with_a_passphrase_are_used(String type) {
    Path key = server.makeKey("secret-" + type, type, PASSPHRASE);
    server.authorize(key);
    Path plain = server.userKey();

    assertWorks(hosts.host(with(server.settings(), List.of(key), PASSPHRASE, null)));
    assertWorks(hosts.host(with(server.settings(), List.of(plain), PASSPHRASE, null)));
    assertRefused(
        with(server.settings(), List.of(key), "another " + PASSPHRASE, null),
        "the passphrase is not that of the private key " + key);
    assertRefused(
        with(server.settings(), List.of(key), null, null),
        "the private key " + key + " is encrypted");
  }

  @Test
  void a_passphrase_is_in_no_message() {
    Path key = server.makeKey("secret", "ed25519", PASSPHRASE);
    String wrong = "another " + PASSPHRASE;

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(
            () ->
                hosts
                    .host(with(server.settings(), List.of(key), wrong, null))
                    .run("true", "", LONG))
        .satisfies(
            e -> {
              for (Throwable at = e; at != null; at = at.getCause()) {
                assertThat(at.toString()).doesNotContain(PASSPHRASE);
              }
            });
  }

  @Test
  void a_key_that_cannot_be_used_is_named() throws IOException {
    Path missing = directory.resolve("missing");
    Path noKey = Files.writeString(directory.resolve("none"), "secret, but no key");
    Path stranger = server.makeKey("stranger", "ed25519", "");

    assertRefused(
        with(server.settings(), List.of(missing), null, null),
        "cannot read the private key " + missing);
    assertRefused(with(server.settings(), List.of(noKey), null, null), noKey + " holds no private");
    assertRefused(
        with(server.settings(), List.of(stranger), null, null),
        "it accepts no key of ours",
        stranger.toString());
    assertRefused(with(server.settings(), List.of(), null, null), "there is no key to log in with");
  }

  @Test
  void the_keys_of_an_agent_are_used_and_none_is_given_to_it() throws Exception {
    Services.require("ssh-agent", Services.onPath("ssh-agent") && Services.onPath("ssh-add"));
    Path key = server.makeKey("agent-key", "ed25519", "");
    Path stranger = server.makeKey("no-agent-key", "ed25519", "");
    server.authorize(key);
    // The path of a socket may have some hundred characters only.
    Path socket = Files.createTempDirectory("agent").resolve("socket");
    Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
    try {
      await().atMost(LONG).until(() -> Files.exists(socket));
      assertRefused(
          with(server.settings(), List.of(stranger), null, socket),
          "it accepts no key of ours",
          "the agent at " + socket);
      assertThat(agentSays(socket, "ssh-add", "-q", key.toString())).isEmpty();
      String before = agentSays(socket, "ssh-add", "-l");

      assertWorks(hosts.host(with(server.settings(), List.of(stranger), null, socket)));
      assertWorks(hosts.host(with(server.settings(), List.of(), null, socket)));

      assertThat(agentSays(socket, "ssh-add", "-l")).isEqualTo(before).hasLineCount(1);
    } finally {
      agent.destroy();
      Files.deleteIfExists(socket);
      Files.delete(socket.getParent());
    }
    assertRefused(
        with(server.settings(), List.of(), null, socket), "no SSH agent answers at " + socket);
  }

  private static String agentSays(Path socket, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SSH_AUTH_SOCK", socket.toString());
    return new String(builder.start().getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void a_host_key_is_known_by_a_hashed_line_too() throws IOException {
    Path hashed = server.hashedKnownHosts();

    assertThat(Files.readString(hashed)).startsWith("|1|");
    assertWorks(hosts.host(known(server.settings(), server.hop(), List.of(), hashed)));
    assertWorks(
        hosts.host(
            known(
                server.settings(),
                server.hop(),
                List.of(),
                directory.resolve("none"),
                server.knownHosts())));
  }

  @Test
  void a_host_key_that_is_not_known_is_refused_with_its_fingerprint() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), "");
    Path none = directory.resolve("none");

    assertRefused(
        known(server.settings(), server.hop(), List.of(), empty, none),
        "its host key " + server.fingerprint() + " is not in",
        empty.toString(),
        none.toString());
  }

  @Test
  void a_host_key_that_is_revoked_is_refused() throws IOException {
    Path revoked =
        Files.writeString(
            directory.resolve("revoked"),
            server.knownHostsLine() + "@revoked " + server.knownHostsLine());

    assertRefused(
        known(server.settings(), server.hop(), List.of(), revoked),
        "its host key " + server.fingerprint() + " is revoked");
  }

  @Test
  void a_fingerprint_stands_for_known_hosts() {
    String right = server.fingerprint();
    String wrong = "SHA256:" + "A".repeat(43);

    assertWorks(hosts.host(known(server.settings(), server.hop(right), List.of())));
    assertRefused(
        known(server.settings(), server.hop(wrong), List.of(), server.knownHosts()),
        "its host key " + right + " is not " + wrong);
  }

  @Test
  void a_machine_is_reached_by_way_of_others() throws IOException {
    try (SshServer target = anotherServer("target").start();
        SshServer second = anotherServer("second").start()) {
      target.authorize(server.userKey());
      second.authorize(server.userKey());
      Path[] files = {server.knownHosts(), second.knownHosts(), target.knownHosts()};
      List<Hop> way = List.of(server.hop(), second.hop());
      host = hosts.host(known(server.settings(), target.hop(), way, files));

      assertWorks(host);
      assertTransfers();
      await().atMost(LONG).until(() -> target.connected() == 2);
      await().atMost(LONG).until(() -> second.connected() == 2);

      Path begun = directory.resolve("begun");
      CompletableFuture<Answer> answer =
          CompletableFuture.supplyAsync(() -> host.run("echo > " + begun + "; sleep 30", "", LONG));
      await().atMost(LONG).until(() -> Files.exists(begun));
      second.killConnections();

      assertThat(answer)
          .failsWithin(LONG)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(UnreachableException.class);
      assertWorks(host);
    }
  }

  private void assertTransfers() throws IOException {
    String text = "0123456789".repeat(300_000);
    host.files().write(directory + "/way", text);
    assertThat(directory.resolve("way")).hasContent(text);
    assertThat(host.files().read(directory + "/way", 0, 5_000_000)).contains(text.getBytes(UTF_8));
  }

  @Test
  void host_keys_on_the_way_are_checked_too() throws IOException {
    try (SshServer target = anotherServer("target").start()) {
      target.authorize(server.userKey());
      List<Hop> way = List.of(server.hop());
      String wrong = "SHA256:" + "A".repeat(43);

      assertRefused(
          known(server.settings(), target.hop(), way, target.knownHosts()),
          "on the way, at " + server.hop(),
          "its host key " + server.fingerprint() + " is not in");
      assertRefused(
          known(server.settings(), target.hop(), way, server.knownHosts()),
          "its host key " + target.fingerprint() + " is not in");
      assertRefused(
          known(server.settings(), target.hop(), List.of(server.hop(wrong)), target.knownHosts()),
          "its host key " + server.fingerprint() + " is not " + wrong);
      assertWorks(
          hosts.host(
              known(
                  server.settings(),
                  target.hop(target.fingerprint()),
                  List.of(server.hop(server.fingerprint())))));
      target.stop();
      assertRefused(
          known(server.settings(), target.hop(), way, server.knownHosts(), target.knownHosts()),
          "cannot be reached from");
    }
  }

  @Test
  void all_threads_are_given() throws IOException {
    try (SshServer target = anotherServer("target").start()) {
      target.authorize(server.userKey());
      Path[] files = {server.knownHosts(), target.knownHosts()};
      host = hosts.host(known(server.settings(), target.hop(), List.of(server.hop()), files));
      Set<Thread> before = Thread.getAllStackTraces().keySet();

      assertWorks(host);
      host.files().list("/");
      try (Dialogue dialogue = host.dialogue("cat")) {
        assertThat(host.run("cat", "input", LONG).out()).isEqualTo("input");
        assertThat(dialogue.end()).isEmpty();
        Set<Thread> ofSsh =
            Thread.getAllStackTraces().entrySet().stream()
                .filter(SshHostTest::isInSsh)
                .map(Map.Entry::getKey)
                .filter(thread -> !before.contains(thread))
                .collect(Collectors.toSet());

        assertThat(ofSsh).hasSize(6);
        assertThat(hosts.given()).containsAll(ofSsh).hasSize(7);
      }
    }
    hosts.close();
    await().atMost(LONG).until(() -> hosts.given().stream().noneMatch(Thread::isAlive));
  }

  private static boolean isInSsh(Map.Entry<Thread, StackTraceElement[]> thread) {
    return thread.getKey() != Thread.currentThread()
        && Arrays.stream(thread.getValue())
            .anyMatch(frame -> frame.getClassName().startsWith("com.jcraft"));
  }

  @Test
  void what_an_account_prints_when_it_is_entered_is_no_answer() throws IOException {
    String noise =
        "ForceCommand echo 'Welcome @ here'; echo note >&2; eval \"$SSH_ORIGINAL_COMMAND\"";
    try (SshServer noisy = anotherServer("noisy").with(noise).start()) {
      SshHost entered = hosts.host(noisy.settings());

      assertThat(entered.run("echo out; echo err >&2; exit 2", "", LONG))
          .isEqualTo(new Answer(2, "out\n", "err\n", false));
      try (Dialogue dialogue = entered.dialogue("echo ready; cat");
          BufferedReader answers =
              new BufferedReader(new InputStreamReader(dialogue.answers(), UTF_8))) {
        assertThat(answers.readLine()).isEqualTo("ready");
      }
    }
  }

  @Test
  void an_account_that_runs_no_commands_is_unreachable() throws IOException {
    String no = "ForceCommand echo 'This account is'; echo ' not available.'; exit 1";
    try (SshServer closed = anotherServer("closed").with(no).start()) {
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> hosts.host(closed.settings()).run("true", "", LONG))
          .withMessageContaining("its login shell ended before the command, with 1")
          .withMessageContaining("This account is not available.");
    }
  }

  @Test
  void few_sessions_are_enough() throws Exception {
    try (SshServer few = anotherServer("few").with("MaxSessions 1").start()) {
      host = hosts.host(few.settings());

      many_threads_run_commands_at_once();

      await().atMost(LONG).until(() -> few.connected() == 1);
    }
  }

  @Test
  void its_channels_take_turns_on_one_connection() throws Exception {
    host = hosts.host(server.settings());

    many_threads_run_commands_at_once();
    files_are_written_and_read_at_once();
    many_threads_run_commands_at_once();

    assertThat(hosts.given().stream().filter(Thread::isAlive)).hasSize(2);
  }

  @Test
  void a_machine_without_sessions_is_unreachable() throws IOException {
    try (SshServer none = anotherServer("none").with("MaxSessions 0").start()) {
      SshHost refused = hosts.host(none.settings());

      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> refused.run("true", "", Duration.ofMillis(500)))
          .withMessageContaining("it opens no channel");
    }
  }
}

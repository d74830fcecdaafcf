package colmenar.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import colmenar.remote.SshSettings.Hop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Machines and networks that fail, while something is under way and before. */
@Timeout(60)
class SshFaultsTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration ALIVE = Duration.ofMillis(300);

  @TempDir private Path directory;
  private SshServer server;
  private final Hosts hosts = new Hosts();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void serve() throws IOException {
    server = new SshServer(Files.createDirectory(directory.resolve("sshd"))).start();
  }

  @AfterEach
  void stop() {
    hosts.close();
    threads.shutdownNow();
    server.close();
  }

  /** Connects to {@code hop}, and finds out quickly when nobody is there. */
  private SshSettings watchful(Hop hop, Duration stallLimit) {
    SshSettings usual = server.settings();
    return new SshSettings(
        hop,
        List.of(),
        usual.identities(),
        null,
        null,
        usual.knownHosts(),
        Duration.ofSeconds(2),
        ALIVE,
        stallLimit,
        usual.outputCapBytes());
  }

  private SshHost connected() {
    SshHost host = hosts.host(watchful(server.hop(), LONG));
    assertThat(host.run("echo on", "", LONG).out()).isEqualTo("on\n");
    return host;
  }

  private Future<Answer> running(SshHost host) {
    Path begun = directory.resolve("begun");
    Future<Answer> answer =
        threads.submit(() -> host.run("echo > " + begun + "; sleep 30; exit 0", "", LONG));
    await().atMost(LONG).until(() -> Files.exists(begun));
    return answer;
  }

  private static void assertLost(Future<?> work, String... reasons) {
    assertThatThrownBy(() -> work.get(LONG.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(UnreachableException.class)
        .hasMessageContainingAll(reasons);
  }

  @Test
  void a_lost_connection_is_no_answer_and_is_made_again() {
    SshHost host = connected();
    Future<Answer> answer = running(host);

    server.killConnections();

    assertLost(answer, "the connection was lost before the answer");
    assertThat(host.run("echo again", "", LONG).out()).isEqualTo("again\n");
  }

  @Test
  void a_machine_that_is_down_is_left_alone_for_a_while() {
    SshHost host = connected();
    Future<Answer> answer = running(host);
    server.stop();
    assertLost(answer, "lost");

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host.run("true", "", LONG))
        .withMessageContaining("it refuses the connection")
        .withMessageNotContaining("tried again at");
    assertThat(host.trouble().orElseThrow()).contains("it refuses the connection");
    server.start();
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host.run("true", "", LONG))
        .withMessageContaining("it refuses the connection")
        .withMessageContaining("tried again at 20");
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host.files().list("/"))
        .withMessageContaining("tried again at 20");
    hosts.later(Duration.ofSeconds(2));

    assertThat(host.run("echo again", "", LONG).out()).isEqualTo("again\n");
    assertThat(host.trouble()).isEmpty();
  }

  @Test
  void a_machine_that_answers_no_more_during_a_command_is_found_out() {
    Future<Answer> answer = running(connected());

    server.freeze();

    assertLost(answer, "the connection was lost before the answer");
  }

  @Test
  void a_machine_that_answers_no_more_between_commands_is_found_out() {
    SshHost host = connected();
    server.freeze();
    long begin = System.nanoTime();

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host.run("true", "", LONG));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    server.thaw();
    assertThat(host.run("echo again", "", LONG).out()).isEqualTo("again\n");
  }

  @Test
  void a_machine_that_reads_no_more_during_a_transfer_is_found_out() throws IOException {
    SshHost host = connected();
    host.files().list("/");
    Endless content = new Endless();
    Future<?> transfer =
        threads.submit(
            () -> {
              host.files().write(directory + "/endless", content, false);
              return null;
            });
    await().atMost(LONG).until(() -> content.bytes > 5_000_000);

    server.freeze();

    assertLost(transfer, "the connection was lost");
    server.thaw();
    host.files().write(directory + "/file", "text");
    assertThat(directory.resolve("file")).hasContent("text");
    assertThat(directory.resolve("endless")).doesNotExist();
  }

  @Test
  void a_machine_that_sends_no_more_during_a_transfer_is_found_out() throws IOException {
    SshHost host = connected();
    Files.write(directory.resolve("large"), new byte[50_000_000]);
    Counting to = new Counting(() -> server.freeze());
    Future<?> transfer = threads.submit(() -> host.files().read(directory + "/large", to));

    assertLost(transfer, "the connection was lost");
    server.thaw();
    assertThat(host.files().read(directory + "/large", OutputStream.nullOutputStream()))
        .isEqualTo(50_000_000);
  }

  @Test
  void a_transfer_on_which_nothing_moves_is_given_up_while_others_go_on() throws Exception {
    SshHost host = hosts.host(watchful(server.hop(), Duration.ofMillis(1500)));
    host.files().list("/");
    run("mkfifo", directory + "/hangs");
    Future<?> hanging =
        threads.submit(() -> host.files().read(directory + "/hangs", 0, 10).isPresent());
    Future<?> reading =
        threads.submit(
            () -> host.files().read(directory + "/hangs", OutputStream.nullOutputStream()));

    for (int i = 0; i < 5; i++) {
      host.files().write(directory + "/file" + i, "text");
    }

    assertThat(hanging.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(true);
    assertLost(reading, "nothing moved for 1.5 s");
    assertThat(host.files().find(directory + "/file4")).isPresent();
    await().atMost(LONG).until(() -> server.connected() == 1);
    letGo(directory + "/hangs");
  }

  /**
   * Whoever still waits for the other side of a pipe, in a process that nobody asks for any more.
   */
  private static void letGo(String pipe) throws Exception {
    run("sh", "-c", "timeout 2 sh -c ': > \"$0\"' \"$0\" || true", pipe);
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  @Test
  void a_host_key_that_has_changed_is_refused() {
    SshHost host = connected();
    server.stop();
    server.changeHostKey();
    server.start();

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host.run("true", "", LONG))
        .withMessageContaining("its host key " + server.fingerprint() + " is not the one in")
        .withMessageContaining(server.knownHosts().toString())
        .withMessageContaining("somebody may be in between");
    // Nobody knocks every second at a door that will not open.
    hosts.later(Duration.ofSeconds(20));
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host.run("true", "", LONG))
        .withMessageContaining("tried again at");
  }

  @Test
  void a_name_that_nobody_knows_is_told() {
    Hop nowhere = new Hop("somebody", "no-such-host.invalid", 22, null);

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> hosts.host(watchful(nowhere, LONG)).run("true", "", LONG))
        .withMessage("somebody@no-such-host.invalid: its name is not known to this machine");
  }

  @Test
  void a_port_that_refuses_is_told() {
    server.stop();

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> hosts.host(watchful(server.hop(), LONG)).run("true", "", LONG))
        .withMessageContaining("it refuses the connection");
  }

  @Test
  void a_port_that_says_nothing_is_given_up() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Hop hop = new Hop("somebody", "127.0.0.1", silent.getLocalPort(), null);

      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> hosts.host(watchful(hop, LONG)).run("true", "", LONG))
          .withMessageContaining("no answer for 2 s");
    }
  }

  @Test
  void a_port_that_never_comes_to_the_point_is_given_up() throws IOException {
    try (ServerSocket chatty = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      threads.execute(() -> answer(chatty));
      Hop hop = new Hop("somebody", "127.0.0.1", chatty.getLocalPort(), null);

      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> hosts.host(watchful(hop, LONG)).run("true", "", LONG))
          .withMessageContaining("no answer for 2 s");
    }
  }

  private void answer(ServerSocket server) {
    try {
      chat(server.accept().getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void chat(OutputStream out) {
    try {
      out.write("please hold the line\r\n".getBytes(UTF_8));
      Future<?> unused = hosts.after(Duration.ofMillis(50), () -> chat(out));
    } catch (IOException e) {
      // The caller has hung up.
    }
  }

  @Test
  void a_connection_that_is_lost_ends_a_dialogue_without_an_exit_code() throws IOException {
    SshHost host = connected();
    try (Dialogue dialogue = host.dialogue("echo ready; cat");
        BufferedReader answers =
            new BufferedReader(new InputStreamReader(dialogue.answers(), UTF_8))) {
      assertThat(answers.readLine()).isEqualTo("ready");

      server.killConnections();

      assertThat(answers.readLine()).isNull();
      assertThat(dialogue.end()).isEmpty();
    }
    try (Dialogue dialogue = host.dialogue("echo ready; cat");
        BufferedReader answers =
            new BufferedReader(new InputStreamReader(dialogue.answers(), UTF_8))) {
      assertThat(answers.readLine()).isEqualTo("ready");
    }
  }

  @Test
  void a_dialogue_that_nobody_reads_hinders_neither_commands_nor_files() throws IOException {
    SshHost host = connected();
    Dialogue unread = host.dialogue("yes");
    try (Dialogue deaf = host.dialogue("sleep 60")) {
      Future<?> blocked =
          threads.submit(
              () -> {
                deaf.requests().write(new byte[10_000_000]);
                return null;
              });
      assertThat(unread.answers().read()).isEqualTo('y');

      for (int i = 0; i < 3; i++) {
        assertThat(host.run("echo on", "", Duration.ofSeconds(5)).out()).isEqualTo("on\n");
        host.files().write(directory + "/file", "text");
      }
      assertThat(blocked.isDone()).isFalse();
      unread.close();
      try (Dialogue next = host.dialogue("echo ready");
          BufferedReader answers =
              new BufferedReader(new InputStreamReader(next.answers(), UTF_8))) {
        assertThat(answers.readLine()).isEqualTo("ready");
      }
    }
  }

  @Test
  void output_without_an_end_hinders_no_other_command() {
    SshHost host = connected();
    Future<Answer> endless = threads.submit(() -> host.run("yes", "", Duration.ofSeconds(2)));

    for (int i = 0; i < 5; i++) {
      assertThat(host.run("echo on", "", Duration.ofSeconds(5)).out()).isEqualTo("on\n");
    }

    assertLost(endless, "no answer for 2 s");
    assertThat(host.run("echo on", "", LONG).out()).isEqualTo("on\n");
  }

  @Test
  void closing_it_ends_what_runs_for_good() {
    SshHost host = connected();
    Future<Answer> answer = running(host);

    host.close();

    assertLost(answer, "the connection was lost before the answer");
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host.run("true", "", LONG))
        .withMessageContaining("the server is stopping");
    await().atMost(LONG).until(() -> server.connected() == 0);
  }

  /** Never ends, and counts. */
  private static final class Endless extends InputStream {

    volatile long bytes;

    @Override
    public int read() {
      return 0;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads it
    public int read(byte[] to, int offset, int length) {
      bytes += length;
      return length;
    }
  }

  /** Does something once, when the first bytes have come. */
  private static final class Counting extends OutputStream {

    private final Runnable once;
    private long bytes;

    Counting(Runnable once) {
      this.once = once;
    }

    @Override
    public void write(int value) {
      write(new byte[1], 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      if (bytes == 0) {
        once.run();
      }
      bytes += length;
    }
  }
}

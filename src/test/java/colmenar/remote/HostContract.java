package colmenar.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is the same on every host. */
@Timeout(60)
abstract class HostContract {

  static final int OUTPUT_CAP_BYTES = 100_000;
  static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;

  /** With a cap of {@value #OUTPUT_CAP_BYTES} bytes. */
  abstract Host host();

  private Answer run(String command) {
    return host().run(command, "", LONG);
  }

  private String in(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void a_command_answers_with_its_output_its_errors_and_its_exit_code() {
    assertThat(run("echo out; echo err >&2; exit 3"))
        .isEqualTo(new Answer(3, "out\n", "err\n", false));
    assertThat(run("true")).isEqualTo(new Answer(0, "", "", false));
  }

  @Test
  void a_command_gets_its_input_and_the_end_of_it() {
    assertThat(host().run("cat; echo end", "one\ntwo\n", LONG).out()).isEqualTo("one\ntwo\nend\n");
    assertThat(run("cat; echo end").out()).isEqualTo("end\n");
  }

  @Test
  void a_command_need_not_read_its_input() {
    String input = "x".repeat(4_000_000);

    assertThat(host().run("exit 4", input, LONG).exitCode()).isEqualTo(4);
    assertThat(host().run("head -c 3", input, LONG).out()).isEqualTo("xxx");
    assertThat(host().run("wc -c", input, LONG).out().strip()).isEqualTo("4000000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "two words",
        "it's",
        "\"$HOME\" `id` $(id) ${x}",
        "!! !$ !1",
        "\\ \\\\ \\n \\' \\0101",
        "new\nline\n",
        "carriage\rreturn",
        "* ? [a-z] {1,2} ~ # % & | ; < > ( )",
        "-n",
        "A=b",
        "h\u00e9 \u4e2d \ud83d\ude00",
        "a%b%%s"
      })
  void a_word_arrives_as_it_is(String word) {
    String command = Shell.command("printf", "%s|", word, "after");

    assertThat(run(command).out()).isEqualTo(word + "|after|");
  }

  @Test
  void a_command_may_be_a_script_of_many_lines() {
    assertThat(run("for i in 1 2; do\n  # it's a comment\n  echo \"$i\\\\!\"\ndone\n").out())
        .isEqualTo("1\\!\n2\\!\n");
  }

  @Test
  void commands_run_in_sh() {
    assertThat(run("f() { echo \"$0\"; }; f").out()).isEqualTo("/bin/sh\n");
  }

  @Test
  void a_command_that_a_signal_has_ended_answers_as_a_shell_would() {
    assertThat(run("kill -KILL $$").exitCode()).isEqualTo(128 + 9);
    assertThat(run("kill -TERM $$").exitCode()).isEqualTo(128 + 15);
  }

  @Test
  void output_is_read_up_to_the_cap_and_the_rest_is_forgotten() {
    Answer answer = run("head -c 5000000 /dev/zero | tr '\\0' x; echo ok >&2");

    assertThat(answer.out()).isEqualTo("x".repeat(OUTPUT_CAP_BYTES));
    assertThat(answer.cut()).isTrue();
    assertThat(answer.err()).isEqualTo("ok\n");
    assertThat(run("head -c 100000 /dev/zero").cut()).isFalse();
  }

  @Test
  void a_command_without_an_end_is_given_up() {
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host().run("yes", "", SHORT))
        .withMessageContaining("no answer");
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host().run("sleep 30", "", SHORT))
        .withMessageStartingWith(host().name());
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host().run("sleep 30", "x".repeat(4_000_000), SHORT));
    assertThat(run("echo on").out()).isEqualTo("on\n");
  }

  @Test
  void a_command_leaves_running_what_lets_go_of_its_streams() {
    Answer answer =
        run("(sleep 0.3; echo late > " + in("late") + ") </dev/null >/dev/null 2>&1 & echo now");

    assertThat(answer.out()).isEqualTo("now\n");
    await().atMost(LONG).until(() -> Files.exists(directory.resolve("late")));
  }

  @Test
  void an_interrupted_caller_does_not_wait() {
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(UnreachableException.class).isThrownBy(() -> run("sleep 30"));
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void many_threads_run_commands_at_once() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(10);
    try {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String word = "number " + i;
        answers.add(threads.submit(() -> run("echo " + Shell.quote(word)).out()));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(answers.get(i).get()).isEqualTo("number " + i + "\n");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void nothing_is_known_against_it() {
    run("true");

    assertThat(host().trouble()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "two words",
        "it's",
        "star*",
        "what?",
        "[a-z]",
        "back\\slash",
        "\\*",
        "\"quoted\"",
        "h\u00e9 \u4e2d",
        "-r",
        "$HOME",
        "new\nline"
      })
  void files_and_directories_have_any_name(String name) throws IOException {
    RemoteFiles files = host().files();
    String parent = in(name);
    String path = parent + "/" + name;
    Files.writeString(Files.createDirectory(directory.resolve("other")).resolve("file"), "other");

    files.makeDirectories(parent);
    files.write(path, "text");

    assertThat(Path.of(path)).hasContent("text");
    assertThat(files.find(path)).map(RemoteFile::name).contains(name);
    assertThat(files.list(parent)).extracting(RemoteFile::name).containsExactly(name);
    assertThat(files.read(path, 0, 100)).contains("text".getBytes(UTF_8));
    files.delete(parent);
    assertThat(Path.of(parent)).doesNotExist();
    assertThat(directory.resolve("other/file")).hasContent("other");
  }

  @Test
  void a_file_is_replaced_as_a_whole_and_nothing_else_is_left() throws IOException {
    RemoteFiles files = host().files();
    files.write(in("file"), "a longer text");

    files.write(in("file"), "text");

    assertThat(files.list(directory.toString()))
        .extracting(RemoteFile::name)
        .containsExactly("file");
    assertThat(directory.resolve("file")).hasContent("text");
  }

  @Test
  void what_is_written_is_the_owners_alone() throws IOException {
    RemoteFiles files = host().files();

    files.makeDirectories(in("a/b"));
    files.write(in("a/b/data"), "text");
    files.write(in("a/b/run"), new ByteArrayInputStream("#!/bin/sh\n".getBytes(UTF_8)), true);

    assertThat(permissions("a")).isEqualTo("rwx------");
    assertThat(permissions("a/b")).isEqualTo("rwx------");
    assertThat(permissions("a/b/data")).isEqualTo("rw-------");
    assertThat(permissions("a/b/run")).isEqualTo("rwx------");
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
  }

  @Test
  void a_directory_that_is_there_stays_as_it_is() throws IOException {
    Files.createDirectory(
        directory.resolve("there"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("there"));

    host().files().makeDirectories(in("there"));
    host().files().makeDirectories(in("link/new/"));

    assertThat(permissions("there")).isEqualTo("rwxr-xr-x");
    assertThat(directory.resolve("there/new")).isDirectory();
  }

  @Test
  void part_of_a_file_is_read() throws IOException {
    RemoteFiles files = host().files();
    Files.writeString(directory.resolve("file"), "0123456789");
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("file"));

    assertThat(files.read(in("file"), 0, 3)).contains("012".getBytes(UTF_8));
    assertThat(files.read(in("file"), 8, 5)).contains("89".getBytes(UTF_8));
    assertThat(files.read(in("file"), 10, 5)).contains(new byte[0]);
    assertThat(files.read(in("file"), 99, 5)).contains(new byte[0]);
    assertThat(files.read(in("file"), 5, 0)).contains(new byte[0]);
    assertThat(files.read(in("link"), 8, 5)).contains("89".getBytes(UTF_8));
    assertThat(files.read(in("none"), 0, 5)).isEmpty();
    assertThat(files.read(in("none/none"), 0, 5)).isEmpty();
  }

  @Test
  void a_file_that_grows_is_read_from_where_one_was() throws IOException {
    Files.write(directory.resolve("file"), new byte[1_000_000]);

    assertThat(host().files().read(in("file"), 999_990, 100).orElseThrow()).hasSize(10);
    assertThat(host().files().read(in("file"), 10, 500_000).orElseThrow()).hasSize(500_000);
    assertThat(host().files().read(in("file"), 0, 100).orElseThrow()).hasSize(100);
  }

  @Test
  void what_a_path_names_is_told_without_following_links() throws IOException {
    RemoteFiles files = host().files();
    Files.writeString(directory.resolve("file"), "12345");
    Files.createDirectory(directory.resolve("dir"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("dir"));
    Instant changedAt =
        Files.getLastModifiedTime(directory.resolve("file"))
            .toInstant()
            .truncatedTo(ChronoUnit.SECONDS);

    assertThat(files.find(in("file")))
        .contains(new RemoteFile("file", RemoteFile.Kind.FILE, 5, changedAt));
    assertThat(files.find(in("dir/"))).map(RemoteFile::kind).contains(RemoteFile.Kind.DIRECTORY);
    assertThat(files.find(in("link"))).map(RemoteFile::kind).contains(RemoteFile.Kind.OTHER);
    assertThat(files.find(in("none"))).isEmpty();
    assertThat(files.find("/")).map(RemoteFile::kind).contains(RemoteFile.Kind.DIRECTORY);
    assertThat(files.list(directory.toString()))
        .extracting(RemoteFile::name)
        .containsExactlyInAnyOrder("file", "dir", "link");
  }

  @Test
  void a_directory_is_deleted_with_all_that_is_in_it_but_not_what_it_links_to() throws IOException {
    Files.createDirectories(directory.resolve("run/a/b"));
    Files.writeString(directory.resolve("run/a/file"), "text");
    Files.createDirectory(directory.resolve("kept"));
    Files.writeString(directory.resolve("kept/file"), "kept");
    Files.createSymbolicLink(directory.resolve("run/link"), directory.resolve("kept"));

    host().files().delete(in("run"));
    host().files().delete(in("run"));

    assertThat(directory.resolve("run")).doesNotExist();
    assertThat(directory.resolve("kept/file")).hasContent("kept");
  }

  @Test
  void what_the_machine_refuses_is_an_io_exception() throws IOException {
    RemoteFiles files = host().files();
    Files.writeString(directory.resolve("file"), "text");
    Files.createDirectory(directory.resolve("dir"));
    Files.writeString(directory.resolve("dir/file"), "text");

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> files.read(in("none"), OutputStream.nullOutputStream()))
        .withMessageContaining(in("none"));
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.list(in("none")));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> files.write(in("none/file"), "text"));
    assertThatIOException().isThrownBy(() -> files.write(in("dir"), "text"));
    assertThatIOException().isThrownBy(() -> files.makeDirectories(in("file/dir")));
    assertThat(files.list(directory.toString())).hasSize(2);
    assertThat(run("true").ok()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file", "./file", "~/file", "a/b"})
  void paths_are_absolute(String path) {
    RemoteFiles files = host().files();

    assertThatIllegalArgumentException().isThrownBy(() -> files.makeDirectories(path));
    assertThatIllegalArgumentException().isThrownBy(() -> files.write(path, "text"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.read(path, OutputStream.nullOutputStream()));
    assertThatIllegalArgumentException().isThrownBy(() -> files.read(path, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> files.list(path));
    assertThatIllegalArgumentException().isThrownBy(() -> files.find(path));
    assertThatIllegalArgumentException().isThrownBy(() -> files.delete(path));
  }

  @Test
  void a_stream_of_the_callers_that_fails_is_told_as_it_is() throws IOException {
    Files.write(directory.resolve("file"), new byte[1_000_000]);
    IOException failure = new IOException("the disk here is full");
    InputStream from =
        new InputStream() {
          private int reads;

          @Override
          public int read() throws IOException {
            throw failure;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            if (reads++ == 20) {
              throw failure;
            }
            return length;
          }
        };
    OutputStream to =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw failure;
          }
        };

    assertThatIOException()
        .isThrownBy(() -> host().files().write(in("new"), from, false))
        .isEqualTo(failure);
    assertThatIOException()
        .isThrownBy(() -> host().files().read(in("file"), to))
        .isEqualTo(failure);
    assertThat(host().files().list(directory.toString()))
        .extracting(RemoteFile::name)
        .containsExactly("file");
  }

  @Test
  void a_large_file_arrives_as_it_was_sent() throws Exception {
    int size = 30_000_000;
    byte[] content = new byte[size];
    new Random(1).nextBytes(content);
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    MessageDigest received = MessageDigest.getInstance("SHA-256");

    host()
        .files()
        .write(in("large"), new DigestInputStream(new ByteArrayInputStream(content), sent), false);
    long read =
        host()
            .files()
            .read(in("large"), new DigestOutputStream(OutputStream.nullOutputStream(), received));

    assertThat(read).isEqualTo(size);
    assertThat(received.digest()).isEqualTo(sent.digest());
  }

  @Test
  void files_are_written_and_read_at_once() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(10);
    try {
      List<Future<String>> read =
          IntStream.range(0, 40).mapToObj(i -> threads.submit(() -> copied("file " + i))).toList();
      for (int i = 0; i < 40; i++) {
        assertThat(read.get(i).get()).isEqualTo("file " + i);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private String copied(String name) throws IOException {
    host().files().write(in(name), name);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    host().files().read(in(name), read);
    return read.toString(UTF_8);
  }

  @Test
  void a_dialogue_is_spoken_to_until_its_input_ends() throws IOException {
    try (Dialogue dialogue =
        host()
            .dialogue("while read -r x; do echo \"got $x\"; done; echo bye; echo no >&2; exit 5")) {
      BufferedReader answers = new BufferedReader(new InputStreamReader(dialogue.answers(), UTF_8));
      for (String word : List.of("one", "two")) {
        dialogue.requests().write((word + "\n").getBytes(UTF_8));
        dialogue.requests().flush();
        assertThat(answers.readLine()).isEqualTo("got " + word);
        assertThat(dialogue.end()).isEmpty();
      }

      dialogue.requests().close();

      assertThat(answers.readLine()).isEqualTo("bye");
      assertThat(answers.readLine()).isNull();
      await().atMost(LONG).until(() -> dialogue.end().isPresent());
      assertThat(dialogue.end()).contains(new Answer(5, "", "no\n", false));
    }
  }

  @Test
  void a_dialogue_that_is_closed_ends_for_both() throws IOException {
    Dialogue dialogue =
        host().dialogue("echo ready; cat > /dev/null; echo over > " + in("over") + "; echo late");
    BufferedReader answers = new BufferedReader(new InputStreamReader(dialogue.answers(), UTF_8));
    assertThat(answers.readLine()).isEqualTo("ready");

    dialogue.close();
    dialogue.close();

    assertThat(run("true").ok()).isTrue();
  }

  @Test
  void a_dialogue_carries_any_bytes() throws IOException {
    byte[] content = new byte[300_000];
    new Random(2).nextBytes(content);
    try (Dialogue dialogue = host().dialogue("cat")) {
      ExecutorService writer = Executors.newSingleThreadExecutor();
      try {
        Future<?> unused =
            writer.submit(
                () -> {
                  try (OutputStream requests = dialogue.requests()) {
                    requests.write(content);
                  }
                  return null;
                });
        assertThat(dialogue.answers().readAllBytes()).isEqualTo(content);
      } finally {
        writer.shutdownNow();
      }
    }
  }
}

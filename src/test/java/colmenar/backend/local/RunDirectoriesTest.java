package colmenar.backend.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Backend.OutputStream;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.OutputChunk;
import colmenar.backend.SampleWork;
import colmenar.backend.local.LocalSettings.KeepRunDirectories;
import colmenar.platform.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunDirectoriesTest {

  private static final Outcome SUCCESS = new Outcome.Succeeded("1");
  private static final Outcome FAILURE =
      new Outcome.Failed(new Failure(FailureClass.APPLICATION, "E", "no", null));
  private static final Outcome CANCEL = new Outcome.Canceled("");
  private static final int TAIL_BYTES = 64 * 1024;

  @TempDir private Path data;

  private RunDirectories directories(KeepRunDirectories keep) {
    return new RunDirectories(new DataDirectory(data.toString()), SampleSettings.keep(keep));
  }

  private Path directory() {
    return directories(KeepRunDirectories.NONE).create(SampleWork.ATTEMPT);
  }

  @Test
  void an_attempt_has_a_directory_of_its_name() {
    assertThat(directory())
        .isEqualTo(data.resolve("runs").resolve(SampleWork.ATTEMPT.toString()))
        .isDirectory();
  }

  @ParameterizedTest
  @CsvSource({"NONE, false, false, false", "FAILED, false, true, false", "ALL, true, true, true"})
  void it_is_kept_as_configured(
      KeepRunDirectories keep, boolean succeeded, boolean failed, boolean canceled) {
    RunDirectories directories = directories(keep);

    Path directory = directories.create(SampleWork.ATTEMPT);
    directories.finished(directory, SUCCESS);
    assertThat(Files.exists(directory)).isEqualTo(succeeded);

    directories.create(SampleWork.ATTEMPT);
    directories.finished(directory, FAILURE);
    assertThat(Files.exists(directory)).isEqualTo(failed);

    directories.create(SampleWork.ATTEMPT);
    directories.finished(directory, CANCEL);
    assertThat(Files.exists(directory)).isEqualTo(canceled);
  }

  @Test
  void it_is_removed_with_all_that_is_in_it() throws IOException {
    Path directory = directory();
    Files.createDirectories(directory.resolve("a/b/c"));
    Files.writeString(directory.resolve("a/b/file"), "text");
    Files.writeString(directory.resolve(".hidden"), "text");

    directories(KeepRunDirectories.NONE).finished(directory, SUCCESS);

    assertThat(directory).doesNotExist();
    assertThat(directory.getParent()).isDirectory();
  }

  @Test
  void removing_it_follows_no_links() throws IOException {
    Path precious = Files.createDirectory(data.resolve("precious"));
    Path file = Files.writeString(precious.resolve("file"), "text");
    Path directory = directory();
    Files.createSymbolicLink(directory.resolve("to-directory"), precious);
    Files.createSymbolicLink(directory.resolve("to-file"), file);
    Files.createSymbolicLink(directory.resolve("to-nowhere"), data.resolve("nowhere"));
    Files.createSymbolicLink(directory.resolve("to-itself"), directory);

    directories(KeepRunDirectories.NONE).finished(directory, SUCCESS);

    assertThat(directory).doesNotExist();
    assertThat(file).hasContent("text");
  }

  @Test
  void a_directory_that_is_gone_already_is_no_error() throws IOException {
    Path directory = directory();
    Files.delete(directory);

    directories(KeepRunDirectories.NONE).finished(directory, SUCCESS);

    assertThat(directory).doesNotExist();
  }

  private Path withStdout(String text) throws IOException {
    Path directory = directory();
    Files.writeString(directory.resolve("stdout"), text);
    return directory;
  }

  @ParameterizedTest
  @CsvSource({
    "0,   4, 0123, 4",
    "4,   4, 4567, 8",
    "8,   4, 89,   10",
    "10,  4, '',   10",
    "99,  4, '',   10",
    "-5,  4, 0123, 4",
    "0, 100, 0123456789, 10"
  })
  void a_stream_is_read_from_an_offset_on(long offset, int most, String text, long next)
      throws IOException {
    Path directory = withStdout("0123456789");

    assertThat(RunDirectories.read(directory, OutputStream.STDOUT, offset, most))
        .contains(new OutputChunk(text, next));
  }

  @Test
  void the_two_streams_are_two_files() throws IOException {
    Path directory = withStdout("out");
    Files.writeString(directory.resolve("stderr"), "err");

    assertThat(RunDirectories.read(directory, OutputStream.STDERR, 0, 10))
        .contains(new OutputChunk("err", 3));
  }

  @Test
  void a_stream_to_which_nothing_was_written_yet_is_empty() {
    assertThat(RunDirectories.read(directory(), OutputStream.STDOUT, 0, 10))
        .contains(new OutputChunk("", 0));
  }

  @Test
  void a_stream_that_cannot_be_read_is_not_there() throws IOException {
    Path directory = directory();
    Files.createDirectory(directory.resolve("stdout"));

    assertThat(RunDirectories.read(directory, OutputStream.STDOUT, 0, 10)).isEmpty();
  }

  @Test
  void offsets_are_bytes_and_half_a_character_is_replaced() throws IOException {
    Path directory = withStdout("aä");

    assertThat(RunDirectories.read(directory, OutputStream.STDOUT, 0, 2))
        .contains(new OutputChunk("a\uFFFD", 2));
    assertThat(RunDirectories.read(directory, OutputStream.STDOUT, 1, 2))
        .contains(new OutputChunk("ä", 3));
  }

  @Test
  void of_a_long_stream_only_the_end_is_kept() throws IOException {
    String text = "x".repeat(3 * TAIL_BYTES) + "the end";
    Path directory = withStdout(text);

    String tail = RunDirectories.tail(directory, OutputStream.STDOUT);

    assertThat(tail).endsWith("the end");
    assertThat(tail.getBytes(UTF_8)).hasSize(TAIL_BYTES);
    assertThat(text).endsWith(tail);
  }

  @Test
  void a_short_stream_is_kept_whole() throws IOException {
    assertThat(RunDirectories.tail(withStdout("short\n"), OutputStream.STDOUT))
        .isEqualTo("short\n");
  }

  @Test
  void of_an_empty_or_missing_stream_nothing_is_kept() throws IOException {
    Path directory = withStdout("");

    assertThat(RunDirectories.tail(directory, OutputStream.STDOUT)).isNull();
    assertThat(RunDirectories.tail(directory, OutputStream.STDERR)).isNull();
  }
}

package colmenar.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OutputTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void output_is_kept_up_to_the_cap() throws IOException {
    CappedOutput output = new CappedOutput(5);

    output.write("123".getBytes(UTF_8));
    output.write('4');
    output.write("5".getBytes(UTF_8));
    assertThat(output.cut()).isFalse();
    output.write("678".getBytes(UTF_8));

    assertThat(output.text()).isEqualTo("12345");
    assertThat(output.cut()).isTrue();
  }

  @Test
  void the_end_of_output_can_be_awaited() throws Exception {
    CappedOutput output = new CappedOutput(5);
    assertThat(output.awaitClosed(1000)).isFalse();

    threads.execute(output::close);

    assertThat(output.awaitClosed(TimeUnit.SECONDS.toNanos(20))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "noise\n", "@", "@@", "@12\n", "no end of line", "@123", "@12@1@123", "\n\n"})
  void what_comes_before_the_line_is_left_out(String noise) throws IOException {
    byte[] all = (noise + "@123\nout\n@123\n").getBytes(UTF_8);
    for (int piece = 1; piece <= all.length; piece++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      MarkedOutput marked = new MarkedOutput("@123", out);
      for (int at = 0; at < all.length; at += piece) {
        marked.write(all, at, Math.min(piece, all.length - at));
      }

      assertThat(marked.begun()).isTrue();
      assertThat(out.toString(UTF_8)).isEqualTo("out\n@123\n");
    }
  }

  @Test
  void without_the_line_all_is_noise() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MarkedOutput marked = new MarkedOutput("@123", out);

    marked.write("This account\n is not available.\n".getBytes(UTF_8));

    assertThat(marked.begun()).isFalse();
    assertThat(out.size()).isZero();
    assertThat(marked.noise()).isEqualTo("This account is not available.");
  }

  @Test
  void a_pipe_hands_on_every_byte() throws Exception {
    Pipe pipe = new Pipe(1000);
    byte[] content = new byte[100_000];
    new Random(1).nextBytes(content);
    Future<?> written =
        threads.submit(
            () -> {
              try (OutputStream sink = pipe.sink()) {
                for (int at = 0; at < content.length; at += 7777) {
                  sink.write(content, at, Math.min(7777, content.length - at));
                }
              }
              return null;
            });

    assertThat(pipe.source().readAllBytes()).isEqualTo(content);
    assertThat(pipe.source().read()).isEqualTo(-1);
    written.get();
  }

  @Test
  void a_pipe_that_is_full_makes_the_writer_wait_until_nobody_reads_any_more() throws Exception {
    Pipe pipe = new Pipe(10);
    InputStream source = pipe.source();
    Future<?> written =
        threads.submit(
            () -> {
              pipe.sink().write(new byte[100]);
              return null;
            });
    await().until(() -> source.available() == 10);
    assertThat(written.isDone()).isFalse();

    source.close();

    written.get();
    assertThat(source.read()).isEqualTo(-1);
  }

  @Test
  void a_pipe_is_read_with_patience() throws IOException {
    Pipe pipe = new Pipe(10);
    pipe.patience(Duration.ofMillis(20));
    InputStream source = pipe.source();

    assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(source::read);
    pipe.sink().write(200);
    assertThat(source.read()).isEqualTo(200);
  }
}

package colmenar.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.problem.InvalidException;
import colmenar.problem.MalformedException;
import colmenar.problem.TooLargeException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class RequestBodiesTest {

  private final RequestBodies bodies = new RequestBodies(10);

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  @Test
  void a_body_is_read_as_utf_8() {
    assertThat(bodies.text(stream("\"ä\""))).isEqualTo("\"ä\"");
  }

  @Test
  void a_body_may_be_as_large_as_the_limit_and_no_larger() {
    assertThat(bodies.text(stream("1234567890"))).hasSize(10);
    assertThatThrownBy(() -> bodies.text(stream("12345678901")))
        .isInstanceOf(TooLargeException.class)
        .hasMessageContaining("colmenar.request.max-bytes");
  }

  @Test
  void no_more_is_read_than_the_limit_needs() {
    InputStream large = stream("x".repeat(1_000));

    assertThatThrownBy(() -> bodies.text(large)).isInstanceOf(TooLargeException.class);
    assertThat(large).hasBinaryContent("x".repeat(1_000 - 11).getBytes(UTF_8));
  }

  @Test
  void bytes_that_are_no_utf_8_are_refused_rather_than_replaced() {
    InputStream latin = new ByteArrayInputStream("\"ä\"".getBytes(ISO_8859_1));

    assertThatThrownBy(() -> bodies.text(latin))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void a_connection_that_breaks_is_the_callers_and_not_an_error_of_the_server() {
    InputStream broken =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("reset by peer");
          }
        };

    assertThatThrownBy(() -> bodies.text(broken)).isInstanceOf(MalformedException.class);
  }

  @Test
  void an_object_is_asked_for_and_something_else_is_named() {
    assertThat(bodies.object(stream("{}"))).isEmpty();
    assertThatThrownBy(() -> bodies.object(stream("[1]")))
        .isInstanceOf(InvalidException.class)
        .hasMessageContaining("ARRAY");
  }
}

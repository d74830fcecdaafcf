package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a stream uses what the container lends it. */
class EventOutletTest {

  private final Stream stream = new Stream();
  private final List<String> calls = new ArrayList<>();
  private final EventOutlet outlet = new EventOutlet();
  private int woken;
  private int gone;

  @BeforeEach
  void open() throws IOException {
    outlet.open(context(), () -> woken++, () -> gone++);
  }

  private AsyncContext context() {
    ServletResponse response =
        proxy(ServletResponse.class, method -> method.equals("getOutputStream") ? stream : null);
    return proxy(
        AsyncContext.class,
        method -> {
          calls.add(method);
          return method.equals("getResponse") ? response : null;
        });
  }

  private static <T> T proxy(Class<T> type, Function<String, Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            EventOutletTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.apply(method.getName())));
  }

  @Test
  void nothing_is_written_before_the_container_asks_for_it() throws IOException {
    assertThat(outlet.ready()).isFalse();

    outlet.onWritePossible();

    assertThat(woken).isEqualTo(1);
    assertThat(outlet.ready()).isTrue();
  }

  @Test
  void what_is_written_is_sent_at_once() {
    outlet.onWritePossible();
    outlet.write("ä");

    assertThat(stream.sent()).isEqualTo("ä");
  }

  @Test
  void what_could_not_be_sent_at_once_is_sent_when_the_client_takes_more() {
    outlet.onWritePossible();
    stream.readyAfterWrite = false;
    outlet.write("a");
    assertThat(stream.sent()).isEmpty();
    assertThat(outlet.ready()).isFalse();

    stream.ready = true;
    outlet.onWritePossible();
    assertThat(woken).isEqualTo(2);
    assertThat(outlet.ready()).isTrue();
    assertThat(stream.sent()).isEqualTo("a");
    assertThat(outlet.ready()).isTrue();
    assertThat(stream.flushes).isEqualTo(1);
  }

  @Test
  void a_client_that_has_gone_is_found_by_writing() {
    outlet.onWritePossible();
    stream.broken = true;
    outlet.write("a");

    assertThat(gone).isEqualTo(1);
    assertThat(calls).contains("complete");
    assertThat(outlet.ready()).isFalse();
  }

  @Test
  void it_is_closed_once() {
    outlet.onWritePossible();
    outlet.close();
    outlet.close();

    assertThat(calls).containsOnlyOnce("complete");
    assertThat(outlet.ready()).isFalse();
  }

  @Test
  void an_error_of_the_container_ends_it() {
    outlet.onError(new IOException("reset"));

    assertThat(gone).isEqualTo(1);
    assertThat(calls).containsOnlyOnce("complete");
  }

  /** A stream that is ready or not. */
  private static final class Stream extends ServletOutputStream {
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private int sent;
    boolean ready = true;
    boolean readyAfterWrite = true;
    boolean broken;
    int flushes;

    String sent() {
      return buffer.toString(StandardCharsets.UTF_8).substring(0, sent);
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setWriteListener(WriteListener listener) {}

    @Override
    public void write(int b) throws IOException {
      if (broken) {
        throw new IOException("broken pipe");
      }
      buffer.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      super.write(bytes, offset, length);
      ready = readyAfterWrite;
    }

    @Override
    public void flush() {
      assertThat(ready).isTrue();
      flushes++;
      sent = buffer.toString(StandardCharsets.UTF_8).length();
    }
  }
}

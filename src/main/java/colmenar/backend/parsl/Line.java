package colmenar.backend.parsl;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** What is to be said on one connection; nobody but its own thread waits for the far side. */
final class Line {

  private static final String END = "";

  private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
  private final OutputStream requests;

  Line(OutputStream requests) {
    this.requests = requests;
  }

  void say(JsonObject request) {
    queue.add(request.toString());
  }

  void end() {
    queue.add(END);
  }

  /** Writes until it is ended or the connection is lost. */
  void write() {
    try (Writer writer = new OutputStreamWriter(requests, StandardCharsets.UTF_8)) {
      for (String text = next(writer); !text.equals(END); text = next(writer)) {
        writer.write(text);
        writer.write('\n');
      }
    } catch (IOException e) {
      // Whoever reads the answers finds it lost.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String next(Writer writer) throws IOException, InterruptedException {
    @Nullable String text = queue.poll();
    if (text == null) {
      writer.flush();
      text = queue.take();
    }
    return text;
  }
}

package colmenar.backend.local;

import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * One long-lived worker process, spoken to in lines of JSON on its standard streams. One thread
 * uses it at a time; {@link #send}, {@link #terminate} and {@link #kill} may be called from others.
 */
final class PythonWorker {

  private final Process process;
  private final BufferedReader events;
  private final Writer requests;

  PythonWorker(ProcessBuilder builder) throws IOException {
    process = builder.start();
    events =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    // What a dead worker leaves behind in its group may hold its pipe open, and hides its end.
    Future<?> unused = process.onExit().thenRun(this::kill);
  }

  /** Sends a request; that the worker has died meanwhile shows when its events end. */
  void send(JsonObject request) throws IOException {
    synchronized (requests) {
      requests.write(request.toString());
      requests.write('\n');
      requests.flush();
    }
  }

  /** The next event; empty when there are no more because the worker has died. */
  Optional<JsonObject> next() throws IOException {
    String line = events.readLine();
    return line == null ? Optional.empty() : Optional.of(JsonText.stored(line).asJsonObject());
  }

  /** Whether the next event is here already. */
  boolean hasNext() throws IOException {
    return events.ready();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Waits for its end; 128+n when signal n ended it. */
  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  void terminate() {
    ProcessGroup.terminate(process.pid());
  }

  void kill() {
    ProcessGroup.kill(process.pid());
    // It becomes the leader of a group only a moment after it was started.
    process.destroyForcibly();
  }
}

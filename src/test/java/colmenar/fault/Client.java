package colmenar.fault;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The API of one server, as somebody with one token sees it who knows that it may fail.
 * Thread-safe.
 */
final class Client {

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_TO_BE_WELL = Duration.ofMinutes(1);
  private static final int FIRST_REFUSAL = 300;
  private static final int FIRST_FAILURE = 500;

  /** The server is there and the application is not yet, or somebody else was faster. */
  private static final Set<Integer> TRY_AGAIN = Set.of(404, 409);

  private final URI root;
  private final String token;
  private final History history;

  /**
   * @param history where wrong answers are noted
   */
  Client(URI application, String token, History history) {
    this.history = history;
    this.root = application.resolve("api/v1/");
    this.token = token;
  }

  /**
   * What a server said.
   *
   * @param json null when it said nothing that is JSON
   */
  record Answer(int status, JsonValue json, String text) {

    boolean refused() {
      return status >= FIRST_REFUSAL && status < FIRST_FAILURE && !TRY_AGAIN.contains(status);
    }
  }

  /** The answer; empty when nobody knows what became of the request. */
  Optional<JsonValue> post(String path, String json) {
    return expected(path, ask(posting(path, json)));
  }

  /** As {@link #post(String, String)}; with a key it may be repeated. */
  Optional<JsonValue> post(String path, String json, String key) {
    return expected(path, ask(posting(path, json).header("Idempotency-Key", key)));
  }

  /** Any answer, to a request that should be refused; empty as with {@link #post}. */
  Optional<Answer> provoke(String path, String json, String key) {
    HttpRequest.Builder request = posting(path, json);
    return ask(key == null ? request : request.header("Idempotency-Key", key))
        .filter(answer -> answer.refused() || answer.status() < FIRST_REFUSAL);
  }

  /** Changes something at a server that should be well. */
  JsonValue put(String path, String json) {
    return certain(
        path,
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json)));
  }

  /** As {@link #post}. */
  Optional<JsonValue> get(String path) {
    return expected(path, ask(request(path).GET()));
  }

  /** From a server that should be well. */
  JsonValue read(String path) {
    return certain(path, request(path).GET());
  }

  /** As {@link #post}, at a server that should be well. */
  JsonValue move(String path, String json) {
    return certain(path, posting(path, json));
  }

  /** Takes something away, at a server that should be well; it may be gone. */
  void delete(String path) {
    Optional<Answer> unused = ask(request(path).DELETE());
  }

  private HttpRequest.Builder posting(String path, String json) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token);
  }

  /** Some connections of its pool may have been broken on purpose just before. */
  private JsonValue certain(String path, HttpRequest.Builder request) {
    long begin = System.nanoTime();
    Optional<JsonValue> answer = expected(path, ask(request));
    while (answer.isEmpty() && System.nanoTime() - begin < LONGEST_TO_BE_WELL.toNanos()) {
      LockSupport.parkNanos(PAUSE.toNanos());
      answer = expected(path, ask(request));
    }
    return answer.orElseThrow(
        () -> new IllegalStateException("no good answer to " + root.resolve(path)));
  }

  private Optional<JsonValue> expected(String path, Optional<Answer> answer) {
    answer
        .filter(Answer::refused)
        .ifPresent(
            wrong ->
                history.wrong(
                    "%d from %s: %s".formatted(wrong.status(), root.resolve(path), wrong.text())));
    return answer.filter(good -> good.status() < FIRST_REFUSAL).map(Answer::json);
  }

  private static Optional<Answer> ask(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
      int status = response.statusCode();
      String text = response.body();
      return Optional.of(
          new Answer(status, status < FIRST_REFUSAL && !text.isEmpty() ? parse(text) : null, text));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static JsonValue parse(String json) {
    try (JsonReader reader = Json.createReader(new StringReader(json))) {
      return reader.readValue();
    }
  }
}

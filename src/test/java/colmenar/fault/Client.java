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

/** The API of one server, as seen by somebody who knows that it may fail. Thread-safe. */
final class Client {

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();
  private static final Duration PATIENCE = Duration.ofSeconds(12);

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

  /** The answer; empty when nobody knows what became of the request. */
  Optional<JsonValue> post(String path, String json) {
    return answer(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** Defines a method, at a server that is well. */
  void define(String name, String json) {
    HttpRequest.Builder put =
        request("methods/" + name)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json));
    if (answer(put).isEmpty()) {
      throw new IllegalStateException("method " + name + " cannot be defined");
    }
  }

  /** As {@link #post}. */
  Optional<JsonValue> get(String path) {
    return answer(request(path).GET());
  }

  /** From a server that is well. */
  JsonValue read(String path) {
    return get(path)
        .orElseThrow(() -> new IllegalStateException("no answer to " + root.resolve(path)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token);
  }

  private Optional<JsonValue> answer(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
      int status = response.statusCode();
      if (status < 300) {
        return Optional.of(parse(response.body()));
      }
      // 404: the server is there and the application is not yet.
      if (status < 500 && status != 404 && status != 409) {
        history.wrong("%d from %s: %s".formatted(status, response.uri(), response.body()));
      }
      return Optional.empty();
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

package colmenar.api;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** The REST API as a client with one access token sees it. */
public final class Api {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private static final int LONG_POLL_SECONDS = 60;

  /** Where the database fails at random, a client has to ask again; see faults.md. */
  private static final int TRIES = Boolean.getBoolean("colmenar.test.faulty") ? 20 : 1;

  private static final Set<Integer> ASK_AGAIN = Set.of(500, 503);
  private static final Set<String> TAKE_A_KEY = Set.of("tasks", "operations");

  private final URI root;
  private final String authorization;

  public Api(URI application, String token) {
    this.root = application.resolve("api/v1/");
    this.authorization = "Bearer " + token;
  }

  /** As the administrator that a server makes at its first start. */
  public static Api administrator(URI application, Path dataDirectory) throws IOException {
    return new Api(
        application, Files.readString(dataDirectory.resolve("administrator.token")).trim());
  }

  /** As somebody else, with a new token. */
  public Api as(String user, String role) throws Exception {
    Answer answer =
        post("tokens", "{\"user\":\"%s\",\"role\":\"%s\"}".formatted(user, role)).expect(201);
    return new Api(root.resolve("../../"), answer.object().getString("secret"));
  }

  public Answer get(String path) throws Exception {
    return send(request(path).GET());
  }

  public Answer delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  public Answer post(String path, String json) throws Exception {
    return post(path, "application/json", json);
  }

  public Answer post(String path, String contentType, String body) throws Exception {
    HttpRequest.Builder request = request(path).header("Content-Type", contentType);
    if (TRIES > 1 && TAKE_A_KEY.contains(path)) {
      request.header("Idempotency-Key", UUID.randomUUID().toString());
    }
    return send(request.POST(BodyPublishers.ofString(body)));
  }

  /** With an Idempotency-Key. */
  public Answer postOnce(String key, String path, String json) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(json)));
  }

  public Answer put(String path, String json) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json)));
  }

  /** Defines a method; single quotes stand for double ones. */
  public void define(String name, String json) throws Exception {
    put("methods/" + name, json.replace('\'', '"')).expect(200);
  }

  /** Defines a Python method from its source, with further members of the definition. */
  public void definePython(String name, String source, String more) throws Exception {
    JsonObject definition =
        Json.createObjectBuilder(parse(more.replace('\'', '"')).asJsonObject())
            .add("kind", "python")
            .add("function", name)
            .add("source", source)
            .build();
    put("methods/" + name, definition.toString()).expect(200);
  }

  /** Submits; single quotes stand for double ones. Answers with the task's id. */
  public String submit(String json) throws Exception {
    return post("tasks", json.replace('\'', '"')).expect(201).object().getString("id");
  }

  /** Waits for the outcome. */
  public JsonObject result(String id) throws Exception {
    return get("tasks/" + id + "/result?wait=" + LONG_POLL_SECONDS).expect(200).object();
  }

  /** Submits and waits for the outcome. */
  public JsonObject run(String json) throws Exception {
    return result(submit(json));
  }

  public String state(String id) throws Exception {
    return get("tasks/" + id).expect(200).object().getString("state");
  }

  /** The attempts of a task. */
  public JsonArray attempts(String id) throws Exception {
    return get("tasks/" + id + "/attempts").expect(200).json().asJsonArray();
  }

  /** The answer as it comes. */
  public HttpResponse<InputStream> stream(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofInputStream());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path))
        .timeout(Duration.ofSeconds(2 * LONG_POLL_SECONDS))
        .header("Authorization", authorization);
  }

  public static Answer send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
    for (int tries = 1; tries < TRIES && ASK_AGAIN.contains(response.statusCode()); tries++) {
      response = HTTP.send(request.build(), BodyHandlers.ofString());
    }
    return new Answer(response);
  }

  public static JsonValue parse(String json) {
    try (JsonReader reader = Json.createReader(new StringReader(json))) {
      return reader.readValue();
    }
  }

  /** What the server answered. */
  public record Answer(HttpResponse<String> response) {

    public int status() {
      return response.statusCode();
    }

    public String text() {
      return response.body();
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    public JsonValue json() {
      return parse(text());
    }

    public JsonObject object() {
      return json().asJsonObject();
    }

    public Answer expect(int status) {
      if (status() != status) {
        throw new AssertionError(
            "expected %d from %s, got %d: %s"
                .formatted(status, response.request().uri(), status(), text()));
      }
      return this;
    }
  }
}

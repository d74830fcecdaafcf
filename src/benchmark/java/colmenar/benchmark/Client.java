package colmenar.benchmark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The REST API for as little of the processor as possible, which client and server share: answers
 * are searched, not parsed.
 */
final class Client {

  private static final Duration TIME_LIMIT = Duration.ofMinutes(2);
  private static final String LEASE = "\"lease\":\"";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI root;
  private final String authorization;

  Client(URI application, String token) {
    root = application.resolve("api/v1/");
    authorization = "Bearer " + token;
  }

  /** An array of so many submissions of {@code echo} that return 1. */
  static String echoes(int tasks, String topic) {
    return echoes(tasks, topic, 1);
  }

  /** An array of so many submissions of {@code echo}. */
  static String echoes(int tasks, String topic, long value) {
    return tasks(tasks, "echo", topic, value);
  }

  static String echo(String topic, long value) {
    return task("echo", topic, value);
  }

  /** An array of so many submissions of a method. */
  static String tasks(int tasks, String method, String topic, long value) {
    return "[" + String.join(",", Collections.nCopies(tasks, task(method, topic, value))) + "]";
  }

  static String task(String method, String topic, long value) {
    return "{\"method\":\"%s\",\"args\":[%d],\"topic\":\"%s\"}".formatted(method, value, topic);
  }

  /** Submits an array whose every item is accepted. */
  void submitAll(BodyPublisher body, int tasks) throws Exception {
    String answer = expect(200, send(request("tasks", body)));
    int accepted = count(answer, "\"status\":201");
    if (accepted != tasks) {
      throw new IllegalStateException(
          "%d of %d tasks were accepted: %.500s".formatted(accepted, tasks, answer));
    }
  }

  void submit(String body) throws Exception {
    expect(201, send(request("tasks", BodyPublishers.ofString(body))));
  }

  Delivery receive(String topic, int most, int waitSeconds, @Nullable String acknowledged)
      throws Exception {
    return Delivery.of(expect(200, send(receiveRequest(topic, most, waitSeconds, acknowledged))));
  }

  /** The same, with the time at which the answer was there. */
  CompletableFuture<Long> receiveLater(
      String topic,
      int most,
      int waitSeconds,
      @Nullable String acknowledged,
      DeliveryHandler then) {
    return http.sendAsync(
            receiveRequest(topic, most, waitSeconds, acknowledged), BodyHandlers.ofByteArray())
        .thenApply(
            response -> {
              long arrived = System.nanoTime();
              then.accept(Delivery.of(expect(200, response)));
              return arrived;
            });
  }

  void acknowledge(String topic, String lease) throws Exception {
    expect(
        200,
        send(
            request(
                "topics/" + topic + "/acknowledge",
                BodyPublishers.ofString("{\"lease\":\"%s\"}".formatted(lease)))));
  }

  String get(String path) throws Exception {
    return expect(200, send(to(path).GET().build()));
  }

  String post(String path, String json) throws Exception {
    return expect(200, send(request(path, BodyPublishers.ofString(json))));
  }

  private HttpRequest receiveRequest(
      String topic, int most, int waitSeconds, @Nullable String acknowledged) {
    return request(
        "topics/%s/receive?max=%d&wait=%d".formatted(topic, most, waitSeconds),
        acknowledged == null
            ? BodyPublishers.noBody()
            : BodyPublishers.ofString(
                "{\"acknowledge\":{\"lease\":\"%s\"}}".formatted(acknowledged)));
  }

  private HttpRequest request(String path, BodyPublisher body) {
    return to(path).header("Content-Type", "application/json").POST(body).build();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(root.resolve(path))
        .timeout(TIME_LIMIT)
        .header("Authorization", authorization);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
    return http.send(request, BodyHandlers.ofByteArray());
  }

  private static String expect(int status, HttpResponse<byte[]> response) {
    String text = new String(response.body(), ISO_8859_1);
    if (response.statusCode() != status) {
      throw new IllegalStateException(
          "%s answered %d: %.500s"
              .formatted(response.request().uri(), response.statusCode(), text));
    }
    return text;
  }

  static int count(String text, String part) {
    int count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  /** Takes what was received. */
  @FunctionalInterface
  interface DeliveryHandler {
    void accept(Delivery delivery);
  }

  /**
   * Results of a topic.
   *
   * @param lease null when there are none
   */
  record Delivery(int results, @Nullable String lease, String text) {

    private static Delivery of(String answer) {
      int results = count(answer, "\"sequence\":");
      int at = answer.indexOf(LEASE);
      if (at < 0) {
        return new Delivery(results, null, answer);
      }
      int from = at + LEASE.length();
      return new Delivery(results, answer.substring(from, answer.indexOf('"', from)), answer);
    }
  }
}

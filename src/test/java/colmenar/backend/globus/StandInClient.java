package colmenar.backend.globus;

import colmenar.json.JsonText;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Speaks with the stand-in as this server does, and in its own words. */
final class StandInClient implements AutoCloseable {

  static final String ID = "8d3e2d3c-0000-4000-8000-000000000001";
  static final String SECRET = "hush";

  private final Calls calls = new Calls();
  private final URI base;
  private final AccessTokens tokens;
  private final ComputeApi service;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Connection> connections = new ArrayList<>();

  StandInClient(URI base) {
    this.base = base;
    ServiceSettings settings =
        new ServiceSettings(
            base,
            base.resolve("/v2/oauth2/token"),
            ID,
            SECRET,
            null,
            CloudTokens.SCOPE,
            null,
            1000,
            Duration.ofSeconds(1));
    Pace pace = new Pace(1000, Duration.ofSeconds(1), System::nanoTime);
    tokens = new AccessTokens(settings, calls::repeatable, Clock.systemUTC(), pace);
    service = new ComputeApi(base, calls::repeatable, calls::once, tokens, pace);
  }

  ComputeApi service() {
    return service;
  }

  UUID register() {
    return service.register(
        json(
            "{'function_name':'f','function_code':'9\\nst\\nf:code',"
                + "'meta':{'python_version':'3.11.7','sdk_version':'4.15.0','serde_identifier':'st'}}"));
  }

  /** Tasks of a new group. */
  ComputeApi.Submitted submit(UUID endpoint, UUID function, String... attempts) {
    return submit(endpoint, function, null, attempts);
  }

  ComputeApi.Submitted submit(
      UUID endpoint, UUID function, @Nullable UUID group, String... attempts) {
    return service.submit(endpoint, submitOf(function, group, attempts));
  }

  /**
   * @param group null for a new one
   */
  static JsonObject submitOf(UUID function, @Nullable UUID group, String... attempts) {
    List<String> payloads =
        List.of(attempts).stream()
            .map(attempt -> Wire.payload("[[{\"attempt\":\"%s\"}],1000]".formatted(attempt), "{}"))
            .toList();
    JsonObjectBuilder submit =
        JsonText.JSON
            .createObjectBuilder()
            .add(
                "tasks",
                JsonText.JSON
                    .createObjectBuilder()
                    .add(function.toString(), JsonText.JSON.createArrayBuilder(payloads)))
            .add("create_queue", true)
            .add(
                "result_serializers", JsonText.JSON.createArrayBuilder().add(Wire.JSON_SERIALIZER));
    if (group != null) {
      submit.add("task_group_id", group.toString());
    }
    return submit.build();
  }

  /**
   * In this client's name.
   *
   * @param body with apostrophes instead of quotation marks
   */
  HttpResponse<String> ask(String method, String path, String body) throws Exception {
    return ask(method, path, tokens.header(), body);
  }

  HttpResponse<String> ask(String method, String path, String authorization, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
            .header("Authorization", authorization)
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** What comes from the queue of a group, over a connection of its own. */
  BlockingQueue<byte[]> results(UUID group) throws Exception {
    return results(group, true);
  }

  /**
   * @param acknowledged whether the broker may forget them
   */
  BlockingQueue<byte[]> results(UUID group, boolean acknowledged) throws Exception {
    ComputeApi.ResultQueues queues = service.resultQueues();
    BlockingQueue<byte[]> results = new LinkedBlockingQueue<>();
    Channel channel = connect(queues.url()).createChannel();
    channel.basicConsume(
        queues.prefix() + group,
        false,
        (tag, message) -> {
          results.add(message.getBody());
          if (acknowledged) {
            channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
          }
        },
        tag -> {});
    return results;
  }

  Connection connect(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false);
    Connection connection = factory.newConnection();
    connections.add(connection);
    return connection;
  }

  /** Whether any of its connections to the broker is open. */
  boolean connected() {
    return connections.stream().anyMatch(Connection::isOpen);
  }

  static JsonObject json(String text) {
    return JsonText.parse(text.replace('\'', '"')).asJsonObject();
  }

  @Override
  public void close() {
    connections.forEach(Connection::abort);
    calls.close();
  }
}

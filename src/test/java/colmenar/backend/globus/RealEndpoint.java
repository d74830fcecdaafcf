package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.container.Services;
import colmenar.json.JsonText;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import jakarta.json.JsonObject;
import java.io.File;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The real process that runs functions at a site, with workers of its own. */
public final class RealEndpoint implements AutoCloseable {

  static final String RESULTS = "results";
  static final String HEARTBEATS = "heartbeats";

  private static final String EXCHANGE = "endpoint";

  private static final int END_SECONDS = 20;

  private static final String CONFIGURATION =
      """
      heartbeat_period: 5
      engine:
        type: GlobusComputeEngine
        max_workers_per_node: 2
        address: 127.0.0.1
        allowed_serializers:
          - globus_compute_sdk.serialize.PureSourceTextInspect
          - globus_compute_sdk.serialize.JSONData
        provider: {type: LocalProvider, init_blocks: 1, min_blocks: 1, max_blocks: 1}
      """;

  private final UUID id;
  private final Process process;

  /**
   * @param program {@code globus-compute-endpoint}, by its path
   */
  public RealEndpoint(UUID id, Broker broker, Path program, Path directory) throws Exception {
    this(id, broker, program, directory, CONFIGURATION);
  }

  /**
   * @param configuration of its engine, in YAML
   */
  RealEndpoint(UUID id, Broker broker, Path program, Path directory, String configuration)
      throws Exception {
    this.id = id;
    makeQueues(broker, id);
    Path home = directory.resolve("endpoint");
    for (Path each : new Path[] {home, home.resolve("user")}) {
      Files.createDirectory(
          each, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "_start-user-endpoint", "user")
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output").toFile());
    builder.environment().put("GLOBUS_COMPUTE_USER_DIR", home.toString());
    builder
        .environment()
        .merge(
            "PATH", program.getParent().toString(), (path, own) -> own + File.pathSeparator + path);
    process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(credentials(broker, configuration).toString().getBytes(UTF_8));
    }
  }

  public UUID id() {
    return id;
  }

  /** Where the program is; without it the test is skipped. */
  public static Path required() {
    Optional<Path> program = program();
    Services.require("globus-compute-endpoint, on the path", program.isPresent());
    return program.orElseThrow();
  }

  /** Where the program is; empty when it is not on the path. */
  static Optional<Path> program() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(each -> Path.of(each, "globus-compute-endpoint"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** All that an endpoint expects at the broker; nothing happens when it is there already. */
  static void makeQueues(Broker broker, UUID id) throws Exception {
    try (Connection connection = broker.connect();
        Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(EXCHANGE, "direct");
      for (String queue : new String[] {tasks(id), RESULTS, HEARTBEATS}) {
        channel.queueDeclare(queue, false, false, false, null);
        channel.queueBind(queue, EXCHANGE, queue);
      }
    }
  }

  /** The queue of its tasks. */
  static String tasks(UUID endpoint) {
    return endpoint + ".tasks";
  }

  private JsonObject credentials(Broker broker, String configuration) {
    JsonObject credentials =
        JsonText.JSON
            .createObjectBuilder()
            .add("endpoint_id", id.toString())
            .add("task_queue_info", queue(broker, tasks(id)))
            .add("result_queue_info", queue(broker, RESULTS))
            .add("heartbeat_queue_info", queue(broker, HEARTBEATS))
            .build();
    return JsonText.JSON
        .createObjectBuilder()
        .add("amqp_creds", credentials)
        .add("config", configuration)
        .add("ep_info", JsonObject.EMPTY_JSON_OBJECT)
        .build();
  }

  private static JsonObject queue(Broker broker, String name) {
    return JsonText.JSON
        .createObjectBuilder()
        .add("connection_url", broker.url())
        .add("exchange", EXCHANGE)
        .add("queue", name)
        .add(
            "queue_publish_kwargs",
            JsonText.JSON
                .createObjectBuilder()
                .add("exchange", EXCHANGE)
                .add("routing_key", name)
                .add("mandatory", true)
                .add("properties", JsonText.JSON.createObjectBuilder().add("delivery_mode", 2)))
        .build();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, END_SECONDS, TimeUnit.SECONDS).join();
    process.destroyForcibly().onExit().join();
  }
}

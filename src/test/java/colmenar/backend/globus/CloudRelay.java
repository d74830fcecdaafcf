package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.json.JsonText;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Brings tasks to endpoints, and results to the queues of their groups. Thread-safe. */
final class CloudRelay implements AutoCloseable {

  /** So many results are held back to be sent in another order, and so long. */
  private static final int HELD = 4;

  private static final int HELD_MILLIS = 500;

  private final CloudMemory memory;
  private final ResultFaults faults;
  private final String prefix;
  private final Connection connection;
  private final Channel channel;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, List<byte[]>> held = new HashMap<>();
  private boolean shuffled;

  /**
   * @param prefix of the queues of groups
   */
  CloudRelay(Broker broker, CloudMemory memory, ResultFaults faults, String prefix)
      throws Exception {
    this.memory = memory;
    this.faults = faults;
    this.prefix = prefix;
    this.connection = broker.connect();
    this.channel = connection.createChannel();
    Channel results = connection.createChannel();
    results.queueDeclare(RealEndpoint.RESULTS, false, false, false, null);
    results.basicConsume(RealEndpoint.RESULTS, true, (tag, result) -> relay(result), tag -> {});
  }

  synchronized void makeQueue(UUID group) throws IOException {
    channel.queueDeclare(prefix + group, false, false, false, null);
    memory.hasQueue(group);
  }

  /**
   * @param buffer the text of the function, and what it is called with
   * @param submit what the task came with
   */
  synchronized void send(UUID endpoint, UUID function, UUID task, String buffer, JsonObject submit)
      throws IOException {
    JsonObject data =
        JsonText.JSON
            .createObjectBuilder()
            .add("task_id", task.toString())
            .add("task_buffer", buffer)
            .build();
    JsonObject message =
        JsonText.JSON.createObjectBuilder().add("message_type", "task").add("data", data).build();
    Map<String, Object> headers = new HashMap<>();
    headers.put("function_uuid", function.toString());
    headers.put("task_uuid", task.toString());
    headers.put(
        "resource_specification",
        String.valueOf(submit.getOrDefault("resource_specification", JsonObject.NULL)));
    headers.put("result_serializers", CloudRoutes.texts(submit, "result_serializers"));
    publish(
        RealEndpoint.tasks(endpoint),
        new BasicProperties.Builder().headers(headers).build(),
        ("\u0001" + message).getBytes(UTF_8));
  }

  private void relay(Delivery delivery) throws IOException {
    ResultMessage result = faults.seen(ResultMessage.parse(delivery.getBody()));
    Optional<UUID> group = memory.finish(result);
    if (group.isPresent()) {
      pass(prefix + group.get(), result.bytes());
    }
  }

  private synchronized void pass(String queue, byte[] result) throws IOException {
    if (!shuffled) {
      publish(queue, result);
      return;
    }
    List<byte[]> waiting = held.computeIfAbsent(queue, each -> new ArrayList<>());
    waiting.add(result);
    if (waiting.size() >= HELD) {
      release(queue);
    } else if (waiting.size() == 1) {
      Future<?> unused = timer.schedule(() -> release(queue), HELD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** The last one first. */
  private synchronized void release(String queue) {
    List<byte[]> waiting = held.remove(queue);
    if (waiting == null) {
      return;
    }
    Collections.reverse(waiting);
    try {
      for (byte[] result : waiting) {
        publish(queue, result);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void shuffle(boolean on) {
    shuffled = on;
    if (!on) {
      List.copyOf(held.keySet()).forEach(this::release);
    }
  }

  private void publish(String queue, byte[] result) throws IOException {
    BasicProperties properties =
        new BasicProperties.Builder()
            .timestamp(Date.from(Instant.now()))
            .headers(faults.announced() ? Map.of("high_assurance", true) : Map.of())
            .build();
    if (faults.announced()) {
      publish(queue, properties, "\u0001{}".getBytes(UTF_8));
      return;
    }
    for (byte[] message : faults.messages(result)) {
      publish(queue, properties, message);
    }
  }

  private void publish(String queue, BasicProperties properties, byte[] body) throws IOException {
    channel.basicPublish("", queue, properties, body);
  }

  @Override
  public void close() throws IOException {
    timer.shutdownNow();
    try {
      connection.close();
    } catch (AlreadyClosedException e) {
      // By the broker.
    }
  }
}

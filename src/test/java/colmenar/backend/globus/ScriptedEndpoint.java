package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.json.JsonText;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes the place of a real endpoint: what its functions return is up to the test. Thread-safe. */
final class ScriptedEndpoint implements AutoCloseable {

  private static final System.Logger LOGGER = System.getLogger(ScriptedEndpoint.class.getName());
  private static final int THREADS = 4;
  private static final String JSON = "11\n";

  /** Of function, arguments by position, and by name. */
  private static final int BUFFERS = 3;

  private final Function<JsonObject, Answer> script;
  private final Connection connection;
  private final Channel channel;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
  private final Map<String, Integer> runs = new ConcurrentHashMap<>();

  /**
   * @param script what to answer to the request that a function is called with; may be called by
   *     some threads at once
   */
  ScriptedEndpoint(UUID id, Broker broker, Function<JsonObject, Answer> script) throws Exception {
    this.script = script;
    RealEndpoint.makeQueues(broker, id);
    connection = broker.connect();
    channel = connection.createChannel();
    Channel tasks = connection.createChannel();
    tasks.basicConsume(
        RealEndpoint.tasks(id),
        true,
        "",
        false,
        true,
        null,
        (tag, task) -> threads.execute(() -> run(task)),
        tag -> {});
  }

  private void run(Delivery delivery) {
    try {
      String text = new String(delivery.getBody(), 1, delivery.getBody().length - 1, UTF_8);
      JsonObject task = JsonText.parse(text).asJsonObject().getJsonObject("data");
      UUID id = UUID.fromString(task.getString("task_id"));
      String args = buffers(task.getString("task_buffer"))[1];
      Answer answer = requests(args).map(this::answer).orElseGet(() -> Answer.data(JSON + "null"));
      answer.message(id).ifPresent(message -> sendAfter(answer.delay(), message));
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "no answer to a task", e);
    }
  }

  /** One that is no outcome stands for all. */
  private Answer answer(List<JsonObject> requests) {
    JsonArrayBuilder outcomes = JsonText.JSON.createArrayBuilder();
    Duration delay = Duration.ZERO;
    for (JsonObject request : requests) {
      String attempt = request.getString("attempt", "");
      runs.merge(attempt, 1, Integer::sum);
      Answer answer = script.apply(request);
      if (answer.outcome() == null) {
        return answer;
      }
      outcomes.add(answer.outcome().apply(attempt));
      delay = answer.delay().compareTo(delay) > 0 ? answer.delay() : delay;
    }
    return Answer.data(JSON + outcomes.build()).after(delay);
  }

  /** Each with the number of its code points in a line before it. */
  static String[] buffers(String packed) {
    String[] buffers = new String[BUFFERS];
    int at = 0;
    for (int i = 0; i < BUFFERS; i++) {
      int line = packed.indexOf('\n', at);
      int length = Integer.parseInt(packed.substring(at, line));
      at = packed.offsetByCodePoints(line + 1, length);
      buffers[i] = packed.substring(line + 1, at);
    }
    return buffers;
  }

  /** Empty when the function is called with something else. */
  private static Optional<List<JsonObject>> requests(String args) {
    if (args.startsWith(JSON)
        && JsonText.parse(args.substring(JSON.length())) instanceof JsonArray list
        && list.size() == 2
        && list.get(0) instanceof JsonArray requests) {
      return Optional.of(requests.getValuesAs(JsonObject.class));
    }
    return Optional.empty();
  }

  private void sendAfter(Duration delay, ResultMessage message) {
    if (delay.isZero()) {
      send(message);
    } else {
      Future<?> unused =
          threads.schedule(() -> send(message), delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void send(ResultMessage message) {
    try {
      synchronized (channel) {
        BasicProperties properties = new BasicProperties.Builder().build();
        channel.basicPublish("", RealEndpoint.RESULTS, properties, message.bytes());
      }
    } catch (IOException | AlreadyClosedException e) {
      LOGGER.log(Level.DEBUG, "a result is lost", e);
    }
  }

  /** How often an attempt was run. */
  int runs(String attempt) {
    return runs.getOrDefault(attempt, 0);
  }

  /** How often each attempt was run. */
  Map<String, Integer> runs() {
    return Map.copyOf(runs);
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    try {
      connection.close();
    } catch (AlreadyClosedException e) {
      // By the broker.
    }
  }

  /**
   * What becomes of a call; nothing when all three are null.
   *
   * @param outcome of an attempt
   * @param data that the function returns, as it is sent
   * @param failure around the function
   */
  record Answer(
      @Nullable Function<String, JsonObject> outcome,
      @Nullable String data,
      @Nullable String failure,
      Duration delay) {

    /** The code of the attempt has returned this JSON. */
    static Answer value(String json) {
      return new Answer(attempt -> succeeded(attempt, json), null, null, Duration.ZERO);
    }

    /** The attempt has not begun. */
    static Answer givenBack() {
      return new Answer(
          attempt ->
              JsonText.JSON
                  .createObjectBuilder()
                  .add("attempt", attempt)
                  .add("givenBack", true)
                  .build(),
          null,
          null,
          Duration.ZERO);
    }

    /** The function has returned this, whatever it is. */
    static Answer data(String data) {
      return new Answer(null, data, null, Duration.ZERO);
    }

    /** The function could not be run, or has not returned. */
    static Answer failure(String text) {
      return new Answer(null, null, text, Duration.ZERO);
    }

    /** There will never be a result. */
    static Answer nothing() {
      return new Answer(null, null, null, Duration.ZERO);
    }

    Answer after(Duration later) {
      return new Answer(outcome, data, failure, later);
    }

    private Optional<ResultMessage> message(UUID task) {
      return failure != null
          ? Optional.of(ResultMessage.of(task, "", failure))
          : Optional.ofNullable(data).map(text -> ResultMessage.of(task, text, null));
    }

    private static JsonObject succeeded(String attempt, String value) {
      double now = System.currentTimeMillis() / 1e3;
      return JsonText.JSON
          .createObjectBuilder()
          .add("attempt", attempt)
          .add("ok", true)
          .add("value", JsonText.stored(value))
          .add("worker", JsonText.JSON.createObjectBuilder().add("hostname", "scripted"))
          .add(
              "times",
              JsonText.JSON
                  .createObjectBuilder()
                  .add("received", now)
                  .add("started", now)
                  .add("ended", now))
          .add("events", JsonText.JSON.createArrayBuilder())
          .build();
    }
  }
}

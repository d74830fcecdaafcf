package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.json.JsonText;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The service in this process: REST for clients, and a relay between them and the endpoints at a
 * broker. It misbehaves when told to. Thread-safe.
 */
public final class CloudStandIn implements AutoCloseable {

  private static final System.Logger LOGGER = System.getLogger(CloudStandIn.class.getName());
  private static final int THREADS = 16;
  private static final String TYPE = "application/json";

  private final Broker broker;
  private final String prefix = UUID.randomUUID() + ".";
  private final CloudTokens tokens;
  private final CloudMemory memory = new CloudMemory();
  private final CloudEndpoints endpoints = new CloudEndpoints();
  private final RequestFaults requestFaults = new RequestFaults();
  private final ResultFaults resultFaults = new ResultFaults();
  private final CloudRelay relay;
  private final CloudSubmits submits;
  private final CloudRoutes routes;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final HttpServer server;
  private volatile boolean withoutStreams;

  public CloudStandIn(Broker broker, String clientId, String clientSecret) throws Exception {
    this(broker, clientId, clientSecret, 0);
  }

  /**
   * @param port that is free; 0 for any
   */
  CloudStandIn(Broker broker, String clientId, String clientSecret, int port) throws Exception {
    this.broker = broker;
    this.tokens = new CloudTokens(clientId, clientSecret);
    this.relay = new CloudRelay(broker, memory, resultFaults, prefix);
    this.submits = new CloudSubmits(memory, relay);
    this.routes = new CloudRoutes(tokens, memory, endpoints, submits, this::streams);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** Where both its own routes and that of tokens are. */
  public URI uri() {
    return URI.create("http://127.0.0.1:%d".formatted(server.getAddress().getPort()));
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      CloudRequest request = CloudRequest.of(exchange);
      requests.add(request.line());
      // To close without an answer closes the connection.
      if (requestFaults.takeLostRequest(request.path())) {
        return;
      }
      CloudAnswer answer =
          requestFaults.takeRefusal(request.path()).orElseGet(() -> routes.answer(request));
      pause(requestFaults.takeDelay(request.path()));
      if (!requestFaults.takeLostAnswer(request.path())) {
        send(exchange, answer);
      }
    } catch (IOException | RuntimeException e) {
      LOGGER.log(Level.WARNING, "no answer to " + exchange.getRequestURI(), e);
    }
  }

  private void pause(Optional<Duration> delay) {
    try {
      if (delay.isPresent() && closed.await(delay.get().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, CloudAnswer answer) throws IOException {
    byte[] body = answer.body().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", TYPE);
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private CloudAnswer streams() {
    if (withoutStreams) {
      return CloudAnswer.failed(503, "INTERNAL_ERROR", "there are no streams now");
    }
    return CloudAnswer.ok(
        JsonText.JSON
            .createObjectBuilder()
            .add("queue_prefix", prefix)
            .add("connection_url", broker.resultsUrl()));
  }

  /** The service knows the endpoint from now on, and it is online. */
  public void addEndpoint(UUID id) throws Exception {
    RealEndpoint.makeQueues(broker, id);
    endpoints.put(id, true);
  }

  /** What is told of its state; it has no other effect. */
  void online(UUID endpoint, boolean on) {
    endpoints.put(endpoints.known(endpoint), on);
  }

  /** Submits that were accepted, whether or not whoever asked knows. */
  public int submits() {
    return submits.submits();
  }

  /** Tasks that were accepted. */
  public int submitted() {
    return submits.tasks();
  }

  /** Those refused or lost too. */
  int requests() {
    return requests.size();
  }

  /** Those with a text in method and path, such as {@code POST /v3/functions}. */
  int requests(String contained) {
    synchronized (requests) {
      return (int) requests.stream().filter(line -> line.contains(contained)).count();
    }
  }

  /** The last ones that were accepted. */
  List<JsonObject> submitBodies() {
    return submits.bodies();
  }

  /** All that were ever accepted. */
  public Set<UUID> tasks() {
    return memory.tasks();
  }

  /** Does nothing of what the next such request asks for, but says this. */
  public void refuseNext(
      String pathContains, int status, String body, Map<String, String> headers) {
    requestFaults.refuse(pathContains, new CloudAnswer(status, body, headers));
  }

  /** Does what the next such request asks for, and ends the connection. */
  void loseNextAnswer(String pathContains) {
    requestFaults.loseAnswer(pathContains);
  }

  /** Ends the connection of the next such request, and does nothing. */
  void loseNextRequest(String pathContains) {
    requestFaults.loseRequest(pathContains);
  }

  /** Does at once what the next such request asks for, and says so later. */
  void delayNext(String pathContains, Duration delay) {
    requestFaults.delay(pathContains, delay);
  }

  /** No token given before is taken any more. */
  void revokeTokens() {
    tokens.revoke();
  }

  /** Each result is sent twice. */
  void duplicateResults(boolean on) {
    resultFaults.duplicate(on);
  }

  /** A few results are held back, and sent with the last one first. */
  void shuffleResults(boolean on) {
    relay.shuffle(on);
  }

  /** Before each result comes a message that is none; of three kinds in turn. */
  void malformedBeforeEach(boolean on) {
    resultFaults.malformedBeforeEach(on);
  }

  /** Results are announced, as those of high assurance are, and to be had by asking only. */
  void announceResults(boolean on) {
    resultFaults.announce(on);
  }

  /** Results come without what the worker tells of itself. */
  void withoutDetails(boolean on) {
    resultFaults.withoutDetails(on);
  }

  /** Results are to be had by asking only. */
  void withoutStreams(boolean on) {
    withoutStreams = on;
    if (on) {
      broker.resultsUrl();
      broker.cutResults();
    }
  }

  /** Ends all connections over which results are had. */
  public void dropStreams() {
    broker.cutResults();
  }

  /** Whoever asks for the task is told that there is none. */
  void forget(UUID task) {
    memory.forget(task);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
    relay.close();
  }
}

package colmenar.benchmark;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Our server over HTTP, from the first submit to the last acknowledgement. */
final class Colmenar implements Contender {

  private static final int SUBMIT = 1000;
  private static final int RECEIVE = 1000;
  private static final int RECEIVERS = 2;
  private static final String MANY = "benchmark-many";
  private static final String SINGLE = "benchmark-single";
  private static final int WAIT_SECONDS = 30;
  private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Server server;
  private final Client client;
  private final String name;
  private final String method;
  private final int workers;
  private final BodyPublisher batch;
  private @Nullable String lease;

  Colmenar(String database, PostgresqlCluster postgresql) throws Exception {
    this(
        "Colmenar, " + (database.equals("h2") ? "H2" : "PostgreSQL"),
        "echo",
        Options.workers(),
        new Server("many" + database, database, postgresql));
  }

  /**
   * @param method returns its argument
   * @param workers that run it
   * @param server not started yet
   */
  Colmenar(String name, String method, int workers, Server server) throws Exception {
    this.name = name;
    this.method = method;
    this.workers = workers;
    this.server = server;
    batch = BodyPublishers.ofString(Client.tasks(SUBMIT, method, MANY, 1));
    client = server.start();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long server() {
    return server.jvm().orElseThrow().pid();
  }

  @Override
  public String includes() {
    return "HTTP: submit by %d, run on %d workers, receive and acknowledge by %d, %d receivers"
        .formatted(SUBMIT, workers, RECEIVE, RECEIVERS);
  }

  @Override
  public double tasksPerSecond(int tasks) throws Exception {
    int batches = Math.max(1, tasks / SUBMIT);
    int expected = batches * SUBMIT;
    AtomicInteger received = new AtomicInteger();
    AtomicLong lastAcknowledged = new AtomicLong();
    List<Callable<Void>> threads = new ArrayList<>();
    threads.add(() -> submit(batches));
    for (int i = 0; i < RECEIVERS; i++) {
      threads.add(() -> receive(received, expected, lastAcknowledged));
    }
    long begin = System.nanoTime();
    Parallel.run(threads);
    if (client.get("tasks?state=FAILED&limit=1").contains("\"id\":")) {
      throw new IllegalStateException("tasks have failed");
    }
    return Parallel.perSecond(expected, lastAcknowledged.get() - begin);
  }

  private Void submit(int batches) throws Exception {
    for (int i = 0; i < batches; i++) {
      client.submitAll(batch, SUBMIT);
    }
    return null;
  }

  /** Each request acknowledges what the one before it has brought. */
  private Void receive(AtomicInteger received, int expected, AtomicLong lastAcknowledged)
      throws Exception {
    String previous = null;
    while (received.get() < expected) {
      Client.Delivery delivery = client.receive(MANY, RECEIVE, 1, previous);
      previous = delivery.lease();
      received.addAndGet(delivery.results());
    }
    if (previous != null) {
      client.acknowledge(MANY, previous);
      lastAcknowledged.accumulateAndGet(System.nanoTime(), Math::max);
    }
    return null;
  }

  @Override
  public Optional<Latencies> oneAtATime(int samples) throws Exception {
    String task = Client.task(method, SINGLE, 1);
    lease = null;
    Latencies latencies = OneAtATime.measure(samples, i -> one(task));
    if (lease != null) {
      client.acknowledge(SINGLE, lease);
    }
    return Optional.of(latencies);
  }

  @Override
  public long single() throws Exception {
    lease = null;
    long nanos = one(Client.task(method, SINGLE, 1));
    if (lease != null) {
      client.acknowledge(SINGLE, lease);
    }
    return nanos;
  }

  /** The receiver waits before there is anything to receive. */
  private long one(String task) throws Exception {
    CompletableFuture<Long> arrival =
        client.receiveLater(SINGLE, 10, WAIT_SECONDS, lease, this::received);
    LockSupport.parkNanos(HEAD_START_NANOS);
    long begin = System.nanoTime();
    client.submit(task);
    return arrival.get(2, TimeUnit.MINUTES) - begin;
  }

  private void received(Client.Delivery delivery) {
    if (delivery.results() != 1) {
      throw new IllegalStateException("received instead of one result: " + delivery);
    }
    lease = delivery.lease();
  }

  @Override
  public void close() {
    server.close();
  }
}

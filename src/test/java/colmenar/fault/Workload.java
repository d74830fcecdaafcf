package colmenar.fault;

import colmenar.fault.Orders.Trait;
import jakarta.json.Json;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * Clients of two owners that submit, cancel and fetch at some servers with one database; see {@link
 * Submitter} and {@link Consumer}.
 */
final class Workload implements AutoCloseable {

  static final String ADMINISTRATOR = "administrator";
  static final String DRONE = "drone";

  private static final int SUBMITTERS = 4;
  private static final int LARGEST_BATCH = 25;

  /** Tasks whose requests may be under way at the same moment. */
  static final int MOST_ON_THE_WAY = SUBMITTERS * LARGEST_BATCH;

  private static final int LONGEST_SUBMIT_MINUTES = 20;
  private static final long BROKEN_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final History history = new History();
  private final Map<String, List<Client>> servers = new LinkedHashMap<>();
  private final ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS + 1);
  private final ExecutorService consumers = Executors.newCachedThreadPool();
  private final ExecutorService twins = Executors.newCachedThreadPool();
  private final AtomicInteger seeds = new AtomicInteger();
  private final String name;
  private final Orders orders;
  private final Set<Trait> traits;
  private volatile boolean closed;

  /**
   * @param name of the methods and the topic, of its own
   * @param token of the administrator
   * @param log where executions are noted
   */
  Workload(String name, List<URI> uris, String token, Path log, Set<Trait> traits) {
    this.name = name;
    this.traits = Set.copyOf(traits);
    this.orders = new Orders(name, log, traits);
    servers.put(ADMINISTRATOR, clients(uris, token));
    String body =
        Json.createObjectBuilder().add("user", DRONE).add("role", "submitter").build().toString();
    String other = administrator().move("tokens", body).asJsonObject().getString("secret");
    servers.put(DRONE, clients(uris, other));
    orders.methods().forEach(method -> administrator().put("methods/" + method, Bee.json()));
    if (this.traits.contains(Trait.DELIVERED)) {
      servers.values().forEach(of -> of.forEach(this::consume));
    }
  }

  private List<Client> clients(List<URI> uris, String token) {
    return uris.stream().map(uri -> new Client(uri, token, history)).toList();
  }

  private void consume(Client server) {
    Consumer consumer = new Consumer(server, name, history, random());
    Future<?> unused =
        consumers.submit(
            () -> {
              while (!closed) {
                try {
                  consumer.receive();
                } catch (RuntimeException e) {
                  history.wrong("a consumer got " + e);
                  LockSupport.parkNanos(BROKEN_PAUSE_NANOS);
                }
              }
            });
  }

  /** Submits so many tasks, and returns when all are acknowledged. */
  void submit(int tasks) throws Exception {
    submitMeanwhile(tasks).get(LONGEST_SUBMIT_MINUTES, TimeUnit.MINUTES);
  }

  /** As {@link #submit(int)}, while the caller does something else. */
  Future<?> submitMeanwhile(int tasks) {
    AtomicInteger left = new AtomicInteger(tasks);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < SUBMITTERS; i++) {
      Random random = random();
      Submitter submitter = submitter(i % 2 == 0 ? ADMINISTRATOR : DRONE, random);
      all.add(submitters.submit(() -> submit(submitter, left, random)));
    }
    return submitters.submit(
        () -> {
          for (Future<?> one : all) {
            one.get();
          }
          return null;
        });
  }

  private void submit(Submitter submitter, AtomicInteger left, Random random) {
    while (!closed) {
      int most = 1 + random.nextInt(LARGEST_BATCH);
      int before = left.getAndUpdate(n -> Math.max(0, n - most));
      if (before == 0) {
        return;
      }
      submitter.submit(Math.min(before, most));
    }
  }

  /**
   * Submits a task that ends the server on which it runs; see {@link Bee}. That may be before the
   * answer, which then has to wait for another server or life.
   */
  Future<?> submitKiller(String when) {
    Submitter submitter = submitter(ADMINISTRATOR, random());
    return submitters.submit(() -> submitter.submitKiller(when));
  }

  private Submitter submitter(String owner, Random random) {
    return new Submitter(
        owner, servers.get(owner), orders, history, traits, twins, random, () -> closed);
  }

  /** The same in each run. */
  private Random random() {
    return new Random(seeds.incrementAndGet());
  }

  Aftermath aftermath() {
    return new Aftermath(administrator(), orders.methods(), name);
  }

  Client administrator() {
    return servers.get(ADMINISTRATOR).get(0);
  }

  /** At each server. */
  List<Client> administrators() {
    return servers.get(ADMINISTRATOR);
  }

  List<String> owners() {
    return List.copyOf(servers.keySet());
  }

  Orders orders() {
    return orders;
  }

  History history() {
    return history;
  }

  /** How many tasks have been acknowledged. */
  long acknowledged() {
    return history.submits().stream()
        .filter(submit -> submit.task() != null)
        .map(History.Submit::clientId)
        .distinct()
        .count();
  }

  @Override
  public void close() {
    closed = true;
    submitters.shutdownNow();
    consumers.shutdownNow();
    twins.shutdownNow();
    Awaitility.await("end of the clients")
        .atMost(Duration.ofSeconds(30))
        .until(() -> consumers.isTerminated() && submitters.isTerminated());
  }
}

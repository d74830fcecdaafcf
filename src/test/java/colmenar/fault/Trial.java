package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.ServerProcess;
import colmenar.fault.Checker.Terms;
import colmenar.fault.Orders.Trait;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A workload on some servers with one database, what is done to them, and the reckoning. */
final class Trial implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Trial.class.getName());
  private static final Duration SLOWEST_TASK = Duration.ofMillis(200);
  private static final Duration SLOWEST_RECOVERY = Duration.ofMinutes(2);
  private static final Duration SLOWEST_HALT = Duration.ofMinutes(5);
  private static final Duration LONGEST_SUBMIT = Duration.ofMinutes(20);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int SMALL = 200;
  private static final int MORE = 10;

  private final long begin = System.nanoTime();
  private final Map<String, Integer> done = new TreeMap<>();
  private final List<ServerProcess> nodes;
  private final Workload workload;
  private final String name;
  private final Path log;
  private final Path report;
  private final boolean delivered;
  private List<Bound> bounds = List.of();

  /**
   * @param name letters, different from those of other trials on the same database
   * @param nodes servers that run
   */
  Trial(String name, List<ServerProcess> nodes, Set<Trait> traits) throws Exception {
    this.name = name;
    this.nodes = List.copyOf(nodes);
    this.delivered = traits.contains(Trait.DELIVERED);
    Path home = nodes.get(0).dataDirectory();
    log = home.resolveSibling(name + "-executions.log");
    report = home.resolveSibling(name + "-history.txt");
    workload =
        new Workload(
            name,
            nodes.stream().map(ServerProcess::uri).toList(),
            Files.readString(home.resolve("administrator.token")).trim(),
            log,
            traits);
  }

  /** How many tasks a scenario has; the build may say more. */
  static int tasks() {
    return Integer.getInteger("colmenar.test.fault.tasks", SMALL);
  }

  Workload workload() {
    return workload;
  }

  /** Sets limits, from now on and until the end. */
  void limit(List<Bound> wanted) {
    bounds = List.copyOf(wanted);
    for (Bound bound : bounds) {
      workload.administrator().put("limits/" + bound.limit(), bound.json());
    }
    // Every server has seen them by then.
    rest(Duration.ofSeconds(1));
  }

  /** Sets one limit of each kind, and one of them with a rate. */
  void limitEverything() {
    Orders orders = workload.orders();
    limit(
        List.of(
            new Bound("BACKEND/local", 8),
            new Bound("OWNER/" + Workload.DRONE, 5),
            new Bound("METHOD/" + orders.methods().get(1), 4, 40.0, 10),
            new Bound("RESOURCE/" + orders.resource(), 3)));
  }

  List<Bound> bounds() {
    return bounds;
  }

  /** Waits until so many outcomes have been delivered. */
  void awaitOutcomes(long many) {
    Awaitility.await("outcomes")
        .atMost(LONGEST_SUBMIT)
        .until(() -> workload.history().outcomes() >= many);
  }

  /** Lets everything go on for a while. */
  static void rest(Duration time) {
    Awaitility.await()
        .pollDelay(time)
        .atMost(time.multipliedBy(4).plusSeconds(10))
        .until(() -> true);
  }

  /** Ends a server and all that it has started, and starts it again. */
  void kill(ServerProcess node) throws Exception {
    node.kill();
    did("killed");
    node.start();
  }

  /** Ends a server, but not the programs that it has started, and starts it again. */
  void killServerOnly(ServerProcess node) throws Exception {
    node.killServerOnly();
    did("killed");
    node.start();
  }

  /** Stops a server in good order and starts it again. */
  void upgrade(ServerProcess node) throws Exception {
    node.stop();
    did("stopped in good order");
    node.start();
  }

  /** Lets a server stand still for a time. */
  void standStill(ServerProcess node, Duration time) throws Exception {
    node.pause();
    did("stood still");
    try {
      rest(time);
    } finally {
      node.resume();
    }
  }

  /** Ends a server at each step, before its commit, after it, and between the transactions. */
  void haltAtEach(ServerProcess node, List<String> steps, int tasks) throws Exception {
    int share = tasks / (2 * steps.size());
    for (String sql : steps) {
      for (String moment : List.of("BEFORE_COMMIT", "AFTER_COMMIT")) {
        halt(node, moment, sql, share);
      }
    }
    for (String when : List.of(Bee.AT_ONCE, Bee.WITH_ITEM, Bee.AFTER_ITEM)) {
      killByTask(when);
    }
  }

  /** Ends a server at a step of its database, with at least so many tasks, and starts it again. */
  void halt(ServerProcess node, String moment, String sql, int tasks) throws Exception {
    // a file of properties has escapes of its own
    node.fail("halt=" + moment, "sql=" + sql.replace("\\", "\\\\"), "at=2");
    Future<?> submits = workload.submitMeanwhile(tasks);
    long since = System.nanoTime();
    while (node.running()) {
      assertThat(Duration.ofNanos(System.nanoTime() - since))
          .as("time to the end of the server, %s of %s", moment, sql)
          .isLessThan(SLOWEST_HALT);
      rest(POLL);
      if (submits.isDone()) {
        // All of them went to another server.
        submits = workload.submitMeanwhile(MORE);
      }
    }
    List<String> faults = node.faultsSoFar();
    assertThat(faults).as("why the server ended").last().asString().startsWith("halt " + moment);
    did("halted at a step");
    node.heal();
    node.start();
    submits.get(LONGEST_SUBMIT.toMinutes(), TimeUnit.MINUTES);
  }

  /** Lets a task kill the server on which it runs; whichever that is, it is started again. */
  void killByTask(String when) throws Exception {
    Future<?> submit = workload.submitKiller(when);
    Awaitility.await("end of a server by its task: " + when)
        .atMost(SLOWEST_HALT)
        .until(() -> nodes.stream().anyMatch(node -> !node.running()));
    did("killed by its task");
    for (ServerProcess node : nodes) {
      if (!node.running()) {
        node.start();
      }
    }
    submit.get(LONGEST_SUBMIT.toMinutes(), TimeUnit.MINUTES);
  }

  /** Notes what was done, for the summary. */
  void did(String what) {
    done.merge(what, 1, Integer::sum);
  }

  /** Heals everything, waits until nothing is unfinished, and looks for broken promises. */
  Evidence reckon() throws Exception {
    int faults = 0;
    for (ServerProcess node : nodes) {
      node.heal();
      if (!node.running()) {
        node.start();
      }
      faults += node.faultsSoFar().size();
    }
    Aftermath aftermath = workload.aftermath();
    try {
      aftermath.settle(SLOWEST_RECOVERY.plus(SLOWEST_TASK.multipliedBy(workload.orders().made())));
      if (delivered) {
        aftermath.drain(workload.owners());
      }
    } catch (ConditionTimeoutException e) {
      LOG.log(Level.WARNING, () -> name + ": not everything ended: " + e.getMessage());
    }
    Evidence evidence = new Evidence(workload.history(), aftermath.endings(), Execution.read(log));
    Terms terms = new Terms(ServerProcess.localWorkers(), delivered, bounds, aftermath.used());
    List<Violation> violations = new Checker(evidence).violations(aftermath.lines(), terms);
    workload.history().write(report);
    tell(new Summary(evidence, done, faults).text());
    assertThat(violations).as("broken promises, see %s", report).isEmpty();
    assertThat(workload.history().wrongAnswers()).as("wrong answers").isEmpty();
    return evidence;
  }

  private void tell(String summary) throws Exception {
    String line =
        "FAULTS %s on %s and %s: %s; %d s"
            .formatted(
                name,
                ColmenarServer.name(),
                ColmenarServer.database(),
                summary,
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());
    LOG.log(Level.INFO, line);
    Files.writeString(
        nodes.get(0).dataDirectory().getParent().resolveSibling("faults.txt"),
        line + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Takes the limits away again. */
  @Override
  public void close() {
    try {
      bounds.forEach(bound -> workload.administrator().delete("limits/" + bound.limit()));
    } finally {
      workload.close();
    }
  }
}

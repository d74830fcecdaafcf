package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ServerProcess;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** Some servers with one database, a workload on them, and the reckoning. */
final class Trial implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Trial.class.getName());
  private static final Duration SLOWEST_TASK = Duration.ofMillis(200);
  private static final Duration SLOWEST_RECOVERY = Duration.ofMinutes(2);

  private final List<ServerProcess> nodes;
  private final Workload workload;
  private final Path log;
  private final boolean delivers;

  /**
   * Starts the servers.
   *
   * @param repeats whether submits with an unknown outcome are repeated
   * @param delivers whether results are fetched by their topic
   */
  Trial(boolean repeats, boolean delivers, ServerProcess... servers) throws Exception {
    nodes = List.of(servers);
    for (ServerProcess node : nodes) {
      node.start();
    }
    this.delivers = delivers;
    Path home = nodes.get(0).dataDirectory();
    log = home.resolveSibling("executions.log");
    workload =
        new Workload(
            nodes.stream().map(ServerProcess::uri).toList(),
            Files.readString(home.resolve("administrator.token")).trim(),
            log,
            repeats);
    if (delivers) {
      workload.consume();
    }
  }

  /** How many tasks a scenario has; the build says it. */
  static int tasks() {
    return Integer.getInteger("colmenar.test.fault.tasks", 1000);
  }

  Workload workload() {
    return workload;
  }

  /** Waits until a planned fault has ended this server, then starts it again without faults. */
  static void restartAfterHalt(ServerProcess node) throws Exception {
    Awaitility.await("end of the server at the chosen step")
        .atMost(Duration.ofMinutes(1))
        .until(() -> !node.running());
    node.heal();
    node.start();
  }

  /** Heals everything, waits until nothing is unfinished, and looks for broken promises. */
  void reckon() throws Exception {
    for (ServerProcess node : nodes) {
      node.heal();
      if (!node.running()) {
        node.start();
      }
    }
    workload.settle(SLOWEST_RECOVERY.plus(SLOWEST_TASK.multipliedBy(tasks())));
    if (delivers) {
      workload.drain();
    }
    List<Ending> endings = workload.endings();
    List<Ending> later = workload.endings();
    List<Violation> violations =
        new Checker(workload.history(), endings, Execution.read(log))
            .violations(later, ServerProcess.localWorkers(), delivers);
    LOG.log(Level.INFO, () -> "%s, see %s".formatted(Workload.counts(endings), log));
    workload.history().write(log.resolveSibling("history.txt"));
    assertThat(violations)
        .as("broken promises, see %s", log.resolveSibling("history.txt"))
        .isEmpty();
  }

  @Override
  public void close() {
    try {
      workload.close();
    } finally {
      nodes.forEach(ServerProcess::close);
    }
  }
}

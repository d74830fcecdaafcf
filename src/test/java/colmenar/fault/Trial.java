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
import org.awaitility.core.ConditionTimeoutException;

/** A workload on some servers with one database, and the reckoning. */
final class Trial implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Trial.class.getName());
  private static final Duration SLOWEST_TASK = Duration.ofMillis(200);
  private static final Duration SLOWEST_RECOVERY = Duration.ofMinutes(1);
  private static final int SMALL = 200;

  private final List<ServerProcess> nodes;
  private final Workload workload;
  private final Path log;
  private final Path report;
  private final boolean delivers;

  /**
   * @param name letters, different from those of other trials on the same database
   * @param nodes servers that run
   * @param repeats whether submits with an unknown outcome are repeated
   * @param delivers whether results are fetched by their topic
   */
  Trial(String name, List<ServerProcess> nodes, boolean repeats, boolean delivers)
      throws Exception {
    this.nodes = List.copyOf(nodes);
    this.delivers = delivers;
    Path home = nodes.get(0).dataDirectory();
    log = home.resolveSibling(name + "-executions.log");
    report = home.resolveSibling(name + "-history.txt");
    workload =
        new Workload(
            name,
            nodes.stream().map(ServerProcess::uri).toList(),
            Files.readString(home.resolve("administrator.token")).trim(),
            log,
            repeats);
    if (delivers) {
      workload.consume();
    }
  }

  /** How many tasks a scenario has; the build may say more. */
  static int tasks() {
    return Integer.getInteger("colmenar.test.fault.tasks", SMALL);
  }

  /** Whether there is time for everything. */
  static boolean large() {
    return tasks() > SMALL;
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
    try {
      workload.settle(SLOWEST_RECOVERY.plus(SLOWEST_TASK.multipliedBy(tasks())));
    } catch (ConditionTimeoutException e) {
      LOG.log(Level.WARNING, () -> "not everything ended: " + e.getMessage());
    }
    if (delivers) {
      workload.drain();
    }
    List<Ending> endings = workload.endings();
    List<Ending> later = workload.endings();
    List<Violation> violations =
        new Checker(workload.history(), endings, Execution.read(log))
            .violations(later, ServerProcess.localWorkers(), delivers);
    LOG.log(Level.INFO, () -> "%s, see %s".formatted(Workload.counts(endings), report));
    workload.history().write(report);
    assertThat(violations).as("broken promises, see %s", report).isEmpty();
    assertThat(workload.history().wrongAnswers()).as("wrong answers").isEmpty();
  }

  @Override
  public void close() {
    workload.close();
  }
}

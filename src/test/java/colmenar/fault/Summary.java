package colmenar.fault;

import static colmenar.fault.Violation.Guarantee.G1;
import static colmenar.fault.Violation.Guarantee.G2;
import static colmenar.fault.Violation.Guarantee.G3;

import colmenar.fault.Violation.Guarantee;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** One line about a run. */
final class Summary {

  private final Evidence evidence;
  private final Map<String, Integer> done;
  private final int faults;

  /**
   * @param done what was done to servers and database, and how often
   * @param faults of statements and commits
   */
  Summary(Evidence evidence, Map<String, Integer> done, int faults) {
    this.evidence = evidence;
    this.done = done;
    this.faults = faults;
  }

  String text() {
    History history = evidence.history();
    Map<String, Integer> states = new TreeMap<>();
    evidence.endings().forEach(task -> states.merge(task.state(), 1, Integer::sum));
    long attempts = evidence.endings().stream().mapToLong(task -> task.attempts().size()).sum();
    long lost =
        evidence.endings().stream()
            .flatMap(task -> task.attempts().stream())
            .filter(one -> "INFRASTRUCTURE".equals(one.failureClass()))
            .count();
    long submits = history.submits().size();
    long unanswered = history.submits().stream().filter(one -> one.task() == null).count();
    long redelivered = history.deliveries().stream().filter(one -> one.handedOut() > 1).count();
    long other = evidence.violations().stream().filter(Summary::isOther).count();
    return ("%d tasks %s, %d lost, %d finished twice, %d stuck, %d otherwise wrong;"
            + " %d attempts, %d lost with their server, %d runs of code, %d of them overtaken;"
            + " submitted %d times, %d unanswered, %d names used twice in vain;"
            + " %d deliveries, %d again; %s, %d faults of statements")
        .formatted(
            evidence.endings().size(),
            states,
            count(G1),
            count(G3),
            count(G2),
            other,
            attempts,
            lost,
            evidence.executions().size(),
            evidence.overtaken(),
            submits,
            unanswered,
            history.misuses().size(),
            history.deliveries().size(),
            redelivered,
            done,
            faults);
  }

  private long count(Guarantee guarantee) {
    return evidence.violations().stream()
        .filter(violation -> Objects.equals(violation.guarantee(), guarantee))
        .count();
  }

  private static boolean isOther(Violation violation) {
    return switch (violation.guarantee()) {
      case G1, G2, G3 -> false;
      default -> true;
    };
  }
}

package colmenar.fault;

import colmenar.fault.Violation.Guarantee;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of a run, and what was found in it. */
final class Evidence {

  private final History history;
  private final List<Ending> endings;
  private final List<Execution> executions;
  private final Map<String, Ending.Try> tries = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  /**
   * @param endings of every task, when nothing was unfinished any more
   * @param executions every run of the code of a task
   */
  Evidence(History history, List<Ending> endings, List<Execution> executions) {
    this.history = history;
    this.endings = List.copyOf(endings);
    this.executions = List.copyOf(executions);
    endings.forEach(task -> task.attempts().forEach(one -> tries.put(one.id(), one)));
  }

  History history() {
    return history;
  }

  List<Ending> endings() {
    return endings;
  }

  List<Execution> executions() {
    return executions;
  }

  /** The attempt in which it ran, if the server knows it. */
  Optional<Ending.Try> attemptOf(Execution run) {
    return Optional.ofNullable(tries.get(run.attempt()));
  }

  Optional<Order> orderOf(Ending task) {
    return history.order(task.clientId());
  }

  /** What it counts for, of a limit. */
  int share(String clientId, String limit) {
    return history.order(clientId).map(order -> order.shares().getOrDefault(limit, 0)).orElse(0);
  }

  /**
   * Runs of code that went on, or even began, after their attempt had been taken away from a server
   * that could not know it.
   */
  long overtaken() {
    return executions.stream().filter(run -> run.until() > validUntil(run)).count();
  }

  /** Until when it counts: to its end, or to that of its attempt. */
  long validUntil(Execution run) {
    return attemptOf(run)
        .map(Ending.Try::over)
        .map(over -> Math.min(run.until(), Execution.nanos(over)))
        .orElse(run.until());
  }

  void found(Guarantee guarantee, String what) {
    violations.add(new Violation(guarantee, what));
  }

  List<Violation> violations() {
    return List.copyOf(violations);
  }
}

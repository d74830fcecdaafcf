package colmenar.fault;

import static colmenar.fault.Violation.Guarantee.TIME;

import colmenar.fault.History.Shut;
import java.time.Duration;
import java.time.Instant;

/** Whether tasks began and ended when they might, and nothing began while a gate was shut. */
final class TimesCheck {

  /** How soon a server sees that a waiting task is too late. */
  private static final Duration SEEN = Duration.ofSeconds(1);

  /** How soon a task is over that was not in time: its server may have to be missed first. */
  private static final Duration ENDED = Duration.ofSeconds(40);

  private final Evidence evidence;

  TimesCheck(Evidence evidence) {
    this.evidence = evidence;
  }

  void gates() {
    for (Shut shut : evidence.history().shut()) {
      for (Ending task : evidence.endings()) {
        for (Ending.Try one : task.attempts()) {
          if (one.claimed().isAfter(shut.from()) && one.claimed().isBefore(shut.to())) {
            evidence.found(TIME, "%s began while the gate was shut: %s".formatted(one, shut));
          }
        }
      }
    }
  }

  void deadlines() {
    for (Ending task : evidence.endings()) {
      evidence.orderOf(task).ifPresent(order -> deadlines(task, order.times()));
    }
    for (Execution run : evidence.executions()) {
      evidence
          .history()
          .order(run.clientId())
          .map(order -> order.times().notBefore())
          .filter(notBefore -> run.start() < Execution.nanos(notBefore))
          .ifPresent(
              notBefore ->
                  evidence.found(TIME, "its code ran before %s: %s".formatted(notBefore, run)));
    }
  }

  private void deadlines(Ending task, Times times) {
    boolean begun = !task.attempts().isEmpty();
    if (times.startBy() != null
        && begun
        && task.attempts().get(0).claimed().isAfter(times.startBy().plus(SEEN))) {
      evidence.found(TIME, "began after %s: %s".formatted(times.startBy(), task));
    }
    if (!task.terminal()) {
      return;
    }
    if (times.finishBy() != null && task.over().isAfter(times.finishBy().plus(ENDED))) {
      evidence.found(TIME, "was over long after %s: %s".formatted(times.finishBy(), task));
    }
    if ("TIME_LIMIT".equals(task.failureClass())
        && (begun || !passed(times.startBy(), task))
        && !passed(times.finishBy(), task)) {
      evidence.found(TIME, "failed because of a time that was not over: %s".formatted(task));
    }
  }

  private static boolean passed(Instant deadline, Ending task) {
    return deadline != null && !task.over().isBefore(deadline);
  }
}

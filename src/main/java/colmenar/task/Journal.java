package colmenar.task;

import colmenar.backend.FailureClass;
import colmenar.platform.SingleInstance;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Writes the life of each task to the log, as far as it is committed: every line names "task ID" or
 * "attempt ID". An attempt's id is its task's but for the last six digits, so that one search for
 * the first 30 characters of either finds them all. Never a payload.
 */
@SingleInstance
class Journal {

  private static final Logger LOG = System.getLogger(Journal.class.getName());

  void submitted(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Submitted deed) {
    if (LOG.isLoggable(Level.DEBUG)) {
      for (Task task : deed.tasks()) {
        LOG.log(
            Level.DEBUG,
            () ->
                "task %s is submitted by %s: method %s for %s"
                    .formatted(task.id(), task.owner(), task.methodName(), task.backend()));
      }
      deed.begun().forEach(this::claimed);
    }
  }

  void claimed(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Claims deed) {
    if (LOG.isLoggable(Level.DEBUG)) {
      for (Claimed claimed : deed.attempts()) {
        LOG.log(
            Level.DEBUG,
            () ->
                "attempt %s is made, number %d, for %s"
                    .formatted(claimed.attempt(), claimed.number(), deed.backend()));
      }
    }
  }

  /** What the infrastructure has lost is for the operator, everything else for the curious. */
  void settled(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Settled deed) {
    boolean curious = LOG.isLoggable(Level.DEBUG);
    for (End end : deed.ends()) {
      if (end.failureClass() == FailureClass.INFRASTRUCTURE) {
        LOG.log(Level.INFO, () -> line(end));
      } else if (curious) {
        LOG.log(Level.DEBUG, () -> line(end));
      }
    }
    if (curious) {
      for (GivenBack back : deed.givenBack()) {
        LOG.log(
            Level.DEBUG,
            () -> "attempt %s is given back by %s".formatted(back.attempt(), back.backend()));
      }
    }
  }

  private static String line(End end) {
    if (end.attempt() == null) {
      return "task %s is %s".formatted(end.task(), end.state());
    }
    String cause = end.failureClass() == null ? "" : " (" + end.failureClass() + ")";
    return "attempt %s on %s is %s%s, its task %s"
        .formatted(end.attempt(), end.backend(), end.outcome(), cause, end.state());
  }
}

package colmenar.backend.local;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Work;
import java.time.Duration;

/** The failures that this backend itself finds. */
final class Failures {

  private static final int SIGNAL_BASE = 128;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;

  private Failures() {}

  static Failure timeLimit(Work work, String note) {
    Duration limit = work.timeLimit() == null ? Duration.ZERO : work.timeLimit();
    String message = "it ran past its time limit of %s s".formatted(limit.toMillis() / 1000.0);
    return new Failure(
        FailureClass.TIME_LIMIT,
        "TimeLimit",
        note.isEmpty() ? message : message + "; " + note,
        null);
  }

  static Failure notRun() {
    return new Failure(
        FailureClass.INFRASTRUCTURE,
        "NotRun",
        "the server could not run it; the server's log says why",
        null);
  }

  static Failure workerNotStarted(String reason) {
    return new Failure(FailureClass.INFRASTRUCTURE, "WorkerNotStarted", reason, null);
  }

  /**
   * A worker process ended in the middle of an attempt.
   *
   * @param exitCode as a shell tells it: 128+n when signal n ended it
   */
  static Failure workerDied(int exitCode) {
    int signal = exitCode - SIGNAL_BASE;
    if (signal == SIGKILL || signal == SIGTERM) {
      String cause = signal == SIGKILL ? "; the machine may have run out of memory" : "";
      return new Failure(
          FailureClass.INFRASTRUCTURE,
          "WorkerKilled",
          "the worker process was killed by signal " + signal + cause,
          null);
    }
    String how =
        signal > 0 ? "crashed with signal " + signal : "was ended with exit code " + exitCode;
    return new Failure(
        FailureClass.APPLICATION,
        "WorkerDied",
        "the worker process " + how + " by the function",
        null);
  }
}

package colmenar.backend.hpc;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import org.jspecify.annotations.Nullable;

/** What became of an attempt that has left no outcome, by what its scheduler says. */
final class Verdict {

  private Verdict() {}

  /**
   * @param job id of the job, for people
   * @param status as the scheduler showed it last; null when it has forgotten it
   * @param run what is in its run directory, see {@code Site.poll} in {@code site.py}
   */
  static Outcome of(
      boolean cancelRequested, String job, @Nullable JobStatus status, JsonObject run) {
    if (cancelRequested) {
      return new Outcome.Canceled("");
    }
    return new Outcome.Failed(failure(job, status, run));
  }

  private static Failure failure(String job, @Nullable JobStatus status, JsonObject run) {
    if (status == null || !status.state().over()) {
      return lost(job, run);
    }
    return switch (status.state()) {
      case TIMED_OUT ->
          failure(
              FailureClass.TIME_LIMIT,
              "Walltime",
              "the scheduler ended job %s at the end of its walltime".formatted(job));
      case OUT_OF_MEMORY ->
          failure(
              FailureClass.APPLICATION,
              "OutOfMemory",
              "the scheduler ended job %s because of its memory".formatted(job));
      case NODE_FAILED ->
          failure(
              FailureClass.INFRASTRUCTURE,
              "NodeFailed",
              "a node was lost under job %s%s".formatted(job, because(status)));
      case PREEMPTED ->
          failure(
              FailureClass.INFRASTRUCTURE,
              "Preempted",
              "the scheduler ended job %s for the sake of another one".formatted(job));
      case CANCELED ->
          failure(
              FailureClass.REJECTED,
              "CanceledOnSite",
              "somebody has cancelled job %s at its scheduler%s".formatted(job, because(status)));
      case NOT_LAUNCHED ->
          failure(
              FailureClass.INFRASTRUCTURE,
              "NotLaunched",
              "the scheduler could not start job %s%s%s"
                  .formatted(job, because(status), said(run)));
      default -> ended(job, status, run);
    };
  }

  /** The job has ended by itself, without a word of the attempt. */
  private static Failure ended(String job, JobStatus status, JsonObject run) {
    if (run.get("endedBy") instanceof JsonObject signal) {
      return failure(
          FailureClass.INFRASTRUCTURE,
          "Killed",
          "job %s was ended by signal %d; its node may have run out of memory"
              .formatted(job, signal.getInt("signal", 0)));
    }
    String exit = status.exitCode() == null ? "" : " with exit code " + status.exitCode();
    if (run.get("claimedBy") instanceof JsonString) {
      return failure(
          FailureClass.INFRASTRUCTURE,
          "JobDied",
          "job %s ended%s in the midst of the attempt%s%s"
              .formatted(job, exit, because(status), said(run)));
    }
    return failure(
        FailureClass.INFRASTRUCTURE,
        "SetUpFailed",
        "job %s ended%s before the attempt began%s%s"
            .formatted(job, exit, because(status), said(run)));
  }

  private static Failure lost(String job, JsonObject run) {
    if (!run.getBoolean("exists", true)) {
      return failure(
          FailureClass.INFRASTRUCTURE,
          "RunDirectoryMissing",
          "the run directory of job %s has disappeared".formatted(job));
    }
    return failure(
        FailureClass.INFRASTRUCTURE,
        "JobLost",
        "the scheduler does not know job %s any more, and it has left no outcome%s"
            .formatted(job, said(run)));
  }

  private static Failure failure(FailureClass failureClass, String type, String message) {
    return new Failure(failureClass, type, message, null);
  }

  private static String because(JobStatus status) {
    return status.reason().isEmpty() ? "" : " (" + status.reason() + ")";
  }

  /** What the job itself wrote: its set-up lines, or what starts the code. */
  private static String said(JsonObject run) {
    return run.get("log") instanceof JsonString log && !log.getString().isBlank()
        ? "; it wrote:\n" + log.getString().strip()
        : "";
  }

  /** Exit code as the scheduler has it; null when it does not say. */
  static @Nullable Integer exitCode(@Nullable JobStatus status, JsonObject run) {
    if (run.get("endedBy") instanceof JsonObject signal
        && signal.get("signal") instanceof JsonNumber number) {
      return 128 + number.intValue();
    }
    return status == null ? null : status.exitCode();
  }
}

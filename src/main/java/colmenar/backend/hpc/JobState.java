package colmenar.backend.hpc;

/** What a scheduler says of a job, in the words of all of them. */
enum JobState {
  /** It waits for its turn, or is held. */
  WAITING,
  /** It has nodes, and begins, runs or ends there. */
  RUNNING,
  /** It has been stopped for a while. */
  SUSPENDED,
  /** It waits, and without somebody's help will do so for ever. */
  STUCK,
  /** It has ended with exit code 0. */
  COMPLETED,
  /** It has ended with another exit code, or by a signal. */
  FAILED,
  /** The scheduler ended it at the end of its walltime. */
  TIMED_OUT,
  /** The scheduler ended it because of its memory. */
  OUT_OF_MEMORY,
  /** A node was lost under it. */
  NODE_FAILED,
  /** The scheduler ended it for the sake of another job. */
  PREEMPTED,
  /** Somebody has cancelled it. */
  CANCELED,
  /** The scheduler could not start it. */
  NOT_LAUNCHED,
  /** A word that this server does not know; the log has it. */
  UNKNOWN;

  /** Whether the scheduler will do nothing more about it. */
  boolean over() {
    return switch (this) {
      case WAITING, RUNNING, SUSPENDED, STUCK, UNKNOWN -> false;
      default -> true;
    };
  }
}

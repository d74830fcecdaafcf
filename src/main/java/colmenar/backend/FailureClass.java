package colmenar.backend;

/** Who is to blame for a failure. */
public enum FailureClass {
  /** The user's code failed. */
  APPLICATION,
  /** It ran past its time limit. */
  TIME_LIMIT,
  /** A node, a worker, a connection or a scheduler failed; the code is not to blame. */
  INFRASTRUCTURE,
  /** The backend refuses it and would refuse it again. */
  REJECTED
}

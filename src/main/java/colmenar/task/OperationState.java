package colmenar.task;

/** How far an operation is. */
public enum OperationState {
  /** No server has begun it. */
  PENDING,
  RUNNING,
  /** It has come to every task. */
  DONE,
  /** Somebody has stopped it; what it had changed stays. */
  STOPPED,
  /** It went wrong again and again. */
  FAILED;

  public boolean over() {
    return this != PENDING && this != RUNNING;
  }
}

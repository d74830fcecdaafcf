package colmenar.task;

/**
 * The tasks of one owner that wait for one backend and run one method.
 *
 * @param first the one of them whose turn came first
 */
public record WaitingGroup(String backend, String method, String owner, long tasks, Task first) {

  /** Of the same group. */
  WaitingGroup plus(WaitingGroup other) {
    return new WaitingGroup(
        backend,
        method,
        owner,
        tasks + other.tasks,
        other.first.turnAt().isBefore(first.turnAt()) ? other.first : first);
  }
}

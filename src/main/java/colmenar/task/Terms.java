package colmenar.task;

/** What the engine says to an operation while it goes on. */
public interface Terms extends Placement {

  /**
   * Makes place for a new task.
   *
   * @throws colmenar.problem.TooManyTasksException when there is none now
   * @throws colmenar.problem.DrainingException while no tasks are accepted
   */
  void admit(String owner, TaskRequest request);

  /**
   * Whether more tasks may wait for a backend.
   *
   * @throws colmenar.problem.DrainingException while it accepts none
   */
  void admit(String backend);
}

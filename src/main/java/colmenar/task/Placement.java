package colmenar.task;

/** Where tasks may run; the engine knows. */
public interface Placement {

  /** Whether a version of a method may run on a backend. */
  boolean fits(String method, int version, String backend);

  /**
   * What the options of a task become when it moves: what it asked for stays, what the method adds
   * for one backend makes way for what it adds for the other.
   *
   * @param options of the task, a JSON object
   */
  String options(String method, int version, String from, String to, String options);
}

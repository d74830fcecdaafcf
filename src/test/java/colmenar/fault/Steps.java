package colmenar.fault;

/**
 * The steps of a task's life at which a server may end, each as a regular expression for the SQL of
 * a transaction that takes it. The steps between two transactions are those of {@link Bee}.
 */
final class Steps {

  static final String SUBMIT = "insert into task_request";

  /** On H2 a claim reads the inputs of what it has changed; on PostgreSQL it is one statement. */
  static final String CLAIM = "fence = fence \\+ 1|update task t[^\\n]*\\n[^\\n]*from task_request";

  static final String OUTCOME = "insert into result";
  static final String RECEIVE = "update result [^\\n]*deliveries";
  static final String ACKNOWLEDGE = "update result [^\\n]*inbox ?= ?null";

  private Steps() {}
}

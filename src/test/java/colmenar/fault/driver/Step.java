package colmenar.fault.driver;

/** Where in a transaction a fault may strike. */
enum Step {
  BEFORE_STATEMENT,
  AFTER_STATEMENT,
  BEFORE_COMMIT,
  /** The database has it, and only the answer is lost. */
  AFTER_COMMIT
}

package colmenar.task;

/** Why an operation passed over a task that fits its filter. */
public enum SkipReason {
  IS_OVER,
  IS_NOT_OVER,
  /** Only a PENDING task can move. */
  DOES_NOT_WAIT,
  /** It is as it should be: it is being cancelled, or waits for this backend. */
  NOTHING_TO_CHANGE,
  /** Its method may not run on the backend. */
  MAY_NOT_RUN_THERE,
  /** Since it was found something else became of it. */
  CHANGED_MEANWHILE
}

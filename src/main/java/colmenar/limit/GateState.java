package colmenar.limit;

/** What a gate lets through. */
public enum GateState {
  /** All. */
  OPEN,
  /** Tasks are accepted, but no attempt is made of them. */
  PAUSED,
  /** No task is accepted; what was accepted before is finished. */
  DRAINING
}

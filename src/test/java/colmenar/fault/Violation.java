package colmenar.fault;

/**
 * A promise that was not kept.
 *
 * @param what in words, with the ids
 */
record Violation(Guarantee guarantee, String what) {

  /** The promises of the README, as far as a history shows whether they were kept. */
  enum Guarantee {
    /** An acknowledged submit is never lost. */
    G1,
    /** Every task reaches a terminal state. */
    G2,
    /** It does so once, and its code runs at most once for each attempt. */
    G3,
    /** One client id makes one task. */
    G4,
    /** Results are kept until they are acknowledged, and items keep their order. */
    G5,
    /** No more runs at once than is allowed, over all servers, and nothing keeps its place. */
    G7,
    /** Loss of infrastructure is told apart, and uses up no retry. */
    G8,
    /** Nothing begins before it may, while a gate is shut, or when its time is over. */
    TIME
  }
}

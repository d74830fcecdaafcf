package colmenar.backend;

import java.util.UUID;

/**
 * What became of an attempt that was handed over before a restart.
 *
 * @param attempt id of the attempt
 * @param fate what to do about it
 * @param reason one sentence for the task's owner; empty unless lost
 */
public record Recovered(UUID attempt, Fate fate, String reason) {

  public enum Fate {
    /** Known to the backend; its outcome will be told to the listener. */
    ATTACHED,
    /** Never arrived, with certainty; the task waits for another attempt. */
    NEVER_ARRIVED,
    /** Gone, and what it had done is unknown. */
    LOST
  }
}

package colmenar.backend;

import java.util.UUID;

/**
 * An attempt that a backend did not take.
 *
 * @param attempt id of the attempt
 * @param kind whether trying again can help
 * @param reason one sentence for the task's owner
 */
public record Refusal(UUID attempt, Kind kind, String reason) {

  public enum Kind {
    /** Would be refused again: the task fails. */
    REJECTED,
    /** May be taken later: the task waits on. */
    UNAVAILABLE
  }
}

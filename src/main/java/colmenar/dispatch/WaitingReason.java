package colmenar.dispatch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One of the reasons for which a task waits.
 *
 * @param sentence for people
 * @param until when it will be over; null when that is not known
 */
public record WaitingReason(Type type, String sentence, @Nullable Instant until) {

  WaitingReason(Type type, String sentence) {
    this(type, sentence, null);
  }

  /** What kind of reason it is. */
  public enum Type {
    /** No attempt is made before a time. */
    NOT_BEFORE,
    /** After a failure, the next attempt follows at a time. */
    BACKOFF,
    /** The server or the backend is paused. */
    PAUSED,
    /** The backend takes no work. */
    BACKEND_DOWN,
    /** No server that is alive has the backend. */
    BACKEND_NOT_HERE,
    /** As much is running as a limit allows. */
    LIMIT,
    /** As much has started as a limit allows. */
    RATE,
    /** The backend is full, and others come first. */
    CAPACITY,
    /** The backend has it and has not begun: it waits in the queue of a scheduler, for example. */
    AT_BACKEND
  }
}

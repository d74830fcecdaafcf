package colmenar.task;

/**
 * What became of one request.
 *
 * @param task the new one, or the one that was there
 */
public record Submitted(Task task, Kind kind) {

  public enum Kind {
    MADE,
    /** The same was submitted before under this client id. */
    KNOWN,
    /** Something else was submitted before under this client id; nothing was made. */
    DIFFERENT
  }
}

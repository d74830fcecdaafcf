package colmenar.remote;

/**
 * The machine could not be reached, or the connection was lost before the answer: whether the
 * command was run is not known.
 */
public class UnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnreachableException(String message) {
    super(message);
  }

  public UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}

package colmenar.backend;

import java.io.Serial;

/** The backend cannot be reached or will take nothing now; the same request may succeed later. */
public final class BackendUnavailableException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public BackendUnavailableException(String message) {
    super(message);
  }

  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

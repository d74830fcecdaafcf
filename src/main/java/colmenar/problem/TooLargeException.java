package colmenar.problem;

import java.io.Serial;

/** It is over a size limit, which the message names. */
public final class TooLargeException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  public TooLargeException(String message) {
    super(message);
  }
}

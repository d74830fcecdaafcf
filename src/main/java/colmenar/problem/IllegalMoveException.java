package colmenar.problem;

import java.io.Serial;

/** The state it is in does not allow this. */
public final class IllegalMoveException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  public IllegalMoveException(String message) {
    super(message);
  }
}

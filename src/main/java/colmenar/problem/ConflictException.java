package colmenar.problem;

import java.io.Serial;

/** Somebody else changed it at the same moment, or it exists already. */
public final class ConflictException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  public ConflictException(String message) {
    super(message);
  }
}

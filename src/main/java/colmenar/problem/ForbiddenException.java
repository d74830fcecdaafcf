package colmenar.problem;

import java.io.Serial;

/** The caller may not do this to that. */
public final class ForbiddenException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  public ForbiddenException(String message) {
    super(message);
  }
}

package colmenar.problem;

import java.io.Serial;

/** There is no such thing. */
public final class NotFoundException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  public NotFoundException(String message) {
    super(message);
  }
}

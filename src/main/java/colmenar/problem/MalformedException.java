package colmenar.problem;

import java.io.Serial;

/** It cannot even be read, such as text that is not JSON. */
public final class MalformedException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  public MalformedException(String message) {
    super(message);
  }
}

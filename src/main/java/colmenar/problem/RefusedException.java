package colmenar.problem;

import java.io.Serial;

/** A request was refused for a reason its sender can understand; the message says which. */
public abstract sealed class RefusedException extends RuntimeException
    permits NotFoundException,
        MalformedException,
        InvalidException,
        TooLargeException,
        IllegalMoveException,
        ConflictException,
        ForbiddenException {
  @Serial private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}

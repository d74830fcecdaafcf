package colmenar.problem;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** A request was refused for a reason its sender can understand; the message says which. */
public abstract sealed class RefusedException extends RuntimeException
    permits NotFoundException,
        MalformedException,
        InvalidException,
        TooLargeException,
        IllegalMoveException,
        ConflictException,
        ForbiddenException,
        DrainingException,
        TooManyListenersException,
        TooManyTasksException {
  @Serial private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }

  /** When it may be worth to try the same again; empty when time does not heal it. */
  public Optional<Duration> retryAfter() {
    return Optional.empty();
  }
}

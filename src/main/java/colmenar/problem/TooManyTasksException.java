package colmenar.problem;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** There are as many unfinished tasks as the server will keep; the message says of whom. */
public final class TooManyTasksException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  public TooManyTasksException(String message) {
    super(message);
  }

  @Override
  public Optional<Duration> retryAfter() {
    return Optional.of(RETRY_AFTER);
  }
}

package colmenar.problem;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** No more clients can listen to events now. */
public final class TooManyListenersException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  public TooManyListenersException(String message) {
    super(message);
  }

  @Override
  public Optional<Duration> retryAfter() {
    return Optional.of(RETRY_AFTER);
  }
}

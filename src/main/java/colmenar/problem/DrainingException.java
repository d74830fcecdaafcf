package colmenar.problem;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** No tasks are accepted, because an administrator wants what is there to come to its end. */
public final class DrainingException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(60);

  public DrainingException(String message) {
    super(message);
  }

  @Override
  public Optional<Duration> retryAfter() {
    return Optional.of(RETRY_AFTER);
  }
}

package colmenar.backend.hpc;

import java.time.Duration;
import java.time.Instant;

/** How many jobs may be submitted now, of so many a minute. Not thread-safe. */
final class Allowance {

  private static final double MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final int perMinute;
  private double left;
  private Instant filledAt;

  Allowance(int perMinute, Instant now) {
    this.perMinute = perMinute;
    this.left = perMinute;
    this.filledAt = now;
  }

  int left(Instant now) {
    double fresh =
        Math.max(0, Duration.between(filledAt, now).toNanos()) / MINUTE_NANOS * perMinute;
    left = Math.min(perMinute, left + fresh);
    filledAt = now;
    return (int) left;
  }

  void use(int jobs) {
    left -= jobs;
  }
}

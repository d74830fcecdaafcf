package colmenar.platform;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.Duration;

/** The only clock. It ticks in microseconds, because that is what the databases keep. */
@SingleInstance
class Time {

  @Produces
  @Dependent
  Clock clock() {
    return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
  }
}

package colmenar.dispatch;

import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready only while the engine beats and everything that has something to do gets on with it. Half a
 * lease of delay is usual, so two are allowed: by then other nodes have taken over.
 */
@Readiness
@SingleInstance
class EngineHealth implements HealthCheck {

  private static final int MOST_LEASES = 2;

  /** Far longer than any step of a lane takes: a backend answers within seconds. */
  private static final Duration STUCK = Duration.ofMinutes(1);

  private final Engine engine;

  @Inject
  EngineHealth(Engine engine) {
    this.engine = engine;
  }

  @Override
  public HealthCheckResponse call() {
    if (!engine.runs()) {
      return HealthCheckResponse.named("engine").withData("runs", false).down().build();
    }
    Duration silence = engine.heart().sinceBeat();
    boolean well = silence.compareTo(engine.lease().multipliedBy(MOST_LEASES)) < 0;
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("engine")
            .withData("runs", true)
            .withData("secondsSinceHeartbeat", silence.toSeconds());
    for (var step : engine.stalls().entrySet()) {
      boolean stuck = step.getValue().compareTo(STUCK) >= 0;
      response.withData(step.getKey(), stuck ? "STUCK" : "OK");
      well &= !stuck;
    }
    return response.status(well).build();
  }
}

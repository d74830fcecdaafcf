package colmenar.dispatch;

import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Alive unless the engine's heart has not even tried to beat for many leases: only then would a new
 * start help. A database that is away is no such reason, and a start would end what runs here.
 */
@Liveness
@SingleInstance
class EngineLife implements HealthCheck {

  private static final int MOST_LEASES = 30;

  private final Engine engine;

  @Inject
  EngineLife(Engine engine) {
    this.engine = engine;
  }

  @Override
  public HealthCheckResponse call() {
    Duration silence = engine.heart().sinceTry();
    boolean alive =
        !engine.runs() || silence.compareTo(engine.lease().multipliedBy(MOST_LEASES)) < 0;
    return HealthCheckResponse.named("engine").status(alive).build();
  }
}

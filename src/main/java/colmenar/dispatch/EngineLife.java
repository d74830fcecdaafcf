package colmenar.dispatch;

import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive unless the engine's heart has stopped for long; see {@link Vitals#alive}. */
@Liveness
@SingleInstance
class EngineLife implements HealthCheck {

  private final Engine engine;

  @Inject
  EngineLife(Engine engine) {
    this.engine = engine;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("engine").status(engine.vitals().alive()).build();
  }
}

package colmenar.dispatch;

import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready only while the engine gets on with its work; says with what it does not. */
@Readiness
@SingleInstance
class EngineHealth implements HealthCheck {

  private final Engine engine;

  @Inject
  EngineHealth(Engine engine) {
    this.engine = engine;
  }

  @Override
  public HealthCheckResponse call() {
    Vitals vitals = engine.vitals();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("engine")
            .withData("runs", vitals.runs())
            .withData("secondsSinceHeartbeat", vitals.sinceBeat().toSeconds());
    for (String name : vitals.stalls().keySet()) {
      response.withData(name, vitals.stuck(name) ? "STUCK" : "OK");
    }
    return response.status(vitals.ready()).build();
  }
}

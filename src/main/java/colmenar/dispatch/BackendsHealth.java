package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.backend.Status;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Tells the condition of each backend; not ready only when none takes work. */
@Readiness
@SingleInstance
class BackendsHealth implements HealthCheck {

  private final Backends backends;

  @Inject
  BackendsHealth(Backends backends) {
    this.backends = backends;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("backends");
    boolean any = false;
    for (Backend backend : backends.all()) {
      Status.Condition condition = backend.status().condition();
      response.withData(backend.name(), condition.name());
      any |= condition != Status.Condition.DOWN;
    }
    return response.status(any).build();
  }
}

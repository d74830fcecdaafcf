package colmenar.platform;

import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready only while the database answers. */
@Readiness
@SingleInstance
class DatabaseHealth implements HealthCheck {

  private static final int TIMEOUT_SECONDS = 5;

  private final Database database;

  @Inject
  DatabaseHealth(Database database) {
    this.database = database;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("database").status(database.answers(TIMEOUT_SECONDS)).build();
  }
}

package colmenar.backend.local;

import colmenar.backend.Backend;
import colmenar.backend.BackendProvider;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Offers the one local backend, unless {@code colmenar.local.enabled} is false. */
@SingleInstance
class LocalProvider implements BackendProvider {

  private final LocalBackend backend;
  private final boolean enabled;

  @Inject
  LocalProvider(
      LocalBackend backend,
      @ConfigProperty(name = "colmenar.local.enabled", defaultValue = "true") boolean enabled) {
    this.backend = backend;
    this.enabled = enabled;
  }

  @Override
  public List<Backend> backends() {
    return enabled ? List.of(backend) : List.of();
  }
}

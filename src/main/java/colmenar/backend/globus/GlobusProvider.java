package colmenar.backend.globus;

import colmenar.backend.Backend;
import colmenar.backend.BackendProvider;
import colmenar.platform.DataDirectory;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/** Offers a backend for each endpoint in {@code colmenar.globus.endpoints}. */
@SingleInstance
class GlobusProvider implements BackendProvider {

  private final List<Backend> backends;

  @Inject
  GlobusProvider(
      Config config, Calls calls, Threads threads, Clock clock, DataDirectory directory) {
    GlobusConfiguration configuration = new GlobusConfiguration(config);
    List<EndpointSettings> endpoints = configuration.endpoints();
    if (endpoints.isEmpty()) {
      backends = List.of();
      return;
    }
    Cloud cloud =
        Cloud.of(
            configuration.service(),
            calls::repeatable,
            calls::once,
            threads,
            clock,
            directory.file("globus-functions.properties"));
    backends =
        endpoints.stream()
            .<Backend>map(settings -> new GlobusBackend(settings, cloud, threads, clock))
            .toList();
  }

  @Override
  public List<Backend> backends() {
    return backends;
  }
}

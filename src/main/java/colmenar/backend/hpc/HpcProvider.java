package colmenar.backend.hpc;

import colmenar.backend.Backend;
import colmenar.backend.BackendProvider;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.remote.Host;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/** Offers a backend for each site in {@code colmenar.hpc.sites}. */
@SingleInstance
class HpcProvider implements BackendProvider {

  private final Threads threads;
  private final Clock clock;
  private final List<Backend> backends;

  @Inject
  HpcProvider(Config config, Threads threads, Clock clock) {
    this.threads = threads;
    this.clock = clock;
    Path home = Path.of(System.getProperty("user.home"));
    this.backends = new Sites(config, home).all().stream().map(this::backend).toList();
  }

  private Backend backend(SiteSettings settings) {
    Host host = settings.login().host(threads, clock);
    return new HpcBackend(settings, new Site(settings, host), threads, clock);
  }

  @Override
  public List<Backend> backends() {
    return backends;
  }
}

package colmenar.backend.parsl;

import colmenar.backend.Backend;
import colmenar.backend.BackendProvider;
import colmenar.backend.site.RemotePython;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.remote.Host;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** Offers a backend for each executor at each site in {@code colmenar.parsl.sites}. */
@SingleInstance
class ParslProvider implements BackendProvider {

  private final List<Backend> backends;

  @Inject
  ParslProvider(Config config, Threads threads, Clock clock) {
    Path home = Path.of(System.getProperty("user.home"));
    this.backends =
        new ParslSites(config, home)
            .all().stream().flatMap(site -> backends(site, threads, clock)).toList();
  }

  private static Stream<Backend> backends(ParslSettings settings, Threads threads, Clock clock) {
    Host host = settings.login().host(threads, clock);
    RemotePython python = new RemotePython(settings.login(), host, BridgeModules.MODULES);
    Bridge bridge = new Bridge(settings, python, host, threads, clock);
    return settings.executors().stream()
        .map(label -> new ParslBackend(settings, label, bridge, python, host));
  }

  @Override
  public List<Backend> backends() {
    return backends;
  }
}

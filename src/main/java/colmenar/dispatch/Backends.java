package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.backend.BackendProvider;
import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The backends of this server, by name. */
@SingleInstance
public class Backends {

  private final Map<String, Backend> byName = new TreeMap<>();

  @Inject
  public Backends(Instance<BackendProvider> providers) {
    for (BackendProvider provider : providers) {
      provider.backends().forEach(this::add);
    }
  }

  private void add(Backend backend) {
    if (byName.putIfAbsent(backend.name(), backend) != null) {
      throw new IllegalStateException("two backends are called " + backend.name());
    }
  }

  public Collection<Backend> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  public Optional<Backend> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public Backend get(String name) {
    return named(name).orElseThrow(() -> new NotFoundException("no backend " + name));
  }
}

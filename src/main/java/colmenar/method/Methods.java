package colmenar.method;

import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The use cases of the catalog, each one transaction. */
@SingleInstance
@Transactional
public class Methods {

  private final MethodStore store;
  private final Clock clock;

  /**
   * Definitions never change, so what was read once stays true; tasks ask for them all the time.
   */
  private final ConcurrentMap<Method.Key, MethodDefinition> definitions = new ConcurrentHashMap<>();

  @Inject
  public Methods(MethodStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Puts a definition under a name: the next version, or the latest when nothing has changed. */
  public Method put(String name, JsonObject json, String by) {
    MethodDefinition definition = MethodDefinition.of(name, json);
    Optional<Method> latest = store.latest(name);
    if (latest.isPresent() && latest.get().defines(definition)) {
      latest.get().restore();
      store.flush();
      return latest.get();
    }
    Method next =
        new Method(definition, latest.map(Method::version).orElse(0) + 1, by, clock.instant());
    store.add(next);
    return next;
  }

  /** Takes a method out of the catalog; its versions stay readable. */
  public void retire(String name) {
    known(store.latest(name), "no method " + name).retire(clock.instant());
    store.flush();
  }

  /** Every method that can be called, in its newest version. */
  public List<Method> list() {
    return store.latest().stream().filter(m -> m.retiredAt().isEmpty()).toList();
  }

  public Method latest(String name) {
    return known(store.latest(name).filter(m -> m.retiredAt().isEmpty()), "no method " + name);
  }

  /** Newest first, also those of a retired method. */
  public List<Method> versions(String name) {
    List<Method> versions = store.versions(name);
    if (versions.isEmpty()) {
      throw new NotFoundException("no method " + name);
    }
    return versions;
  }

  public Method version(String name, int version) {
    return known(store.version(name, version), "no version " + version + " of method " + name);
  }

  /** What one version of a method is. */
  public MethodDefinition definition(String name, int version) {
    Method.Key key = new Method.Key(name, version);
    MethodDefinition known = definitions.get(key);
    if (known == null) {
      known = MethodDefinition.stored(version(name, version));
      definitions.put(key, known);
    }
    return known;
  }

  private static Method known(Optional<Method> found, String otherwise) {
    return found.orElseThrow(() -> new NotFoundException(otherwise));
  }
}

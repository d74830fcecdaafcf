package colmenar.method;

import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The use cases of the catalog, each one transaction. */
@SingleInstance
@Transactional
public class Methods {

  private final MethodStore store;
  private final Clock clock;

  private final Event<MethodChanged> changes;

  @Inject
  public Methods(MethodStore store, Clock clock, Event<MethodChanged> changes) {
    this.store = store;
    this.clock = clock;
    this.changes = changes;
  }

  /** Puts a definition under a name: the next version, or the latest when nothing has changed. */
  public Method put(String name, JsonObject json, String by) {
    MethodDefinition definition = MethodDefinition.of(name, json);
    Optional<Method> latest = store.latest(name);
    if (latest.isPresent() && latest.get().defines(definition)) {
      latest.get().restore();
      store.flush();
      changes.fire(new MethodChanged(name));
      return latest.get();
    }
    Method next =
        new Method(definition, latest.map(Method::version).orElse(0) + 1, by, clock.instant());
    store.add(next);
    changes.fire(new MethodChanged(name));
    return next;
  }

  /** Takes a method out of the catalog; its versions stay readable. */
  public void retire(String name) {
    known(store.latest(name), "no method " + name).retire(clock.instant());
    store.flush();
    changes.fire(new MethodChanged(name));
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

  private static Method known(Optional<Method> found, String otherwise) {
    return found.orElseThrow(() -> new NotFoundException(otherwise));
  }
}

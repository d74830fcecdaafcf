package colmenar.dispatch;

import colmenar.json.JsonText;
import colmenar.limit.GateState;
import colmenar.limit.Rules;
import colmenar.method.Catalog;
import colmenar.method.MethodDefinition;
import colmenar.platform.SingleInstance;
import colmenar.problem.DrainingException;
import colmenar.problem.InvalidException;
import colmenar.task.Placement;
import colmenar.task.Task;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;

/**
 * Says on which backends waiting tasks may run, as the catalog, the gates and this server see it.
 */
@SingleInstance
public class Places implements Placement {

  private final Catalog catalog;
  private final Backends backends;
  private final Rules rules;

  @Inject
  public Places(Catalog catalog, Backends backends, Rules rules) {
    this.catalog = catalog;
    this.backends = backends;
    this.rules = rules;
  }

  /**
   * @throws InvalidException when this server has no such backend
   */
  public void checkConfigured(String backend) {
    if (backends.named(backend).isEmpty()) {
      throw new InvalidException("backend", backend + " is not configured here");
    }
  }

  /**
   * @throws DrainingException while the backend accepts no tasks
   */
  void checkOpen(String backend) {
    if (rules.gate(backend) == GateState.DRAINING) {
      throw new DrainingException("backend %s is draining: it accepts no tasks".formatted(backend));
    }
  }

  /**
   * Whether a task may wait for a backend.
   *
   * @throws InvalidException when its method may not run there
   * @throws DrainingException while the backend accepts no tasks
   */
  void check(Task task, String backend) {
    checkConfigured(backend);
    if (!fits(task.methodName(), task.methodVersion(), backend)) {
      throw new InvalidException(
          "backend",
          "version %d of method %s may not run on %s"
              .formatted(task.methodVersion(), task.methodName(), backend));
    }
    checkOpen(backend);
  }

  /** What a backend of another server can run is known by the definition of the method alone. */
  @Override
  public boolean fits(String method, int version, String backend) {
    MethodDefinition definition = definition(method, version);
    return definition.backends().contains(backend)
        && backends
            .named(backend)
            .map(here -> here.profile().kinds().contains(definition.code().kind()))
            .orElse(true);
  }

  @Override
  public String options(String method, int version, String from, String to, String options) {
    MethodDefinition definition = definition(method, version);
    JsonObject there = definition.options(from, JsonValue.EMPTY_JSON_OBJECT);
    JsonObjectBuilder asked = JsonText.JSON.createObjectBuilder();
    JsonText.stored(options)
        .asJsonObject()
        .forEach(
            (name, value) -> {
              if (!value.equals(there.get(name))) {
                asked.add(name, value);
              }
            });
    return definition.options(to, asked.build()).toString();
  }

  private MethodDefinition definition(String method, int version) {
    return catalog.version(method, version).definition();
  }
}

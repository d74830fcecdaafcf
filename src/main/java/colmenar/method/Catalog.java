package colmenar.method;

import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The definitions of methods, kept in memory because every task needs one. Thread-safe.
 *
 * <p>A version never changes, so what was read once stays true. Which one is the latest does: a
 * change made by this server is seen at once, one made by another within a second.
 */
@SingleInstance
public class Catalog {

  private static final Duration LATEST_IS_TRUE_FOR = Duration.ofSeconds(1);

  private final Methods methods;
  private final Clock clock;
  private final ConcurrentMap<Method.Key, MethodDefinition> definitions = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Latest> latest = new ConcurrentHashMap<>();

  @Inject
  public Catalog(Methods methods, Clock clock) {
    this.methods = methods;
    this.clock = clock;
  }

  /**
   * The newest version of a method that can be called.
   *
   * @throws NotFoundException when there is none
   */
  public MethodVersion latest(String name) {
    Instant now = clock.instant();
    Latest known = latest.get(name);
    if (known == null || known.until().isBefore(now)) {
      int version = methods.latest(name).version();
      known = new Latest(version(name, version), now.plus(LATEST_IS_TRUE_FOR));
      latest.put(name, known);
    }
    return known.version();
  }

  /**
   * One version of a method, also of a retired one.
   *
   * @throws NotFoundException when there is none
   */
  public MethodVersion version(String name, int version) {
    Method.Key key = new Method.Key(name, version);
    MethodDefinition known = definitions.get(key);
    if (known == null) {
      known = MethodDefinition.stored(methods.version(name, version));
      definitions.put(key, known);
    }
    return new MethodVersion(version, known);
  }

  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) MethodChanged change) {
    latest.remove(change.name());
  }

  private record Latest(MethodVersion version, Instant until) {}
}

package colmenar.method;

import colmenar.platform.SingleInstance;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;

/** The method table. */
@SingleInstance
class MethodStore {

  @PersistenceContext(unitName = "colmenar")
  private EntityManager entities;

  Optional<Method> version(String name, int version) {
    return Optional.ofNullable(entities.find(Method.class, new Method.Key(name, version)));
  }

  Optional<Method> latest(String name) {
    return versions(name).stream().findFirst();
  }

  /** Newest first. */
  List<Method> versions(String name) {
    return entities
        .createQuery(
            "select m from Method m where m.name = :name order by m.version desc", Method.class)
        .setParameter("name", name)
        .getResultList();
  }

  /** The newest version of each, by name, retired ones included. */
  List<Method> latest() {
    return entities
        .createQuery(
            "select m from Method m where m.version ="
                + " (select max(o.version) from Method o where o.name = m.name) order by m.name",
            Method.class)
        .getResultList();
  }

  void add(Method method) {
    entities.persist(method);
    entities.flush();
  }

  void flush() {
    entities.flush();
  }
}

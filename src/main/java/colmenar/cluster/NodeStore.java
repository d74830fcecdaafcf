package colmenar.cluster;

import colmenar.platform.SingleInstance;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The node table. */
@SingleInstance
class NodeStore {

  @PersistenceContext(unitName = "colmenar")
  private EntityManager entities;

  void add(Node node) {
    entities.persist(node);
    entities.flush();
  }

  /** Locked: a claim of this node that is under way is committed before, and none comes after. */
  Optional<Node> locked(UUID id) {
    return Optional.ofNullable(entities.find(Node.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  List<Node> all() {
    return entities
        .createQuery("select n from Node n order by n.startedAt, n.id", Node.class)
        .getResultList();
  }

  void remove(Node node) {
    entities.remove(node);
    entities.flush();
  }

  void flush() {
    entities.flush();
  }
}

package colmenar.cluster;

import colmenar.platform.SingleInstance;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The node table. */
@SingleInstance
class NodeStore {

  /** Whoever waits for a server that hangs would hang with it. */
  private static final Map<String, Object> AT_ONCE = Map.of("jakarta.persistence.lock.timeout", 0);

  @PersistenceContext(unitName = "colmenar")
  private EntityManager entities;

  void add(Node node) {
    entities.persist(node);
    entities.flush();
  }

  Optional<Node> locked(UUID id) {
    return Optional.ofNullable(entities.find(Node.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  /**
   * @throws jakarta.persistence.PersistenceException when its row is locked, because it is beating,
   *     or hangs in the middle of it: try again
   */
  Optional<Node> lockedAtOnce(UUID id) {
    return Optional.ofNullable(
        entities.find(Node.class, id, LockModeType.PESSIMISTIC_WRITE, AT_ONCE));
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

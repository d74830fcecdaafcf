package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of operations. */
@SingleInstance
class OperationStore {

  private static final String UNFINISHED =
      "o.state in (OperationState.PENDING, OperationState.RUNNING)";

  private final Database database;

  @PersistenceContext(unitName = "colmenar")
  private EntityManager entities;

  @Inject
  @SuppressWarnings("NullAway.Init")
  OperationStore(Database database) {
    this.database = database;
  }

  void add(Operation operation) {
    entities.persist(operation);
    entities.flush();
  }

  Optional<Operation> operation(UUID id) {
    return Optional.ofNullable(entities.find(Operation.class, id));
  }

  Optional<Operation> locked(UUID id) {
    return Optional.ofNullable(entities.find(Operation.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  /** Locked, unless another server has it at this moment. */
  Optional<Operation> free(UUID id) {
    if (!database.isShared()) {
      return locked(id);
    }
    boolean free =
        !entities
            .createNativeQuery(
                "select cast(id as varchar) from operation where id = ?1 for update skip locked")
            .setParameter(1, id)
            .getResultList()
            .isEmpty();
    return free ? operation(id) : Optional.empty();
  }

  /** Those that could go on now; the one that has waited longest comes first. */
  List<UUID> due(Instant now, int most) {
    return entities
        .createQuery(
            "select o.id from Operation o where "
                + UNFINISHED
                + " and o.turnAt <= :now order by o.turnAt, o.id",
            UUID.class)
        .setParameter("now", now)
        .setMaxResults(most)
        .getResultList();
  }

  /** Newest first. */
  List<Operation> list(@Nullable UUID before, int most) {
    return before == null
        ? entities
            .createQuery("select o from Operation o order by o.id desc", Operation.class)
            .setMaxResults(most)
            .getResultList()
        : entities
            .createQuery(
                "select o from Operation o where o.id < :before order by o.id desc",
                Operation.class)
            .setParameter("before", before)
            .setMaxResults(most)
            .getResultList();
  }

  void flush() {
    entities.flush();
  }
}

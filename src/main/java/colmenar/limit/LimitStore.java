package colmenar.limit;

import colmenar.platform.SingleInstance;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The tables of limits and gates. */
@SingleInstance
class LimitStore {

  private static final String DUPLICATE_KEY = "23505";

  @PersistenceContext(unitName = "colmenar")
  @SuppressWarnings("NullAway.Init")
  private EntityManager entities;

  /**
   * By id. Only to be looked at: a row that is locked later in the same transaction is read again.
   */
  List<Limit> limits() {
    List<Limit> all =
        entities.createQuery("select l from Limit l order by l.id", Limit.class).getResultList();
    all.forEach(entities::detach);
    return all;
  }

  /** Locked until the end of the transaction, in the order of their ids. */
  List<Limit> locked(Collection<String> ids) {
    return entities
        .createQuery("select l from Limit l where l.id in :ids order by l.id", Limit.class)
        .setParameter("ids", ids)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultList();
  }

  /** By name. Only to be looked at. */
  List<Gate> gates() {
    List<Gate> all =
        entities.createQuery("select g from Gate g order by g.name", Gate.class).getResultList();
    all.forEach(entities::detach);
    return all;
  }

  Optional<Gate> lockedGate(String name) {
    return Optional.ofNullable(entities.find(Gate.class, name, LockModeType.PESSIMISTIC_WRITE));
  }

  /**
   * @throws OptimisticLockException when somebody else makes the same at the same moment: look
   *     again
   */
  void add(Object made) {
    try {
      entities.persist(made);
      entities.flush();
    } catch (PersistenceException e) {
      throw isDuplicate(e) ? new OptimisticLockException("made at the same moment", e) : e;
    }
  }

  private static boolean isDuplicate(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            cause -> cause instanceof SQLException sql && DUPLICATE_KEY.equals(sql.getSQLState()));
  }

  void remove(Limit limit) {
    entities.remove(limit);
    entities.flush();
  }

  void flush() {
    entities.flush();
  }
}

package colmenar.security;

import colmenar.platform.SingleInstance;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Optional;

/** The table of sessions. */
@SingleInstance
class SessionStore {
  @PersistenceContext(unitName = "colmenar")
  @SuppressWarnings("NullAway.Init")
  private EntityManager entities;

  void add(Session session) {
    entities.persist(session);
  }

  Optional<Session> withHash(String hash) {
    return Optional.ofNullable(entities.find(Session.class, hash));
  }

  void extend(String hash, Instant expiresAt) {
    entities
        .createQuery("update Session s set s.expiresAt = :until where s.hash = :hash")
        .setParameter("until", expiresAt)
        .setParameter("hash", hash)
        .executeUpdate();
  }

  void remove(String hash) {
    entities
        .createQuery("delete from Session s where s.hash = :hash")
        .setParameter("hash", hash)
        .executeUpdate();
  }

  void removeExpired(Instant now) {
    entities
        .createQuery("delete from Session s where s.expiresAt <= :now")
        .setParameter("now", now)
        .executeUpdate();
  }
}

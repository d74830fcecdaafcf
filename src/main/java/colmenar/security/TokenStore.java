package colmenar.security;

import colmenar.platform.SingleInstance;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The token table. */
@SingleInstance
class TokenStore {

  @PersistenceContext(unitName = "colmenar")
  @SuppressWarnings("NullAway.Init")
  private EntityManager entities;

  void add(Token token) {
    entities.persist(token);
    entities.flush();
  }

  void flush() {
    entities.flush();
  }

  Optional<Token> token(UUID id) {
    return Optional.ofNullable(entities.find(Token.class, id));
  }

  Optional<Token> withHash(String hash) {
    return entities
        .createQuery("select t from Token t where t.hash = :hash", Token.class)
        .setParameter("hash", hash)
        .getResultStream()
        .findFirst();
  }

  /** Oldest first. */
  List<Token> all() {
    return entities.createQuery("select t from Token t order by t.id", Token.class).getResultList();
  }
}

package colmenar.security;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The table of sessions in memory. */
class FakeSessionStore extends SessionStore {
  final Map<String, Session> sessions = new LinkedHashMap<>();

  @Override
  void add(Session session) {
    sessions.put(session.hash(), session);
  }

  @Override
  Optional<Session> withHash(String hash) {
    return Optional.ofNullable(sessions.get(hash));
  }

  @Override
  void extend(String hash, Instant expiresAt) {
    sessions.computeIfPresent(
        hash, (key, session) -> new Session(hash, session.tokenId(), expiresAt));
  }

  @Override
  void remove(String hash) {
    sessions.remove(hash);
  }

  @Override
  void removeExpired(Instant now) {
    sessions.values().removeIf(session -> !now.isBefore(session.expiresAt()));
  }
}

package colmenar.security;

import colmenar.platform.SingleInstance;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The use cases of sessions, each one transaction. They are in the database, so that they outlive a
 * server and hold on all of them; a session is worth no more than the token that opened it.
 */
@SingleInstance
@Transactional
public class Sessions {
  /** One that is not used for so long ends. */
  static final Duration IDLE = Duration.ofHours(8);

  /** That it is used is written down no more often. */
  private static final Duration NOTED_EVERY = Duration.ofMinutes(10);

  private final SessionStore store;
  private final TokenStore tokens;
  private final Clock clock;
  private final Event<AccessEnded> changes;

  @Inject
  public Sessions(SessionStore store, TokenStore tokens, Clock clock, Event<AccessEnded> changes) {
    this.store = store;
    this.tokens = tokens;
    this.clock = clock;
    this.changes = changes;
  }

  /** Answers with its secret, which is stored nowhere. */
  public String open(UUID token) {
    Instant now = clock.instant();
    store.removeExpired(now);
    String secret = Secrets.make();
    store.add(new Session(Secrets.hash(secret), token, now.plus(IDLE)));
    return secret;
  }

  /** The token that opened the session with this secret, if both are still good. */
  public Optional<Token> token(String secret) {
    Instant now = clock.instant();
    Optional<Session> session =
        store.withHash(Secrets.hash(secret)).filter(found -> now.isBefore(found.expiresAt()));
    Optional<Token> token =
        session.flatMap(found -> tokens.token(found.tokenId())).filter(found -> found.isValid(now));
    if (token.isPresent()) {
      session
          .filter(found -> found.expiresAt().isBefore(now.plus(IDLE).minus(NOTED_EVERY)))
          .ifPresent(found -> store.extend(found.hash(), now.plus(IDLE)));
    }
    return token;
  }

  /** Ends it: on this server at once, on others within a second. */
  public void close(String secret) {
    store.remove(Secrets.hash(secret));
    changes.fire(new AccessEnded());
  }
}

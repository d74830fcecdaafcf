package colmenar.security;

import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The use cases of access tokens, each one transaction. */
@SingleInstance
@Transactional
public class Tokens {

  private static final String PREFIX = "colmenar_";

  private final TokenStore store;
  private final Ids ids;
  private final Clock clock;
  private final Event<AccessEnded> changes;

  @Inject
  public Tokens(TokenStore store, Ids ids, Clock clock, Event<AccessEnded> changes) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.changes = changes;
  }

  public NewToken create(TokenRequest request, String by) {
    String secret = PREFIX + Secrets.make();
    Instant now = clock.instant();
    Instant expires = request.lifetime() == null ? null : now.plus(request.lifetime());
    Token token = new Token(ids.next(), Secrets.hash(secret), request, by, now, expires);
    store.add(token);
    return new NewToken(token, secret);
  }

  /**
   * Makes it useless: on this server at once, on others within a second. Doing so again changes
   * nothing.
   */
  public void revoke(UUID id) {
    store
        .token(id)
        .orElseThrow(() -> new NotFoundException("no token " + id))
        .revoke(clock.instant());
    store.flush();
    changes.fire(new AccessEnded());
  }

  public List<Token> list() {
    return store.all();
  }

  /** The token with this secret, if it is still good. */
  public Optional<Token> valid(String secret) {
    return store.withHash(Secrets.hash(secret)).filter(token -> token.isValid(clock.instant()));
  }

  /** Whether the token of this id is still good. */
  public boolean isValid(UUID id) {
    return store.token(id).filter(token -> token.isValid(clock.instant())).isPresent();
  }

  /** Whether anybody can administer the server. */
  public boolean hasAdministrator() {
    Instant now = clock.instant();
    return store.all().stream()
        .anyMatch(token -> token.role() == Role.ADMINISTRATOR && token.isValid(now));
  }
}

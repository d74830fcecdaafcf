package colmenar.security;

import colmenar.platform.Ids;
import colmenar.platform.Sha256;
import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The use cases of access tokens, each one transaction. A secret has 256 random bits, so a plain
 * hash of it is as good as a slow one.
 */
@SingleInstance
@Transactional
public class Tokens {

  private static final String PREFIX = "colmenar_";
  private static final int SECRET_BYTES = 32;

  private final TokenStore store;
  private final Ids ids;
  private final Clock clock;
  private final Event<TokenRevoked> changes;
  private final SecureRandom random = new SecureRandom();

  @Inject
  public Tokens(TokenStore store, Ids ids, Clock clock, Event<TokenRevoked> changes) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.changes = changes;
  }

  public NewToken create(TokenRequest request, String by) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant();
    Instant expires = request.lifetime() == null ? null : now.plus(request.lifetime());
    Token token = new Token(ids.next(), hash(secret), request, by, now, expires);
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
    changes.fire(new TokenRevoked());
  }

  public List<Token> list() {
    return store.all();
  }

  /** The token with this secret, if it is still good. */
  public Optional<Token> valid(String secret) {
    return store.withHash(hash(secret)).filter(token -> token.isValid(clock.instant()));
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

  /** What is stored of a secret. */
  static String hash(String secret) {
    return Sha256.hex(secret);
  }
}

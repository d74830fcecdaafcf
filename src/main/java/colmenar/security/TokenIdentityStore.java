package colmenar.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * Knows callers by their access tokens and sessions. What it has found out it believes for a
 * second, because a program asks many times in one.
 */
@ApplicationScoped
public class TokenIdentityStore implements IdentityStore {

  private static final Duration BELIEVED_FOR = Duration.ofSeconds(1);
  private static final int MOST_BELIEVED = 10_000;

  @Inject private Tokens tokens;
  @Inject private Sessions sessions;
  @Inject private Clock clock;

  /** By the hash of the secret. */
  private final ConcurrentMap<String, Known> believed = new ConcurrentHashMap<>();

  @Override
  public CredentialValidationResult validate(Credential credential) {
    if (credential instanceof BearerCredential bearer) {
      return caller(valid(bearer.secret(), tokens::valid));
    }
    if (credential instanceof SessionCredential session) {
      return caller(valid(session.secret(), sessions::token));
    }
    if (credential instanceof UsernamePasswordCredential login) {
      return caller(
          valid(login.getPasswordAsString(), tokens::valid)
              .filter(token -> token.user().equals(login.getCaller())));
    }
    return CredentialValidationResult.NOT_VALIDATED_RESULT;
  }

  private Optional<Token> valid(String secret, Function<String, Optional<Token>> lookUp) {
    Instant now = clock.instant();
    String hash = Secrets.hash(secret);
    Known known = believed.get(hash);
    if (known != null && now.isBefore(known.until())) {
      return Optional.of(known.token()).filter(token -> token.isValid(now));
    }
    Optional<Token> found = lookUp.apply(secret);
    if (believed.size() >= MOST_BELIEVED) {
      believed.clear();
    }
    found.ifPresentOrElse(
        token -> believed.put(hash, new Known(token, now.plus(BELIEVED_FOR))),
        () -> believed.remove(hash));
    return found;
  }

  void forget(@Observes(during = TransactionPhase.AFTER_SUCCESS) AccessEnded change) {
    believed.clear();
  }

  private static CredentialValidationResult caller(Optional<Token> token) {
    return token.map(TokenIdentityStore::caller).orElse(CredentialValidationResult.INVALID_RESULT);
  }

  private static CredentialValidationResult caller(Token token) {
    String id = token.id().toString();
    return new CredentialValidationResult(null, token.user(), null, id, token.role().groups());
  }

  /** A token that was good a moment ago. */
  private record Known(Token token, Instant until) {}
}

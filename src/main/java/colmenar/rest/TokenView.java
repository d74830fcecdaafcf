package colmenar.rest;

import colmenar.security.NewToken;
import colmenar.security.Token;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An access token.
 *
 * @param secret only in the answer that makes it; it cannot be shown again
 */
@Schema(name = "Token")
public record TokenView(
    String id,
    String user,
    String role,
    String description,
    Instant createdAt,
    String createdBy,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable String secret) {

  static TokenView of(Token token) {
    return of(token, null);
  }

  static TokenView of(NewToken made) {
    return of(made.token(), made.secret());
  }

  private static TokenView of(Token token, @Nullable String secret) {
    return new TokenView(
        token.id().toString(),
        token.user(),
        token.role().word(),
        token.description(),
        token.createdAt(),
        token.createdBy(),
        token.expiresAt().orElse(null),
        token.revokedAt().orElse(null),
        secret);
  }
}

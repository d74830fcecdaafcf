package colmenar.security;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A login by the form: its secret, in a cookie, stands for the token that opened it. */
@Entity
@Table(name = "login_session")
class Session {
  @Id private String hash;

  @Column(name = "token_id")
  private UUID tokenId;

  @Column(name = "expires_at")
  private Instant expiresAt;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Session() {}

  Session(String hash, UUID tokenId, Instant expiresAt) {
    this.hash = hash;
    this.tokenId = tokenId;
    this.expiresAt = expiresAt;
  }

  String hash() {
    return hash;
  }

  UUID tokenId() {
    return tokenId;
  }

  /** When it ends unless it is used before. */
  Instant expiresAt() {
    return expiresAt;
  }
}

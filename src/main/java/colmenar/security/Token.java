package colmenar.security;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An access token, without its secret. */
@Entity
@Table(name = "token")
public class Token {

  @Id private UUID id;

  @Column(name = "username")
  private String user;

  private String role;
  private String description;

  /** Only queries read it. */
  @SuppressWarnings("UnusedVariable")
  private String hash;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "expires_at")
  private @Nullable Instant expiresAt;

  @Column(name = "revoked_at")
  private @Nullable Instant revokedAt;

  @Version
  @Column(name = "row_version")
  private long rowVersion;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Token() {}

  Token(
      UUID id,
      String hash,
      TokenRequest request,
      String createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt) {
    this.id = id;
    this.hash = hash;
    this.user = request.user();
    this.role = request.role().word();
    this.description = request.description();
    this.createdBy = createdBy;
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
  }

  void revoke(Instant now) {
    if (revokedAt == null) {
      revokedAt = now;
    }
  }

  boolean isValid(Instant now) {
    return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
  }

  public UUID id() {
    return id;
  }

  /** Whose requests it authenticates. */
  public String user() {
    return user;
  }

  public Role role() {
    return Role.of(role);
  }

  public String description() {
    return description;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }

  public Optional<Instant> expiresAt() {
    return Optional.ofNullable(expiresAt);
  }

  public Optional<Instant> revokedAt() {
    return Optional.ofNullable(revokedAt);
  }
}

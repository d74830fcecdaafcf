package colmenar.method;

import colmenar.json.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One version of a method in the catalog. */
@Entity
@Table(name = "method")
@IdClass(Method.Key.class)
public class Method {

  @Id private String name;
  @Id private int version;
  private String kind;
  private String definition;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "retired_at")
  private @Nullable Instant retiredAt;

  @Version
  @Column(name = "row_version")
  private long rowVersion;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Method() {}

  Method(MethodDefinition definition, int version, String createdBy, Instant createdAt) {
    this.name = definition.name();
    this.version = version;
    this.kind = definition.code().kind();
    this.definition = definition.json().toString();
    this.createdBy = createdBy;
    this.createdAt = createdAt;
  }

  /** Takes it out of the catalog: no new tasks; those submitted before still run. */
  void retire(Instant now) {
    if (retiredAt == null) {
      retiredAt = now;
    }
  }

  /** Puts it back. */
  void restore() {
    retiredAt = null;
  }

  /** Whether it is the same, in whatever order its members come. */
  boolean defines(MethodDefinition other) {
    return JsonText.stored(definition).equals(other.json());
  }

  public String name() {
    return name;
  }

  public int version() {
    return version;
  }

  public String kind() {
    return kind;
  }

  /** The definition as JSON text. */
  public String definition() {
    return definition;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }

  public Optional<Instant> retiredAt() {
    return Optional.ofNullable(retiredAt);
  }

  /** Name and version. */
  public static class Key implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private String name;
    private int version;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    public Key() {}

    public Key(String name, int version) {
      this.name = name;
      this.version = version;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.version == version && key.name.equals(name);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, version);
    }

    @Override
    public String toString() {
      return name + " version " + version;
    }
  }
}

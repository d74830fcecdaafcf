package colmenar.cluster;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One life of a server, from its start to its end. */
@Entity
@Table(name = "node")
public class Node {

  /** No name has it. */
  private static final String SEPARATOR = ",";

  @Id private UUID id;
  private String name;
  private String version;
  private String backends;

  @Column(name = "started_at")
  private Instant startedAt;

  private long beats;

  @Column(name = "beat_at")
  private Instant beatAt;

  @Column(name = "died_at")
  private @Nullable Instant diedAt;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Node() {}

  Node(UUID id, String name, String version, Collection<String> backends, Instant now) {
    this.id = id;
    this.name = name;
    this.version = version;
    this.backends = String.join(SEPARATOR, backends);
    this.startedAt = now;
    this.beatAt = now;
  }

  /**
   * @return false when it has been declared dead, which is for ever
   */
  boolean beat(Instant now) {
    if (diedAt != null) {
      return false;
    }
    beats++;
    beatAt = now;
    return true;
  }

  void die(Instant now) {
    if (diedAt == null) {
      diedAt = now;
    }
  }

  public UUID id() {
    return id;
  }

  /** What its administrator calls the server. */
  public String name() {
    return name;
  }

  /** Of the application. */
  public String version() {
    return version;
  }

  /** The names of the backends that it serves. */
  public List<String> backends() {
    return backends.isEmpty() ? List.of() : List.of(backends.split(SEPARATOR, -1));
  }

  public Instant startedAt() {
    return startedAt;
  }

  /** Grows while the node lives. */
  public long beats() {
    return beats;
  }

  /** When it last said that it lives, by its own clock. */
  public Instant beatAt() {
    return beatAt;
  }

  /** When it left or was declared dead; others take over what it owned. */
  public Optional<Instant> diedAt() {
    return Optional.ofNullable(diedAt);
  }
}

package colmenar.limit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

/** Where an administrator stops the flow of work: before one backend, or before them all. */
@Entity
@Table(name = "gate")
public class Gate {

  /** The name of the gate before everything; no backend is called so. */
  public static final String SERVER = "*";

  @Id private String name;

  @Enumerated(EnumType.STRING)
  private GateState state;

  @Column(name = "changed_at")
  private Instant changedAt;

  @Column(name = "changed_by")
  private String changedBy;

  @Version
  @Column(name = "row_version")
  private long rowVersion;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Gate() {}

  public Gate(String name, GateState state, String by, Instant now) {
    this.name = name;
    this.state = state;
    this.changedBy = by;
    this.changedAt = now;
  }

  /** Doing so again changes nothing, not even the time. */
  void become(GateState next, String by, Instant now) {
    if (state != next) {
      state = next;
      changedBy = by;
      changedAt = now;
    }
  }

  /** Of the backend, or {@link #SERVER}. */
  public String name() {
    return name;
  }

  public GateState state() {
    return state;
  }

  public Instant changedAt() {
    return changedAt;
  }

  public String changedBy() {
    return changedBy;
  }
}

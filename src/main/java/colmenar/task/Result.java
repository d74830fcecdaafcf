package colmenar.task;

import colmenar.json.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a task, or one streamed item. Items of a task are ordered by attempt and index,
 * the outcome comes last.
 *
 * <p>It waits in its {@link Inbox}, in the order of the sequence, until a consumer acknowledges it.
 * A consumer that receives it has a lease on it; when that ends without an acknowledgement, the
 * next one gets it. See {@link Inboxes}.
 */
@Entity
@Table(name = "result")
@IdClass(Result.Key.class)
public class Result {

  @Id
  @Column(name = "task_id")
  private UUID taskId;

  @Id
  @Column(name = "attempt_number")
  private int attemptNumber;

  @Id
  @Column(name = "item_index")
  private int itemIndex;

  private boolean complete;
  private boolean success;

  @Column(name = "value_json")
  private @Nullable String value;

  @Column(name = "value_bytes")
  private long valueBytes;

  @Column(name = "sent_at")
  private Instant sentAt;

  private @Nullable String inbox;

  @Column(insertable = false, updatable = false)
  private long sequence;

  @Column(name = "lease_id")
  private @Nullable UUID leaseId;

  @Column(name = "lease_until")
  private @Nullable Instant leaseUntil;

  private int deliveries;

  @Column(name = "received_at")
  private @Nullable Instant receivedAt;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Result() {}

  private Result(Task task, int index, @Nullable String value, Instant sentAt) {
    this.taskId = task.id();
    this.attemptNumber = task.attempts();
    this.itemIndex = index;
    this.value = value;
    this.valueBytes = value == null ? 0 : JsonText.bytes(value);
    this.sentAt = sentAt;
    this.inbox = Inbox.of(task).toString();
  }

  /** One more item of the current attempt. */
  static Result item(Task task, int index, String value, Instant now) {
    Result result = new Result(task, index, value, now);
    result.success = true;
    return result;
  }

  /** The outcome; without a value when there is none. */
  static Result outcome(Task task, @Nullable String value, Instant now) {
    Result result = new Result(task, task.items(), value, now);
    result.complete = true;
    result.success = value != null;
    return result;
  }

  /** Its consumer has got it; only the first time counts. */
  boolean received(Instant now) {
    if (receivedAt != null) {
      return false;
    }
    receivedAt = now;
    return true;
  }

  public UUID taskId() {
    return taskId;
  }

  public int attemptNumber() {
    return attemptNumber;
  }

  public int itemIndex() {
    return itemIndex;
  }

  /** False for a streamed item, as Colmena's {@code complete}. */
  public boolean complete() {
    return complete;
  }

  public boolean success() {
    return success;
  }

  /** JSON text; empty when the task did not succeed. */
  public Optional<String> value() {
    return Optional.ofNullable(value);
  }

  public long valueBytes() {
    return valueBytes;
  }

  public Instant sentAt() {
    return sentAt;
  }

  /** Its place among all results, in the order in which they came. */
  public long sequence() {
    return sequence;
  }

  /** Where it waits; empty once it is acknowledged. */
  Optional<Inbox> inbox() {
    return Optional.ofNullable(inbox).map(Inbox::parse);
  }

  /** How many times it was handed out. */
  public int deliveries() {
    return deliveries;
  }

  /** When a consumer first got it. */
  public Optional<Instant> receivedAt() {
    return Optional.ofNullable(receivedAt);
  }

  /** Task, attempt and index. */
  public static class Key implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private UUID taskId;
    private int attemptNumber;
    private int itemIndex;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    public Key() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && key.attemptNumber == attemptNumber
          && key.itemIndex == itemIndex
          && key.taskId.equals(taskId);
    }

    @Override
    public int hashCode() {
      return Objects.hash(taskId, attemptNumber, itemIndex);
    }
  }
}

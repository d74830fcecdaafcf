package colmenar.task;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serial;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a task, or one streamed item; written once. Items of a task are ordered by attempt
 * and index, the outcome comes last.
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

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Result() {}

  private Result(UUID taskId, int attempt, int index, @Nullable String value, Instant sentAt) {
    this.taskId = taskId;
    this.attemptNumber = attempt;
    this.itemIndex = index;
    this.value = value;
    this.valueBytes = value == null ? 0 : value.getBytes(StandardCharsets.UTF_8).length;
    this.sentAt = sentAt;
  }

  static Result item(UUID task, int attempt, int index, String value, Instant now) {
    Result result = new Result(task, attempt, index, value, now);
    result.success = true;
    return result;
  }

  /** The outcome; without a value when there is none. */
  static Result outcome(UUID task, int attempt, int items, @Nullable String value, Instant now) {
    Result result = new Result(task, attempt, items, value, now);
    result.complete = true;
    result.success = value != null;
    return result;
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

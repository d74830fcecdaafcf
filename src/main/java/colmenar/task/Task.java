package colmenar.task;

import colmenar.backend.FailureClass;
import colmenar.problem.IllegalMoveException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request to run a method on inputs; the persistent thing with a life.
 *
 * <p>A task is born {@code PENDING} when its submit is committed, and waits in the database. When
 * its backend has room the dispatcher claims it: a new {@link Attempt} becomes its current one, and
 * it is {@code RUNNING} where backends start work at once, or {@code SUBMITTING}, {@code QUEUED}
 * and {@code RUNNING} where they have queues of their own. The current attempt's id is the token of
 * ownership: whatever arrives for another attempt is too late and changes nothing.
 *
 * <p>When the attempt ends, the task ends with it, or returns to {@code PENDING} for another try.
 * Two numbers bound the tries. {@code maxRetries}, Colmena's number, counts only tries that the
 * user's code is to blame for. {@code maxAttempts} counts all of them: with 1, the code is started
 * at most once whatever happens to the machines below it.
 *
 * <p>Cancelling a waiting task ends it at once. Cancelling an active one makes it {@code CANCELING}
 * until the backend answers, and the answer may still be a success. The three terminal states are
 * never left: running a task again makes a new task that points at this one.
 *
 * <p>Inputs, attempts and results have rows of their own, because this row changes often.
 */
@Entity
@Table(name = "task")
public class Task {

  @Id private UUID id;

  @Enumerated(EnumType.STRING)
  private TaskState state;

  @Column(name = "method_name")
  private String methodName;

  @Column(name = "method_version")
  private int methodVersion;

  private String backend;
  private String topic;
  private String owner;

  @Column(name = "rerun_of")
  private @Nullable UUID rerunOf;

  private int priority;

  @Column(name = "ready_at")
  private Instant readyAt;

  @Column(name = "attempt_id")
  private @Nullable UUID attemptId;

  private int attempts;
  private int retries;

  @Column(name = "max_retries")
  private int maxRetries;

  @Column(name = "max_attempts")
  private int maxAttempts;

  @Column(name = "time_limit_ms")
  private @Nullable Long timeLimitMillis;

  @Column(name = "keep_inputs")
  private boolean keepInputs;

  @Column(name = "input_bytes")
  private long inputBytes;

  @Column(name = "value_bytes")
  private @Nullable Long valueBytes;

  private int items;

  @Enumerated(EnumType.STRING)
  @Column(name = "failure_class")
  private @Nullable FailureClass failureClass;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "input_received_at")
  private Instant inputReceivedAt;

  @Column(name = "result_sent_at")
  private @Nullable Instant resultSentAt;

  @Column(name = "result_received_at")
  private @Nullable Instant resultReceivedAt;

  @Version
  @Column(name = "row_version")
  private long rowVersion;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Task() {}

  public Task(UUID id, String owner, TaskRequest request, Instant now) {
    this.id = id;
    this.state = TaskState.PENDING;
    this.owner = owner;
    this.methodName = request.method();
    this.methodVersion = request.version();
    this.backend = request.backend();
    this.topic = request.topic();
    this.rerunOf = request.rerunOf();
    this.priority = request.priority();
    this.readyAt = now;
    this.maxRetries = request.maxRetries();
    this.maxAttempts = request.maxAttempts();
    this.timeLimitMillis = request.timeLimit() == null ? null : request.timeLimit().toMillis();
    this.keepInputs = request.keepInputs();
    this.inputBytes = request.inputBytes();
    this.createdAt = request.created() == null ? now : request.created();
    this.inputReceivedAt = now;
  }

  /** The dispatcher takes it for an attempt on a backend that {@code startsAtOnce}, or not. */
  Attempt claim(UUID attempt, boolean startsAtOnce, Instant now) {
    moveTo(startsAtOnce ? TaskState.RUNNING : TaskState.SUBMITTING);
    attempts++;
    attemptId = attempt;
    return new Attempt(attempt, id, attempts, backend, now);
  }

  /** The backend would not take the attempt now: as if it had never been claimed. */
  void release(Instant tryAgainAt) {
    moveTo(TaskState.PENDING);
    attempts--;
    attemptId = null;
    readyAt = tryAgainAt;
  }

  /** The backend has it in its queue. */
  void accepted() {
    if (state == TaskState.SUBMITTING) {
      moveTo(TaskState.QUEUED);
    }
  }

  void running() {
    if (state != TaskState.RUNNING && state != TaskState.CANCELING) {
      moveTo(TaskState.RUNNING);
    }
  }

  void itemAdded() {
    items++;
  }

  /**
   * Somebody asks that it end.
   *
   * @return whether a backend has to be asked
   * @throws IllegalMoveException when it is over, except when it was cancelled before
   */
  boolean cancel(Instant now) {
    if (state == TaskState.CANCELED || state == TaskState.CANCELING) {
      return false;
    }
    if (state == TaskState.PENDING) {
      canceled(now);
      return false;
    }
    moveTo(TaskState.CANCELING);
    return true;
  }

  /** Another attempt will follow. */
  void retry(Instant at, boolean usesRetry) {
    moveTo(TaskState.PENDING);
    attemptId = null;
    readyAt = at;
    if (usesRetry) {
      retries++;
    }
  }

  void succeeded(long bytes, Instant now) {
    end(TaskState.SUCCEEDED, now);
    valueBytes = bytes;
  }

  void failed(FailureClass cause, Instant now) {
    end(TaskState.FAILED, now);
    failureClass = cause;
  }

  void canceled(Instant now) {
    end(TaskState.CANCELED, now);
  }

  /** Its owner has fetched the result; only the first time counts. */
  boolean delivered(Instant now) {
    if (!state.terminal() || resultReceivedAt != null) {
      return false;
    }
    resultReceivedAt = now;
    return true;
  }

  private void end(TaskState terminal, Instant now) {
    moveTo(terminal);
    resultSentAt = now;
  }

  private void moveTo(TaskState target) {
    if (!state.mayMoveTo(target)) {
      throw new IllegalMoveException(
          "task %s is %s and cannot become %s".formatted(id, state, target));
    }
    state = target;
  }

  /** Whether this attempt owns it; what any other attempt reports is too late. */
  boolean isCurrent(UUID attempt) {
    return Objects.equals(attempt, attemptId) && !state.terminal();
  }

  public UUID id() {
    return id;
  }

  public TaskState state() {
    return state;
  }

  public String methodName() {
    return methodName;
  }

  public int methodVersion() {
    return methodVersion;
  }

  public String backend() {
    return backend;
  }

  public String topic() {
    return topic;
  }

  public String owner() {
    return owner;
  }

  /** The task that this one repeats. */
  public Optional<UUID> rerunOf() {
    return Optional.ofNullable(rerunOf);
  }

  /** Higher runs earlier. */
  public int priority() {
    return priority;
  }

  /** Before this time no attempt is made. */
  public Instant readyAt() {
    return readyAt;
  }

  /** The attempt that owns it, or owned it last. */
  public Optional<UUID> attemptId() {
    return Optional.ofNullable(attemptId);
  }

  /** Attempts made so far, of any cause. */
  public int attempts() {
    return attempts;
  }

  /** Attempts beyond the first that the user's code was to blame for. */
  public int retries() {
    return retries;
  }

  public int maxRetries() {
    return maxRetries;
  }

  public int maxAttempts() {
    return maxAttempts;
  }

  /** Of one attempt. */
  public Optional<Duration> timeLimit() {
    return Optional.ofNullable(timeLimitMillis).map(Duration::ofMillis);
  }

  /** Whether the inputs come back with the result. */
  public boolean keepInputs() {
    return keepInputs;
  }

  /** Size of the inputs as JSON. */
  public long inputBytes() {
    return inputBytes;
  }

  /** Size of the value as JSON. */
  public Optional<Long> valueBytes() {
    return Optional.ofNullable(valueBytes);
  }

  /** Streamed items so far, of all attempts. */
  public int items() {
    return items;
  }

  public Optional<FailureClass> failureClass() {
    return Optional.ofNullable(failureClass);
  }

  /** When the client made the request, by its own clock if it said so. */
  public Instant createdAt() {
    return createdAt;
  }

  /** When the server had it. */
  public Instant inputReceivedAt() {
    return inputReceivedAt;
  }

  /** When the outcome was there to be fetched: the end of the task. */
  public Optional<Instant> resultSentAt() {
    return Optional.ofNullable(resultSentAt);
  }

  /** When its owner first fetched the outcome. */
  public Optional<Instant> resultReceivedAt() {
    return Optional.ofNullable(resultReceivedAt);
  }
}

package colmenar.task;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.json.JsonText;
import colmenar.platform.Ids;
import colmenar.problem.IllegalMoveException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.PrimaryKeyJoinColumn;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request to run a method on inputs; the persistent thing with a life.
 *
 * <p>A task is born {@code PENDING} when its submit is committed, and waits in the database. When
 * its backend has room the dispatcher claims it: a new {@link Attempt} becomes its current one, and
 * it is {@code RUNNING} where backends start work at once, or {@code SUBMITTING}, {@code QUEUED}
 * and {@code RUNNING} where they have queues of their own. Every claim raises the fence, which is
 * part of the attempt's id, and names the node that made it. Both are the token of ownership:
 * whatever arrives for another attempt, or from a node from which it was taken over, is too late
 * and changes nothing.
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
 * <p>The request, attempts and results have rows of their own, because this row changes often.
 */
@Entity
@Table(name = "task")
@SecondaryTable(
    name = Task.REQUEST,
    pkJoinColumns = @PrimaryKeyJoinColumn(name = "task_id", referencedColumnName = "id"))
public class Task {

  /** The table of what was asked and never changes. */
  static final String REQUEST = "task_request";

  /** Why a task fails whose time is over while it waits: no attempt is to blame. */
  public static final Failure WAITED_TOO_LONG =
      new Failure(FailureClass.TIME_LIMIT, "WaitLimit", "its time was over while it waited", null);

  @Id private UUID id;

  @Enumerated(EnumType.STRING)
  private TaskState state;

  @Column(table = REQUEST, name = "method_name", updatable = false)
  private String methodName;

  @Column(table = REQUEST, name = "method_version", updatable = false)
  private int methodVersion;

  private String backend;

  @Column(updatable = false)
  private String strand;

  @Column(table = REQUEST, updatable = false)
  private String topic;

  @Column(table = REQUEST, updatable = false)
  private String owner;

  @Column(table = REQUEST, name = "rerun_of", updatable = false)
  private @Nullable UUID rerunOf;

  private int priority;

  @Column(name = "ready_at")
  private Instant readyAt;

  @Column(name = "turn_at")
  private Instant turnAt;

  private int fence;

  @Column(name = "node_id")
  private @Nullable UUID nodeId;

  @Column(name = "claimed_at")
  private @Nullable Instant claimedAt;

  private int attempts;
  private int retries;

  @Column(table = REQUEST, name = "max_retries", updatable = false)
  private int maxRetries;

  @Column(table = REQUEST, name = "max_attempts", updatable = false)
  private int maxAttempts;

  @Column(table = REQUEST, name = "time_limit_ms", updatable = false)
  private @Nullable Long timeLimitMillis;

  @Column(table = REQUEST, name = "keep_inputs", updatable = false)
  private boolean keepInputs;

  @Column(table = REQUEST, name = "input_bytes", updatable = false)
  private long inputBytes;

  @Column(name = "value_bytes")
  private @Nullable Long valueBytes;

  private int items;

  @Enumerated(EnumType.STRING)
  @Column(name = "failure_class")
  private @Nullable FailureClass failureClass;

  @Column(name = "failure_group")
  private @Nullable String failureGroup;

  @Column(table = REQUEST, name = "created_at", updatable = false)
  private Instant createdAt;

  @Column(table = REQUEST, name = "input_received_at", updatable = false)
  private Instant inputReceivedAt;

  @Column(table = REQUEST, name = "client_id", updatable = false)
  private @Nullable String clientId;

  @Column(table = REQUEST, name = "client_print", updatable = false)
  private @Nullable String clientPrint;

  @Column(table = REQUEST, updatable = false)
  private @Nullable String campaign;

  @Column(table = REQUEST, updatable = false)
  private @Nullable String labels;

  @Column(table = REQUEST, updatable = false)
  private @Nullable String retry;

  @Column(name = "start_by", updatable = false)
  private @Nullable Instant startBy;

  @Column(name = "finish_by", updatable = false)
  private @Nullable Instant finishBy;

  private boolean overdue;

  @Column(name = "result_sent_at")
  private @Nullable Instant resultSentAt;

  @Version
  @Column(name = "row_version")
  private long rowVersion;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Task() {}

  public Task(UUID id, String owner, TaskRequest request, Ageing ageing, Instant now) {
    this.id = id;
    this.state = TaskState.PENDING;
    this.owner = owner;
    this.methodName = request.method();
    this.methodVersion = request.version();
    this.backend = request.backend();
    this.strand = Strand.of(request, owner).toString();
    this.topic = request.topic();
    this.rerunOf = request.rerunOf();
    this.priority = request.priority();
    this.readyAt = request.schedule().ready(now);
    this.turnAt = ageing.turn(priority, readyAt);
    this.startBy = request.schedule().startBy(now);
    this.finishBy = request.schedule().finishBy(now);
    this.maxRetries = request.maxRetries();
    this.maxAttempts = request.maxAttempts();
    this.timeLimitMillis = request.timeLimit() == null ? null : request.timeLimit().toMillis();
    this.keepInputs = request.keepInputs();
    this.inputBytes = request.inputBytes();
    this.createdAt = request.created() == null ? now : request.created();
    this.inputReceivedAt = now;
    this.campaign = request.campaign();
    this.labels = request.labels().isEmpty() ? null : JsonText.object(request.labels());
    this.retry = request.retry().isEmpty() ? null : request.retry().toString();
    if (request.clientId() != null) {
      this.clientId = request.clientId().id();
      this.clientPrint = request.clientId().print();
    }
  }

  /** A node takes it for an attempt on a backend that {@code startsAtOnce}, or not. */
  void claim(UUID node, boolean startsAtOnce, Instant now) {
    moveTo(TaskState.claimed(startsAtOnce));
    fence++;
    attempts++;
    nodeId = node;
    claimedAt = now;
  }

  /** Another node takes over what a dead one has claimed. */
  void adopt(UUID node) {
    nodeId = node;
  }

  /** The backend would not take the attempt now: as if it had never been claimed. */
  void release(Instant tryAgainAt) {
    moveTo(TaskState.PENDING);
    attempts--;
    nodeId = null;
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

  /** Whether it should have begun, or be over, and nobody has asked it to end. */
  boolean isLate(Instant now) {
    boolean waitsForTheFirst = state == TaskState.PENDING && attempts == 0;
    boolean tooLateToBegin = waitsForTheFirst && startBy != null && !startBy.isAfter(now);
    boolean tooLateToEnd =
        !state.terminal()
            && state != TaskState.CANCELING
            && finishBy != null
            && !finishBy.isAfter(now);
    return tooLateToBegin || tooLateToEnd;
  }

  /**
   * Its time is over: a waiting task fails, the backend of an active one has to be asked to end it.
   *
   * @return whether a backend has to be asked
   */
  boolean expire(Instant now) {
    if (state == TaskState.PENDING) {
      failed(WAITED_TOO_LONG, now);
      return false;
    }
    overdue = true;
    moveTo(TaskState.CANCELING);
    return true;
  }

  /** Another attempt will follow. */
  void retry(Instant at, boolean usesRetry, Ageing ageing) {
    moveTo(TaskState.PENDING);
    nodeId = null;
    readyAt = at;
    turnAt = ageing.turn(priority, at);
    if (usesRetry) {
      retries++;
    }
  }

  /**
   * Makes it more or less urgent. One that is active keeps its place; it counts if it has to wait
   * again.
   *
   * @throws IllegalMoveException when it is over
   */
  void reprioritize(int next, Ageing ageing) {
    if (state.terminal()) {
      throw new IllegalMoveException(
          "task %s is %s; only one that is not over has a priority".formatted(id, state));
    }
    turnAt = ageing.turn(next, priority, turnAt);
    priority = next;
  }

  /**
   * Makes it wait for another backend; its turn stays.
   *
   * @throws IllegalMoveException when it does not wait
   */
  void moveToBackend(String next) {
    if (state != TaskState.PENDING) {
      throw new IllegalMoveException(
          "task %s is %s; only a PENDING one can wait for another backend".formatted(id, state));
    }
    backend = next;
  }

  void succeeded(long bytes, Instant now) {
    end(TaskState.SUCCEEDED, now);
    valueBytes = bytes;
  }

  void failed(Failure cause, Instant now) {
    end(TaskState.FAILED, now);
    failureClass = cause.failureClass();
    failureGroup = FailurePrint.of(methodName, cause);
  }

  void canceled(Instant now) {
    end(TaskState.CANCELED, now);
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

  /** Whether this attempt of this node owns it; what any other reports is too late. */
  boolean isCurrent(UUID attempt, UUID node) {
    return node.equals(nodeId) && attempt.equals(Ids.part(id, fence)) && !state.terminal();
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

  /** What limits can tell of it, beside its backend. */
  Strand strand() {
    return Strand.parse(strand);
  }

  String strandText() {
    return strand;
  }

  /** What an attempt counts for, by the id of the limit that it would count for. */
  public Map<String, Integer> shares() {
    return strand().shares(backend);
  }

  /** Units of shared resources that an attempt takes. */
  public Map<String, Integer> licences() {
    return strand().licences();
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

  /** Higher runs earlier; see {@link Ageing} for how much. */
  public int priority() {
    return priority;
  }

  /** Before this time no attempt is made. */
  public Instant readyAt() {
    return readyAt;
  }

  /** The attempt that owns it, or owned it last; empty while it waits. */
  public Optional<UUID> attemptId() {
    return nodeId == null ? Optional.empty() : Optional.of(Ids.part(id, fence));
  }

  /** The server that owns it, or owned it last; empty while it waits. */
  public Optional<UUID> nodeId() {
    return Optional.ofNullable(nodeId);
  }

  /** Raised by every claim. */
  int fence() {
    return fence;
  }

  /** When its current or last attempt was made. */
  public Optional<Instant> claimedAt() {
    return Optional.ofNullable(claimedAt);
  }

  /** Of the tasks that are ready, those with the earliest turn are claimed first. */
  public Instant turnAt() {
    return turnAt;
  }

  Turn turn() {
    return new Turn(turnAt, id);
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

  @Nullable Long timeLimitMillis() {
    return timeLimitMillis;
  }

  /** A task that has not begun by then fails. */
  public Optional<Instant> startBy() {
    return Optional.ofNullable(startBy);
  }

  /** A task that is not over by then fails. */
  public Optional<Instant> finishBy() {
    return Optional.ofNullable(finishBy);
  }

  /** Whether it is being ended because it was not over in time. */
  boolean overdue() {
    return overdue;
  }

  /** What its owner calls it. */
  public Optional<String> clientId() {
    return Optional.ofNullable(clientId);
  }

  @Nullable String clientPrint() {
    return clientPrint;
  }

  /** Under which its owner groups tasks. */
  public Optional<String> campaign() {
    return Optional.ofNullable(campaign);
  }

  /** A JSON object of texts. */
  public Optional<String> labels() {
    return Optional.ofNullable(labels);
  }

  /** How it is retried, a JSON object; see {@link RetryPolicy}. */
  public Optional<String> retry() {
    return Optional.ofNullable(retry);
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

  /** The same for all tasks that have failed for the same cause. */
  public Optional<String> failureGroup() {
    return Optional.ofNullable(failureGroup);
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
}

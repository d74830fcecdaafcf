package colmenar.task;

import colmenar.json.JsonText;
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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change of many tasks, asked for once and carried out in chunks.
 *
 * <p>It goes through the tasks of its filter in the order of their making. Each chunk is one
 * transaction, which has this row locked, changes some tasks and moves the cursor past them. So
 * whatever a crash leaves, the next server finds the cursor exactly behind what has been changed:
 * nothing is left out and nothing done twice. Its own id is the end: it comes to no task that was
 * made after it, and so to none that it makes itself.
 *
 * <p>A chunk that goes wrong is tried again with fewer tasks, in the end with one. A task that goes
 * wrong by itself is counted and passed over; when that happens again and again, the operation has
 * failed.
 */
@Entity
@Table(name = "operation")
public class Operation {

  /** Tasks in a chunk, by how often it has gone wrong of late. */
  private static final int[] SIZES = {500, 50, 5};

  private static final int TRIES_OF_ONE_TASK = 5;
  private static final int MOST_TROUBLES = 25;
  private static final int LONGEST_MESSAGE = 500;

  @Id private UUID id;

  @Enumerated(EnumType.STRING)
  @Column(updatable = false)
  private OperationAction action;

  @Column(name = "task_filter", updatable = false)
  private String filter;

  @Column(updatable = false)
  private @Nullable Integer priority;

  @Column(updatable = false)
  private @Nullable String backend;

  @Column(updatable = false)
  private String owner;

  @Enumerated(EnumType.STRING)
  private OperationState state;

  @Column(name = "last_task")
  private @Nullable UUID lastTask;

  private long matched;
  private long changed;
  private long failed;
  private String skipped;
  private int troubles;
  private @Nullable String note;

  @Column(name = "turn_at")
  private Instant turnAt;

  @Column(name = "created_at", updatable = false)
  private Instant createdAt;

  @Column(name = "started_at")
  private @Nullable Instant startedAt;

  @Column(name = "ended_at")
  private @Nullable Instant endedAt;

  @Version
  @Column(name = "row_version")
  private long rowVersion;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Operation() {}

  Operation(UUID id, String owner, OperationRequest request, Instant now) {
    this.id = id;
    this.owner = owner;
    this.action = request.action();
    this.filter = FilterJson.write(request.filter()).toString();
    this.priority = request.priority();
    this.backend = request.backend();
    this.state = OperationState.PENDING;
    this.skipped = "{}";
    this.turnAt = now;
    this.createdAt = now;
  }

  /** A server takes a chunk of it. */
  void begin(Instant now) {
    if (state == OperationState.PENDING) {
      state = OperationState.RUNNING;
      startedAt = now;
    }
  }

  /** A chunk has been changed, up to this task; others may have their turn. */
  void advance(@Nullable UUID last, Tally tally, Instant now) {
    if (last != null) {
      lastTask = last;
    }
    matched += tally.matched();
    changed += tally.changed();
    if (!tally.skipped().isEmpty()) {
      Map<SkipReason, Long> counts = Tally.fromJson(skipped);
      tally.skipped().forEach((reason, count) -> counts.merge(reason, count, Long::sum));
      skipped = Tally.toJson(counts);
    }
    if (tally.matched() > 0) {
      troubles = Math.max(0, Math.min(troubles, SIZES.length) - 1);
    }
    note = null;
    turnAt = now;
  }

  /** It cannot go on now. */
  void waits(String why, Instant until) {
    note = shortened(why);
    turnAt = until;
  }

  void done(Instant now) {
    end(OperationState.DONE, now);
  }

  /**
   * Whoever made it, or an administrator, wants no more of it.
   *
   * @throws IllegalMoveException when it is over, except when it was stopped before
   */
  void stop(Instant now) {
    if (state == OperationState.STOPPED) {
      return;
    }
    if (state.over()) {
      throw new IllegalMoveException("operation %s is %s".formatted(id, state));
    }
    end(OperationState.STOPPED, now);
  }

  private void end(OperationState over, Instant now) {
    state = over;
    endedAt = now;
  }

  /** A chunk went wrong; nothing of it is in the database. */
  void trouble(String message, Instant now) {
    troubles++;
    note = shortened(message);
    turnAt = now.plus(Duration.ofSeconds(Math.min(troubles, 10)));
    if (troubles >= MOST_TROUBLES) {
      end(OperationState.FAILED, now);
    }
  }

  /** Whether the first task of the chunk, alone, has gone wrong often enough. */
  boolean passesOver() {
    return !state.over() && troubles >= TRIES_OF_ONE_TASK;
  }

  /** Goes on behind a task that cannot be changed. */
  void passOver(UUID task) {
    lastTask = task;
    matched++;
    failed++;
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE);
  }

  /** How many tasks the next chunk may change. */
  int chunk() {
    return troubles < SIZES.length ? SIZES[troubles] : 1;
  }

  /** The tasks that it has not come to. */
  Span remaining() {
    return Span.up(lastTask, id);
  }

  /** What was asked for. */
  OperationRequest request() {
    return new OperationRequest(action, filter(), priority, backend);
  }

  boolean isDue(Instant now) {
    return !state.over() && !turnAt.isAfter(now);
  }

  public UUID id() {
    return id;
  }

  public OperationAction action() {
    return action;
  }

  public TaskFilter filter() {
    return FilterJson.read("", JsonText.stored(filter).asJsonObject());
  }

  /** Of REPRIORITIZE. */
  public Optional<Integer> priority() {
    return Optional.ofNullable(priority);
  }

  /** Of MOVE. */
  public Optional<String> backend() {
    return Optional.ofNullable(backend);
  }

  /** Who made it. */
  public String owner() {
    return owner;
  }

  public OperationState state() {
    return state;
  }

  /** Tasks of its filter that it has come to. */
  public long matched() {
    return matched;
  }

  public long changed() {
    return changed;
  }

  /** Tasks that it could not change because something went wrong. */
  public long failed() {
    return failed;
  }

  public Map<SkipReason, Long> skipped() {
    return Tally.fromJson(skipped);
  }

  /** Why it does not go on at the moment, or what went wrong. */
  public Optional<String> note() {
    return Optional.ofNullable(note);
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }

  public Optional<Instant> endedAt() {
    return Optional.ofNullable(endedAt);
  }
}

package colmenar.task;

import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.json.JsonText;
import colmenar.platform.Ids;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One try of a task on one backend; every try keeps its own record. */
@Entity
@Table(name = "attempt")
@IdClass(Attempt.Key.class)
public class Attempt {

  private static final int MAX_MESSAGE = 500;
  private static final String ADDITIONAL = "additional.";

  @Id
  @Column(name = "task_id")
  private UUID taskId;

  @Id private int number;

  private UUID id;
  private String backend;

  @Enumerated(EnumType.STRING)
  private @Nullable TaskState outcome;

  @Column(name = "native_id")
  private @Nullable String nativeId;

  private int items;

  @Column(name = "submitted_at")
  private Instant submittedAt;

  @Column(name = "accepted_at")
  private @Nullable Instant acceptedAt;

  @Column(name = "received_at")
  private @Nullable Instant receivedAt;

  @Column(name = "started_at")
  private @Nullable Instant startedAt;

  @Column(name = "ended_at")
  private @Nullable Instant endedAt;

  @Column(name = "finished_at")
  private @Nullable Instant finishedAt;

  @Column(name = "exit_code")
  private @Nullable Integer exitCode;

  @Enumerated(EnumType.STRING)
  @Column(name = "failure_class")
  private @Nullable FailureClass failureClass;

  @Column(name = "failure_type")
  private @Nullable String failureType;

  @Column(name = "failure_message")
  private @Nullable String failureMessage;

  @Column(name = "failure_traceback")
  private @Nullable String failureTraceback;

  private @Nullable String note;
  private @Nullable String worker;
  private @Nullable String spans;
  private @Nullable String stdout;
  private @Nullable String stderr;
  private @Nullable Double progress;

  @Column(name = "progress_message")
  private @Nullable String progressMessage;

  @Version
  @Column(name = "row_version")
  private long rowVersion;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Attempt() {}

  private Attempt(UUID id, UUID taskId, int number, String backend, Instant submittedAt) {
    this.id = id;
    this.taskId = taskId;
    this.number = number;
    this.backend = backend;
    this.submittedAt = submittedAt;
  }

  /** The attempt that owns a task; it has a row as soon as it has something to tell. */
  static Attempt current(Task task) {
    return new Attempt(
        task.attemptId().orElseThrow(),
        task.id(),
        task.attempts(),
        task.backend(),
        task.claimedAt().orElseThrow());
  }

  /**
   * What the end of an attempt tells of it; its number, backend and claim are its task's to say.
   */
  static Attempt told(Event.Finished end) {
    Attempt attempt = new Attempt(end.attempt(), Ids.whole(end.attempt()), 0, "", end.at());
    attempt.finished(end.outcome(), end.execution(), end.at());
    return attempt;
  }

  void accepted(String id, Instant at) {
    nativeId = id;
    acceptedAt = at;
  }

  void running(Map<String, String> workerFacts, Instant at) {
    if (startedAt == null) {
      startedAt = at;
    }
    worker = JsonText.object(workerFacts);
  }

  void progressed(double fraction, String message) {
    progress = fraction;
    progressMessage = shortened(message, MAX_MESSAGE);
  }

  /** Counts a streamed item, unless it was told before. */
  boolean isNewItem(int index) {
    if (index < items) {
      return false;
    }
    items = index + 1;
    return true;
  }

  void finished(Outcome result, @Nullable Execution execution, Instant at) {
    finishedAt = at;
    if (execution != null) {
      measured(execution);
    }
    if (result instanceof Outcome.Succeeded) {
      outcome = TaskState.SUCCEEDED;
    } else if (result instanceof Outcome.Canceled canceled) {
      outcome = TaskState.CANCELED;
      note = canceled.note().isEmpty() ? null : clean(canceled.note());
    } else if (result instanceof Outcome.Failed failed) {
      outcome = TaskState.FAILED;
      failedBy(failed.failure());
    }
  }

  private void measured(Execution execution) {
    receivedAt = execution.received();
    if (execution.started() != null) {
      startedAt = execution.started();
    }
    endedAt = execution.ended();
    exitCode = execution.exitCode();
    if (!execution.worker().isEmpty()) {
      worker = JsonText.object(execution.worker());
    }
    if (!execution.spans().isEmpty()) {
      spans = spansJson(execution.spans());
    }
    stdout = clean(execution.stdout());
    stderr = clean(execution.stderr());
  }

  private void failedBy(Failure failure) {
    failureClass = failure.failureClass();
    failureType = shortened(failure.type(), MAX_MESSAGE);
    failureMessage = clean(failure.message());
    failureTraceback = clean(failure.traceback());
  }

  /** With those of Colmena's {@code additional} in an object of their own, as there. */
  private static String spansJson(Map<String, Double> spans) {
    JsonObjectBuilder json = JsonText.JSON.createObjectBuilder();
    JsonObjectBuilder additional = JsonText.JSON.createObjectBuilder();
    spans.forEach(
        (name, seconds) -> {
          if (name.startsWith(ADDITIONAL)) {
            additional.add(name.substring(ADDITIONAL.length()), seconds);
          } else {
            json.add(name, seconds);
          }
        });
    JsonObject steps = additional.build();
    return (steps.isEmpty() ? json : json.add("additional", steps)).build().toString();
  }

  private static String shortened(String text, int most) {
    String clean = String.valueOf(clean(text));
    return clean.length() <= most ? clean : clean.substring(0, most - 1) + "…";
  }

  /** PostgreSQL has no place for the character 0 in a text. */
  private static @Nullable String clean(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\uFFFD');
  }

  public UUID id() {
    return id;
  }

  public UUID taskId() {
    return taskId;
  }

  /** 1 for the first. */
  public int number() {
    return number;
  }

  public String backend() {
    return backend;
  }

  /** The terminal state it led to by itself; empty while it is not over. */
  public Optional<TaskState> outcome() {
    return Optional.ofNullable(outcome);
  }

  public Optional<String> nativeId() {
    return Optional.ofNullable(nativeId);
  }

  /** When it was handed to the backend (Colmena's {@code start_task_submission}). */
  public Instant submittedAt() {
    return submittedAt;
  }

  public Optional<Instant> acceptedAt() {
    return Optional.ofNullable(acceptedAt);
  }

  /** When the worker had it (Colmena's {@code task_received}). */
  public Optional<Instant> receivedAt() {
    return Optional.ofNullable(receivedAt);
  }

  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }

  public Optional<Instant> endedAt() {
    return Optional.ofNullable(endedAt);
  }

  public Optional<Instant> finishedAt() {
    return Optional.ofNullable(finishedAt);
  }

  public Optional<Integer> exitCode() {
    return Optional.ofNullable(exitCode);
  }

  /** Why it failed; empty when it did not. */
  public Optional<Failure> failure() {
    return failureClass == null
        ? Optional.empty()
        : Optional.of(
            new Failure(
                failureClass,
                String.valueOf(failureType),
                String.valueOf(failureMessage),
                failureTraceback));
  }

  @Nullable String failureClassName() {
    return failureClass == null ? null : failureClass.name();
  }

  @Nullable String failureType() {
    return failureType;
  }

  @Nullable String failureMessage() {
    return failureMessage;
  }

  @Nullable String failureTraceback() {
    return failureTraceback;
  }

  int items() {
    return items;
  }

  /** What its owner should know about a cancel. */
  public Optional<String> note() {
    return Optional.ofNullable(note);
  }

  /** Facts about the worker, a JSON object. */
  public Optional<String> worker() {
    return Optional.ofNullable(worker);
  }

  /** Seconds by name, a JSON object. */
  public Optional<String> spans() {
    return Optional.ofNullable(spans);
  }

  public Optional<String> stdout() {
    return Optional.ofNullable(stdout);
  }

  public Optional<String> stderr() {
    return Optional.ofNullable(stderr);
  }

  /** From 0 to 1; empty when it reports none. */
  public Optional<Double> progress() {
    return Optional.ofNullable(progress);
  }

  public Optional<String> progressMessage() {
    return Optional.ofNullable(progressMessage);
  }

  /** Task and number. */
  public static class Key implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private UUID taskId;
    private int number;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    public Key() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.number == number && key.taskId.equals(taskId);
    }

    @Override
    public int hashCode() {
      return Objects.hash(taskId, number);
    }
  }
}

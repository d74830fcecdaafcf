package colmenar.backend.globus;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An attempt between its taking and its outcome. Its changes are made by {@link Flights}. */
final class Flight {

  private final UUID attempt;
  private final @Nullable Cargo cargo;
  private volatile Stage stage;
  private volatile Instant since;
  private volatile @Nullable Group group;
  private volatile @Nullable UUID task;
  private volatile boolean cancelRequested;
  private volatile @Nullable Instant unknownSince;
  private volatile Instant askAt;
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean triedAgain;

  /**
   * What is handed over; nothing is known of it after a restart.
   *
   * @param method name of the method
   * @param request what the worker is told, JSON text
   */
  record Cargo(BatchKey key, String method, String request) {}

  enum Stage {
    /** Here, and nowhere else. */
    WAITING,
    /** On its way. */
    SENDING,
    /** The service may have it. */
    DOUBTFUL,
    /** The service has it. */
    SUBMITTED,
    /** Its outcome has come, be it committed or not. */
    OVER
  }

  Flight(UUID attempt, @Nullable Cargo cargo, Stage stage, Instant now) {
    this.attempt = attempt;
    this.cargo = cargo;
    this.stage = stage;
    this.since = now;
    this.askAt = now;
  }

  UUID attempt() {
    return attempt;
  }

  /** Empty when it was sent before a restart. */
  Optional<BatchKey> key() {
    return Optional.ofNullable(cargo).map(Cargo::key);
  }

  /** Of one that has not been sent yet. */
  Cargo cargo() {
    Cargo known = cargo;
    if (known == null) {
      throw new IllegalStateException("attempt %s was sent before a restart".formatted(attempt));
    }
    return known;
  }

  /** Whether it was sent before a restart, or by another server. */
  boolean recovered() {
    return cargo == null;
  }

  Stage stage() {
    return stage;
  }

  /** When it came to its stage. */
  Instant since() {
    return since;
  }

  void enter(Stage next, Instant now) {
    stage = next;
    since = now;
    askAt = now;
    asked.set(0);
  }

  Optional<Group> group() {
    return Optional.ofNullable(group);
  }

  void setGroup(@Nullable Group group) {
    this.group = group;
  }

  Optional<UUID> task() {
    return Optional.ofNullable(task);
  }

  boolean isIn(UUID other) {
    return other.equals(task);
  }

  void setTask(UUID task) {
    this.task = task;
  }

  /** Whether the service has been given a second chance with it. */
  boolean triedAgain() {
    return triedAgain;
  }

  void tryAgain() {
    triedAgain = true;
  }

  boolean cancelRequested() {
    return cancelRequested;
  }

  void requestCancel() {
    cancelRequested = true;
  }

  /** Since when the service says that it does not know the task; null when it does. */
  @Nullable Instant unknownSince() {
    return unknownSince;
  }

  void setUnknownSince(@Nullable Instant unknownSince) {
    this.unknownSince = unknownSince;
  }

  /** When to ask the service for it, should no result have come. */
  Instant askAt() {
    return askAt;
  }

  void askAt(Instant next) {
    askAt = next;
  }

  /** How often it has been asked for, this time included. */
  int countAsking() {
    return asked.incrementAndGet();
  }
}

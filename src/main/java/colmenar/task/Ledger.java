package colmenar.task;

import static java.util.stream.Collectors.toUnmodifiableSet;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.Recovered;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What backends told of some attempts, entered into their tasks within one transaction.
 *
 * <p>Only the current attempt of a task that is not over has a say; anything else came too late, or
 * twice, and is ignored.
 */
final class Ledger {

  private static final Logger LOG = System.getLogger(Ledger.class.getName());

  private final Map<UUID, Attempt> attempts;
  private final Map<UUID, Task> tasks;
  private final Set<String> ready = new HashSet<>();
  private final Set<UUID> finished = new HashSet<>();
  private final TaskStore store;
  private final RetryPolicy retryPolicy;
  private final Instant now;

  Ledger(Collection<UUID> attemptIds, TaskStore store, RetryPolicy retryPolicy, Instant now) {
    this.store = store;
    this.retryPolicy = retryPolicy;
    this.now = now;
    this.attempts = store.attempts(Set.copyOf(attemptIds));
    this.tasks =
        store.tasks(attempts.values().stream().map(Attempt::taskId).collect(toUnmodifiableSet()));
  }

  /** Backends for which there is a task, or room. */
  Set<String> ready() {
    return ready;
  }

  /** Tasks that became terminal, or got items. */
  Set<UUID> finished() {
    return finished;
  }

  void with(UUID attemptId, Move move) {
    Attempt attempt = attempts.get(attemptId);
    Task task = attempt == null ? null : tasks.get(attempt.taskId());
    if (attempt == null || task == null || !task.isCurrent(attemptId)) {
      LOG.log(Level.DEBUG, () -> "ignored: attempt " + attemptId + " is over");
      return;
    }
    move.apply(task, attempt);
  }

  void apply(Task task, Attempt attempt, Event event) {
    if (event instanceof Event.Accepted accepted) {
      attempt.accepted(accepted.nativeId(), accepted.at());
      task.accepted();
    } else if (event instanceof Event.Running running) {
      attempt.running(running.worker(), running.at());
      task.running();
    } else if (event instanceof Event.Progress progress) {
      attempt.progressed(progress.fraction(), progress.message());
    } else if (event instanceof Event.Item item) {
      if (attempt.isNewItem(item.index())) {
        store.add(Result.item(task.id(), attempt.number(), item.index(), item.value(), now));
        task.itemAdded();
        finished.add(task.id());
      }
    } else if (event instanceof Event.Finished end) {
      attempt.finished(end.outcome(), end.execution(), end.at());
      task.accepted();
      settle(task, attempt, end.outcome());
    }
  }

  void finish(Task task, Attempt attempt, Outcome outcome) {
    attempt.finished(outcome, null, now);
    task.accepted();
    settle(task, attempt, outcome);
  }

  void release(Task task, Attempt attempt, Duration delay) {
    if (task.state() == TaskState.CANCELING) {
      finish(task, attempt, new Outcome.Canceled(""));
    } else {
      task.release(now.plus(delay));
      store.remove(attempt);
      ready.add(task.backend());
    }
  }

  void recover(Task task, Attempt attempt, Recovered answer) {
    switch (answer.fate()) {
      case ATTACHED -> LOG.log(Level.INFO, () -> "attempt " + attempt.id() + " goes on");
      case NEVER_ARRIVED -> release(task, attempt, Duration.ZERO);
      case LOST -> {
        Failure failure = new Failure(FailureClass.INFRASTRUCTURE, "Lost", answer.reason(), null);
        finish(task, attempt, new Outcome.Failed(failure));
      }
    }
  }

  /** What the end of its attempt means for a task; its backend has room again. */
  private void settle(Task task, Attempt attempt, Outcome outcome) {
    ready.add(task.backend());
    if (outcome instanceof Outcome.Succeeded success) {
      Result result = over(task, attempt, success.value());
      task.succeeded(result.valueBytes(), now);
    } else if (outcome instanceof Outcome.Canceled) {
      task.canceled(now);
      over(task, attempt, null);
    } else if (outcome instanceof Outcome.Failed failed) {
      settleFailure(task, attempt, failed.failure());
    }
  }

  private void settleFailure(Task task, Attempt attempt, Failure failure) {
    if (task.state() == TaskState.CANCELING) {
      if (failure.failureClass() == FailureClass.INFRASTRUCTURE) {
        task.canceled(now);
      } else {
        task.failed(failure.failureClass(), now);
      }
      over(task, attempt, null);
      return;
    }
    Optional<Duration> delay = retryPolicy.delay(task, failure);
    if (delay.isPresent()) {
      task.retry(now.plus(delay.get()), RetryPolicy.usesRetry(failure));
    } else {
      task.failed(failure.failureClass(), now);
      over(task, attempt, null);
    }
  }

  private Result over(Task task, Attempt attempt, @Nullable String value) {
    Result result = Result.outcome(task.id(), attempt.number(), task.items(), value, now);
    store.add(result);
    finished.add(task.id());
    return result;
  }

  /** What is done to a task by its current attempt. */
  @FunctionalInterface
  interface Move {
    void apply(Task task, Attempt attempt);
  }
}

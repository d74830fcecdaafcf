package colmenar.task;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.Recovered;
import colmenar.platform.Ids;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What backends told of some attempts of this node, entered into their tasks within one
 * transaction.
 *
 * <p>Only the current attempt of a task that is not over has a say, and only to the node that owns
 * it; anything else came too late, or twice, and is ignored.
 */
final class Ledger {

  private static final Logger LOG = System.getLogger(Ledger.class.getName());

  private final Map<UUID, Task> tasks;
  private final Map<UUID, Attempt> stored;
  private final Map<UUID, Attempt> fresh = new HashMap<>();
  private final Set<String> ready = new HashSet<>();
  private final Set<String> freed = new HashSet<>();
  private final Set<UUID> finished = new HashSet<>();
  private final Set<Inbox> inboxes = new HashSet<>();
  private final List<Result> results = new ArrayList<>();
  private final Map<UUID, Task> changed = new LinkedHashMap<>();
  private final List<End> ends = new ArrayList<>();
  private final List<GivenBack> givenBack = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final TaskStore store;
  private final BulkStore bulk;
  private final RetryPolicy retryPolicy;
  private final Ageing ageing;
  private final Strands strands;
  private final UUID node;
  private final Instant now;

  Ledger(
      Collection<UUID> attempts,
      TaskStore store,
      BulkStore bulk,
      RetryPolicy retryPolicy,
      Ageing ageing,
      Strands strands,
      UUID node,
      Instant now) {
    this.store = store;
    this.bulk = bulk;
    this.retryPolicy = retryPolicy;
    this.ageing = ageing;
    this.strands = strands;
    this.node = node;
    this.now = now;
    Set<UUID> ids = new TreeSet<>();
    attempts.forEach(attempt -> ids.add(Ids.whole(attempt)));
    this.tasks = store.locked(ids);
    this.stored = store.attempts(ids);
  }

  /** Sends all of it to the database. */
  TaskChanges close() {
    bulk.update(changed.values());
    bulk.insertAttempts(fresh.values());
    bulk.insertResults(results);
    store.flush();
    strands.note(changed.values(), now);
    return new TaskChanges(ready, freed, finished, inboxes, Set.of());
  }

  /** What has happened by it. */
  Deed.Settled settled() {
    return new Deed.Settled(steps, ends, givenBack);
  }

  void with(UUID attempt, Consumer<Task> move) {
    Task task = tasks.get(Ids.whole(attempt));
    if (task == null || !task.isCurrent(attempt, node)) {
      LOG.log(Level.DEBUG, () -> "ignored: attempt " + attempt + " is over, or another node's");
      return;
    }
    changed.put(task.id(), task);
    move.accept(task);
  }

  private Attempt attempt(Task task) {
    UUID id = task.attemptId().orElseThrow();
    Attempt known = stored.get(id);
    return known != null ? known : fresh.computeIfAbsent(id, unknown -> Attempt.current(task));
  }

  void apply(Task task, Event event) {
    if (event instanceof Event.GivenBack) {
      release(task, Duration.ZERO);
      return;
    }
    Attempt attempt = attempt(task);
    TaskState before = task.state();
    if (event instanceof Event.Accepted accepted) {
      attempt.accepted(accepted.nativeId(), accepted.at());
      task.accepted();
      noteMove(task, before);
    } else if (event instanceof Event.Running running) {
      attempt.running(running.worker(), running.at());
      task.running();
      noteMove(task, before);
    } else if (event instanceof Event.Progress progress) {
      attempt.progressed(progress.fraction(), progress.message());
    } else if (event instanceof Event.Item item) {
      if (attempt.isNewItem(item.index())) {
        add(task, Result.item(task, item.index(), item.value(), now));
        task.itemAdded();
        steps.add(Step.item(task, item.index(), now));
      }
    } else if (event instanceof Event.Finished end) {
      Outcome outcome = inTime(task, end.outcome());
      attempt.finished(outcome, end.execution(), end.at());
      task.accepted();
      settle(task, attempt, outcome);
    }
  }

  private void noteMove(Task task, TaskState before) {
    if (task.state() != before) {
      steps.add(Step.moved(task, now));
    }
  }

  void finish(Task task, Outcome told) {
    Outcome outcome = inTime(task, told);
    Attempt attempt = attempt(task);
    attempt.finished(outcome, null, now);
    task.accepted();
    settle(task, attempt, outcome);
  }

  /** Whatever ended an attempt that was asked to end because time was over: it was the time. */
  private static Outcome inTime(Task task, Outcome outcome) {
    if (!task.overdue() || outcome instanceof Outcome.Succeeded) {
      return outcome;
    }
    return new Outcome.Failed(
        new Failure(
            FailureClass.TIME_LIMIT,
            "TotalLimit",
            "the task was not over by " + task.finishBy().map(Instant::toString).orElse(""),
            null));
  }

  void release(Task task, Duration delay) {
    if (task.state() == TaskState.CANCELING) {
      finish(task, new Outcome.Canceled(""));
      return;
    }
    UUID attempt = task.attemptId().orElseThrow();
    task.release(now.plus(delay));
    fresh.remove(attempt);
    Optional.ofNullable(stored.get(attempt)).ifPresent(store::remove);
    ready.add(task.backend());
    givenBack.add(new GivenBack(attempt, task.backend()));
    steps.add(Step.givenBack(task, now));
  }

  void recover(Task task, Recovered answer) {
    switch (answer.fate()) {
      case ATTACHED -> LOG.log(Level.INFO, () -> "attempt " + answer.attempt() + " goes on");
      case NEVER_ARRIVED -> release(task, Duration.ZERO);
      case LOST -> {
        Failure failure = new Failure(FailureClass.INFRASTRUCTURE, "Lost", answer.reason(), null);
        finish(task, new Outcome.Failed(failure));
      }
    }
  }

  /** What the end of its attempt means for a task; its backend has room again. */
  private void settle(Task task, Attempt attempt, Outcome outcome) {
    freed.add(task.backend());
    if (outcome instanceof Outcome.Succeeded success) {
      Result result = over(task, success.value());
      task.succeeded(result.valueBytes(), now);
    } else if (outcome instanceof Outcome.Canceled) {
      task.canceled(now);
      over(task, null);
    } else if (outcome instanceof Outcome.Failed failed) {
      // As it is kept with the attempt.
      settleFailure(task, attempt.failure().orElse(failed.failure()));
    }
    ends.add(End.of(task, attempt, now));
  }

  private void settleFailure(Task task, Failure failure) {
    if (task.state() == TaskState.CANCELING) {
      if (failure.failureClass() == FailureClass.INFRASTRUCTURE) {
        task.canceled(now);
      } else {
        task.failed(failure, now);
      }
      over(task, null);
      return;
    }
    Optional<Duration> delay = retryPolicy.delay(task, failure, now);
    if (delay.isPresent()) {
      task.retry(now.plus(delay.get()), RetryPolicy.usesRetry(failure), ageing);
      ready.add(task.backend());
    } else {
      task.failed(failure, now);
      over(task, null);
    }
  }

  private Result over(Task task, @Nullable String value) {
    return add(task, Result.outcome(task, value, now));
  }

  private Result add(Task task, Result result) {
    results.add(result);
    finished.add(task.id());
    inboxes.add(Inbox.of(task));
    return result;
  }
}

package colmenar.rest;

import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.task.TaskChanges;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.AsyncResponse;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Requests that wait for something to happen to a task. None of them holds a thread while it waits.
 * Thread-safe.
 */
@SingleInstance
class LongPolls {

  private final ConcurrentMap<UUID, Set<Waiting>> waiting = new ConcurrentHashMap<>();
  private final Threads threads;

  @Inject
  LongPolls(Threads threads) {
    this.threads = threads;
  }

  /**
   * Answers as soon as there is an answer, or when the time is over.
   *
   * @param answer asked now, and again whenever the task has changed
   * @param otherwise asked when the time is over
   */
  void answer(
      UUID task,
      int seconds,
      AsyncResponse response,
      Supplier<Optional<Object>> answer,
      Supplier<Object> otherwise) {
    Waiting poll = new Waiting(response, answer);
    if (seconds > 0) {
      // First in the list, then the look: what happens in between is not missed.
      waiting.computeIfAbsent(task, id -> ConcurrentHashMap.newKeySet()).add(poll);
    }
    if (poll.tryToAnswer()) {
      forget(task, poll);
      return;
    }
    if (seconds <= 0) {
      response.resume(otherwise.get());
      return;
    }
    response.setTimeoutHandler(
        late -> {
          forget(task, poll);
          late.resume(otherwise.get());
        });
    response.setTimeout(seconds, TimeUnit.SECONDS);
  }

  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskChanges changes) {
    for (UUID task : changes.finished()) {
      for (Waiting poll : waiting.getOrDefault(task, Set.of())) {
        threads
            .executor()
            .execute(
                () -> {
                  if (poll.tryToAnswer()) {
                    forget(task, poll);
                  }
                });
      }
    }
  }

  private void forget(UUID task, Waiting poll) {
    waiting.computeIfPresent(
        task,
        (id, polls) -> {
          polls.remove(poll);
          return polls.isEmpty() ? null : polls;
        });
  }

  /** One request that waits. */
  private record Waiting(AsyncResponse response, Supplier<Optional<Object>> answer) {

    boolean tryToAnswer() {
      try {
        Optional<Object> found = answer.get();
        found.ifPresent(response::resume);
        return found.isPresent();
      } catch (RuntimeException e) {
        response.resume(e);
        return true;
      }
    }

    /** Every request waits for itself. */
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}

package colmenar.rest;

import colmenar.cluster.Membership;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.task.Campaign;
import colmenar.task.Inbox;
import colmenar.task.TaskChanges;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.AsyncResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for something to happen to a task, in an inbox or in a campaign. None of them
 * holds a thread while it waits. Thread-safe.
 */
@SingleInstance
class LongPolls {

  private static final Logger LOG = System.getLogger(LongPolls.class.getName());

  /** How soon a change that another node has made is seen, and any in a campaign. */
  private static final long TICK_MILLIS = 200;

  /** How soon the end of a lease is seen, which nobody tells. */
  private static final int TICKS_ALONE = 5;

  /** By the id of a task, by an {@link Inbox} or by a {@link Campaign}. */
  private final ConcurrentMap<Object, Set<Waiting>> waiting = new ConcurrentHashMap<>();

  private final Threads threads;
  private final Membership membership;
  private @Nullable ScheduledFuture<?> timer;
  private int ticks;

  @Inject
  LongPolls(Threads threads, Membership membership) {
    this.threads = threads;
    this.membership = membership;
  }

  void start(@Observes Startup event) {
    timer =
        threads
            .scheduler()
            .scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /**
   * Answers as soon as there is an answer, or when the time is over.
   *
   * @param key id of a task, an {@link Inbox} or a {@link Campaign}
   * @param poll asked now, and again whenever there are news
   */
  <T> void answer(Object key, int seconds, AsyncResponse response, Poll<T> poll) {
    Waiting request = new Waiting(response, poll);
    if (seconds > 0) {
      // First in the list, then the look: what happens in between is not missed.
      remember(key, request);
      response.setTimeoutHandler(
          late -> {
            forget(key, request);
            request.giveUp();
          });
      response.setTimeout(seconds, TimeUnit.SECONDS);
    }
    if (request.tryToAnswer()) {
      forget(key, request);
    } else if (seconds <= 0) {
      request.giveUp();
    }
  }

  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskChanges changes) {
    changes.finished().forEach(this::wake);
    changes.inboxes().forEach(this::wake);
  }

  private void tick() {
    try {
      wakeAll();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "requests that wait were not looked at; trying again", e);
    }
  }

  private void wakeAll() {
    boolean alone = membership.alone();
    boolean leases = ticks++ % TICKS_ALONE == 0;
    waiting.keySet().stream()
        .filter(key -> !alone || key instanceof Campaign || (leases && key instanceof Inbox))
        .forEach(this::wake);
  }

  private void wake(Object key) {
    for (Waiting request : waiting.getOrDefault(key, Set.of())) {
      if (request.queue()) {
        try {
          threads.executor().execute(() -> look(key, request));
        } catch (RejectedExecutionException e) {
          // The next tick, or at last its own time limit, comes back to it.
          request.unqueue();
          return;
        }
      }
    }
  }

  private void look(Object key, Waiting request) {
    request.unqueue();
    if (request.tryToAnswer()) {
      forget(key, request);
    }
  }

  /** In one step with the look for the set, which goes with the last that is forgotten. */
  private void remember(Object key, Waiting request) {
    waiting.compute(
        key,
        (id, known) -> {
          Set<Waiting> requests = known == null ? ConcurrentHashMap.newKeySet() : known;
          requests.add(request);
          return requests;
        });
  }

  private void forget(Object key, Waiting request) {
    waiting.computeIfPresent(
        key,
        (id, requests) -> {
          requests.remove(request);
          return requests.isEmpty() ? null : requests;
        });
  }

  /**
   * What a request waits for.
   *
   * @param answer asked until there is one
   * @param view how it is shown
   * @param otherwise asked when the time is over
   * @param undelivered told of an answer that did not reach the client
   */
  record Poll<T>(
      Supplier<Optional<T>> answer,
      Function<T, ?> view,
      Supplier<?> otherwise,
      Consumer<T> undelivered) {

    Poll(Supplier<Optional<T>> answer, Supplier<?> otherwise) {
      this(answer, found -> found, otherwise, lost -> {});
    }

    private boolean resume(AsyncResponse response) {
      Optional<T> found = answer.get();
      found.filter(value -> !response.resume(view.apply(value))).ifPresent(undelivered);
      return found.isPresent();
    }
  }

  /** One request that waits; asked by one thread at a time, and answered once. */
  private static final class Waiting {

    private final AsyncResponse response;
    private final Poll<?> poll;
    private final AtomicBoolean queued = new AtomicBoolean();
    private boolean answered;

    Waiting(AsyncResponse response, Poll<?> poll) {
      this.response = response;
      this.poll = poll;
    }

    /**
     * @return whether a look has to be queued; news that come before it are seen by it
     */
    boolean queue() {
      return !queued.getAndSet(true);
    }

    void unqueue() {
      queued.set(false);
    }

    /**
     * @return whether it is answered now
     */
    synchronized boolean tryToAnswer() {
      if (!answered) {
        try {
          answered = poll.resume(response);
        } catch (RuntimeException e) {
          answered = true;
          response.resume(e);
        }
      }
      return answered;
    }

    synchronized void giveUp() {
      if (!answered) {
        answered = true;
        try {
          response.resume(poll.otherwise().get());
        } catch (RuntimeException e) {
          response.resume(e);
        }
      }
    }
  }
}

package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.cluster.Membership;
import colmenar.feed.EventLog;
import colmenar.limit.Rules;
import colmenar.platform.Phase;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.task.TaskChanges;
import colmenar.task.Tasks;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.persistence.OptimisticLockException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Starts backends and lanes, wakes them when something has changed, and stops them. */
@SingleInstance
class Engine {

  private static final Logger LOG = System.getLogger(Engine.class.getName());

  /** How soon a node sees what another one has left for it. */
  private static final long TICK_MILLIS = 100;

  private static final long COUNT_MILLIS = 1000;

  /** A server that is alone hears of nearly everything by itself. */
  private static final int TICKS_ALONE = 5;

  private static final int MOST_EXPIRED = 500;
  private static final int MOST_FORGOTTEN = 1000;
  private static final long CLEAN_UP_MILLIS = 60_000;

  /** How long the answer to a request with a key is known. */
  private static final Duration ANSWERS = Duration.ofDays(1);

  private final Backends backends;
  private final Tasks tasks;
  private final Lanes lanes;
  private final Outcomes outcomes;
  private final Membership membership;
  private final Threads threads;
  private final Clock clock;
  private final Rules rules;
  private final Backlog backlog;
  private final EventLog events;
  private final List<ScheduledFuture<?>> timers = new ArrayList<>();
  private final Heart heart = new Heart(System::nanoTime);
  private int ticks;
  private volatile boolean started;
  private volatile boolean stopped;

  @Inject
  Engine(
      Backends backends,
      Tasks tasks,
      Lanes lanes,
      Outcomes outcomes,
      Membership membership,
      Threads threads,
      Clock clock,
      Rules rules,
      Backlog backlog,
      EventLog events) {
    this.backends = backends;
    this.tasks = tasks;
    this.lanes = lanes;
    this.outcomes = outcomes;
    this.membership = membership;
    this.threads = threads;
    this.clock = clock;
    this.rules = rules;
    this.backlog = backlog;
    this.events = events;
  }

  void start(@Observes @Priority(Phase.ENGINE) Startup event) {
    membership.join(backends.all().stream().map(Backend::name).toList());
    for (Backend backend : backends.all()) {
      backend.start(outcomes);
      lanes.open(backend);
    }
    started = true;
    repeat("heartbeat", this::beat, membership.interval().toMillis());
    repeat("tick", this::tick, TICK_MILLIS);
    repeat("clean-up", this::cleanUp, CLEAN_UP_MILLIS);
    repeat("count of tasks", backlog::refresh, COUNT_MILLIS);
  }

  private void repeat(String name, Runnable action, long millis) {
    timers.add(
        threads
            .scheduler()
            .scheduleWithFixedDelay(() -> tried(name, action), 0, millis, TimeUnit.MILLISECONDS));
  }

  private void tried(String name, Runnable action) {
    try {
      action.run();
    } catch (Exception e) {
      if (!stopped) {
        LOG.log(Level.WARNING, "the engine's " + name + " failed; the next one follows", e);
      }
    }
  }

  void stop(@Observes Shutdown event) {
    stopped = true;
    timers.forEach(timer -> timer.cancel(false));
    lanes.stop();
    outcomes.stop();
    backends.all().forEach(Backend::stop);
    farewell();
  }

  private void farewell() {
    try {
      membership.leave();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "could not say that this server stops; others will notice", e);
    }
  }

  /** How it is; asked by any thread. */
  Vitals vitals() {
    Map<String, Duration> stalls = new TreeMap<>();
    boolean runs = started && !stopped;
    if (runs) {
      lanes.stalled().forEach((backend, stall) -> stalls.put("lane " + backend, stall));
      stalls.put("outcomes", outcomes.stalled());
    }
    return new Vitals(runs, heart.sinceTry(), heart.sinceBeat(), membership.lease(), stalls);
  }

  private void beat() {
    heart.tries();
    if (!membership.beat() && !stopped) {
      membership.reborn(this::takeOver);
      // Of what others have taken over meanwhile, the backends have to let go.
      lanes.doubt();
    }
    heart.beats();
    for (UUID dead : membership.dead()) {
      if (takeOver(dead, membership.me()) > 0) {
        lanes.doubt();
      }
    }
  }

  private int takeOver(UUID dead, UUID node) {
    int adopted = tasks.adopt(dead, node, lanes.backends());
    if (adopted > 0) {
      LOG.log(Level.INFO, () -> "took over %d attempts of node %s".formatted(adopted, dead));
    }
    return adopted;
  }

  /** What is committed elsewhere, waits for its time, or was missed, is found by looking. */
  private void tick() {
    if (membership.alone() && !rules.anyRate() && ticks++ % TICKS_ALONE != 0) {
      return;
    }
    outcomes.wake();
    lanes.wake();
    for (Backend backend : backends.all()) {
      cancelAgain(backend);
    }
    expire();
  }

  /** Losing a race against the end of a task, or another node, is no harm: the next tick looks. */
  private void expire() {
    try {
      while (!stopped && tasks.expire(MOST_EXPIRED) == MOST_EXPIRED) {
        LOG.log(Level.DEBUG, "many tasks were not over in time");
      }
    } catch (OptimisticLockException e) {
      LOG.log(Level.DEBUG, "somebody else moved a task that was not over in time", e);
    }
  }

  private void cleanUp() {
    membership.buryOld();
    forgetAnswers();
    forgetEvents();
  }

  private void forgetEvents() {
    while (!stopped && events.forget(MOST_FORGOTTEN) > 0) {
      LOG.log(Level.DEBUG, "forgot what happened to tasks");
    }
  }

  private void forgetAnswers() {
    while (!stopped && tasks.forgetAnswers(clock.instant().minus(ANSWERS), MOST_EXPIRED) > 0) {
      LOG.log(Level.DEBUG, "forgot answers to requests with a key");
    }
  }

  private void cancelAgain(Backend backend) {
    List<UUID> canceling = tasks.canceling(membership.me(), backend.name());
    if (!canceling.isEmpty()) {
      backend.cancel(canceling);
    }
  }

  /**
   * Asks for the end of attempts at once where this node has them; elsewhere it is seen by looking.
   */
  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskChanges changes) {
    if (!changes.canceling().isEmpty()) {
      threads.executor().execute(() -> cancel(changes.canceling()));
    }
  }

  /** Every backend is asked; those that do not know an attempt ignore it. */
  private void cancel(Set<UUID> attempts) {
    for (Backend backend : backends.all()) {
      try {
        backend.cancel(attempts);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, () -> backend.name() + " cannot cancel now: " + e.getMessage());
      }
    }
  }
}

package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.cluster.Membership;
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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts backends and lanes, wakes them when something has changed, and stops them. */
@SingleInstance
class Engine {

  private static final Logger LOG = System.getLogger(Engine.class.getName());

  /** How soon a node sees what another one has left for it. */
  private static final long TICK_MILLIS = 100;

  /** A server that is alone hears of nearly everything by itself. */
  private static final int TICKS_ALONE = 5;

  private final Backends backends;
  private final Tasks tasks;
  private final WorkOrder workOrder;
  private final Outcomes outcomes;
  private final Membership membership;
  private final Threads threads;
  private final Map<String, Lane> lanes = new TreeMap<>();
  private final List<ScheduledFuture<?>> timers = new ArrayList<>();
  private final Set<UUID> mourned = new HashSet<>();
  private final Heart heart = new Heart(System::nanoTime);
  private int ticks;
  private volatile boolean started;
  private volatile boolean stopped;

  @Inject
  Engine(
      Backends backends,
      Tasks tasks,
      WorkOrder workOrder,
      Outcomes outcomes,
      Membership membership,
      Threads threads) {
    this.backends = backends;
    this.tasks = tasks;
    this.workOrder = workOrder;
    this.outcomes = outcomes;
    this.membership = membership;
    this.threads = threads;
  }

  void start(@Observes @Priority(Phase.ENGINE) Startup event) {
    membership.join();
    for (Backend backend : backends.all()) {
      backend.start(outcomes);
      lanes.put(
          backend.name(),
          new Lane(backend, tasks, membership::me, workOrder::of, threads.executor()));
    }
    started = true;
    repeat("heartbeat", this::beat, membership.interval().toMillis());
    repeat("tick", this::tick, TICK_MILLIS);
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
    } catch (RuntimeException e) {
      if (!stopped) {
        LOG.log(Level.WARNING, "the engine's " + name + " failed; the next one follows", e);
      }
    }
  }

  void stop(@Observes Shutdown event) {
    stopped = true;
    timers.forEach(timer -> timer.cancel(false));
    lanes.values().forEach(Lane::stop);
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
      lanes.forEach((backend, lane) -> stalls.put("lane " + backend, lane.stalled()));
      stalls.put("outcomes", outcomes.stalled());
    }
    return new Vitals(runs, heart.sinceTry(), heart.sinceBeat(), membership.lease(), stalls);
  }

  private void beat() {
    heart.tries();
    membership.beat();
    heart.beats();
    for (UUID dead : membership.dead()) {
      int adopted = tasks.adopt(dead, membership.me(), lanes.keySet());
      if (adopted > 0) {
        LOG.log(Level.INFO, () -> "took over %d attempts of node %s".formatted(adopted, dead));
      }
      // Also without any: this node may have been the dead one, and others have taken over.
      if (mourned.add(dead) || adopted > 0) {
        lanes.values().forEach(Lane::doubt);
      }
      if (!tasks.hasActive(dead)) {
        membership.bury(dead);
      }
    }
  }

  /** What is committed elsewhere, waits for its time, or was missed, is found by looking. */
  private void tick() {
    if (membership.alone() && ticks++ % TICKS_ALONE != 0) {
      return;
    }
    outcomes.wake();
    lanes.values().forEach(Lane::wake);
    for (Backend backend : backends.all()) {
      cancelAgain(backend);
    }
  }

  private void cancelAgain(Backend backend) {
    List<UUID> canceling = tasks.canceling(membership.me(), backend.name());
    if (!canceling.isEmpty()) {
      backend.cancel(canceling);
    }
  }

  /**
   * Wakes the lanes; and asks for the end of attempts at once where this node has them, elsewhere
   * that is seen by looking.
   */
  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskChanges changes) {
    changes.ready().stream().map(lanes::get).forEach(Engine::wake);
    if (!changes.canceling().isEmpty()) {
      threads.executor().execute(() -> cancel(changes.canceling()));
    }
  }

  private static void wake(@Nullable Lane lane) {
    if (lane != null) {
      lane.wake();
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

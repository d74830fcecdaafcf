package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.backend.Handle;
import colmenar.platform.Phase;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.task.TaskChanges;
import colmenar.task.Tasks;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
  private static final long TICK_MILLIS = 500;

  private final Backends backends;
  private final Tasks tasks;
  private final WorkOrder workOrder;
  private final Outcomes outcomes;
  private final Threads threads;
  private final Map<String, Lane> lanes = new TreeMap<>();
  private @Nullable ScheduledFuture<?> ticking;
  private volatile boolean stopped;

  @Inject
  Engine(Backends backends, Tasks tasks, WorkOrder workOrder, Outcomes outcomes, Threads threads) {
    this.backends = backends;
    this.tasks = tasks;
    this.workOrder = workOrder;
    this.outcomes = outcomes;
    this.threads = threads;
  }

  void start(@Observes @Priority(Phase.ENGINE) Startup event) {
    for (Backend backend : backends.all()) {
      backend.start(outcomes);
      lanes.put(backend.name(), new Lane(backend, tasks, workOrder::of, threads.executor()));
    }
    ticking =
        threads
            .scheduler()
            .scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    stopped = true;
    if (ticking != null) {
      ticking.cancel(false);
    }
    lanes.values().forEach(Lane::stop);
    outcomes.stop();
    backends.all().forEach(Backend::stop);
  }

  /** What is committed elsewhere, waits for its time, or was missed, is found by looking. */
  private void tick() {
    try {
      lanes.values().forEach(Lane::wake);
      for (Backend backend : backends.all()) {
        cancelAgain(backend);
      }
    } catch (RuntimeException e) {
      if (!stopped) {
        LOG.log(Level.WARNING, "the engine's tick failed; the next one follows", e);
      }
    }
  }

  private void cancelAgain(Backend backend) {
    List<Handle> canceling = tasks.canceling(backend.name());
    if (!canceling.isEmpty()) {
      backend.cancel(canceling.stream().map(Handle::attempt).toList());
    }
  }

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

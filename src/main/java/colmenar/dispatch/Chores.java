package colmenar.dispatch;

import colmenar.platform.Looker;
import colmenar.platform.Phase;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.task.Retention;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a server does beside running tasks: it carries operations on, and deletes old tasks. Each on
 * a thread of its own while there is something to do, so that neither holds up a heartbeat.
 */
@SingleInstance
class Chores {

  private static final Logger LOG = System.getLogger(Chores.class.getName());
  private static final long OPERATIONS_MILLIS = 500;
  private static final long RETENTION_MILLIS = 10_000;

  private final Threads threads;
  private final OperationWork operations;
  private final Retention retention;
  private final List<ScheduledFuture<?>> timers = new ArrayList<>();
  private final List<Looker> lookers = new ArrayList<>();
  private volatile boolean stopped;

  @Inject
  Chores(Threads threads, OperationWork operations, Retention retention) {
    this.threads = threads;
    this.operations = operations;
    this.retention = retention;
  }

  void start(@Observes @Priority(Phase.ENGINE) Startup event) {
    repeat("the work on operations", operations::step, OPERATIONS_MILLIS);
    repeat("the deletion of old tasks", retention::walk, RETENTION_MILLIS);
  }

  private void repeat(String name, Step step, long millis) {
    Looker looker = new Looker(name, threads.executor(), () -> work(step));
    lookers.add(looker);
    timers.add(
        threads.scheduler().scheduleWithFixedDelay(looker::wake, 0, millis, TimeUnit.MILLISECONDS));
  }

  private void work(Step step) {
    while (!stopped && step.more()) {
      LOG.log(Level.TRACE, "there is more to do");
    }
  }

  void stop(@Observes Shutdown event) {
    stopped = true;
    timers.forEach(timer -> timer.cancel(false));
    lookers.forEach(Looker::stop);
  }

  /** A small part of a chore. */
  private interface Step {
    /** Whether there is more to do at once. */
    boolean more();
  }
}

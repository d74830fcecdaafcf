package colmenar.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The container's threads. How many there are is set in server-config. */
@SingleInstance
public class Threads {

  private static final Logger LOG = System.getLogger(Threads.class.getName());

  @Resource(lookup = "java:comp/DefaultManagedExecutorService")
  private ManagedExecutorService executor;

  @Resource(lookup = "java:comp/DefaultManagedScheduledExecutorService")
  private ManagedScheduledExecutorService scheduler;

  @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
  private ManagedThreadFactory factory;

  /** A thread of its own, for what may wait for long; not started yet. */
  public Thread thread(Runnable action) {
    return factory.newThread(action);
  }

  public ManagedExecutorService executor() {
    return executor;
  }

  public ManagedScheduledExecutorService scheduler() {
    return scheduler;
  }

  /** Runs it once after a delay, unless it is cancelled before. */
  public ScheduledFuture<?> after(Duration delay, Runnable action) {
    return scheduler()
        .schedule(
            () -> {
              try {
                action.run();
              } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a delayed action failed", e);
              }
            },
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
  }
}

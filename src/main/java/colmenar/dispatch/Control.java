package colmenar.dispatch;

import colmenar.platform.SingleInstance;
import colmenar.task.Task;
import colmenar.task.Tasks;
import jakarta.inject.Inject;
import jakarta.persistence.OptimisticLockException;
import java.util.UUID;
import org.eclipse.microprofile.faulttolerance.Retry;

/**
 * Changes that people make to tasks which the engine moves at the same time: whoever loses such a
 * race looks again, in a new transaction.
 */
@SingleInstance
public class Control {

  private final Tasks tasks;

  @Inject
  public Control(Tasks tasks) {
    this.tasks = tasks;
  }

  /** See {@link Tasks#cancel}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public Task cancel(UUID id) {
    return tasks.cancel(id);
  }

  /** See {@link Tasks#reprioritize}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public Task reprioritize(UUID id, int priority) {
    return tasks.reprioritize(id, priority);
  }

  /** See {@link Tasks#delivered}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public void delivered(UUID id) {
    tasks.delivered(id);
  }
}

package colmenar.dispatch;

import colmenar.limit.Gate;
import colmenar.limit.GateState;
import colmenar.limit.Limit;
import colmenar.limit.LimitRule;
import colmenar.limit.LimitScope;
import colmenar.limit.Limits;
import colmenar.platform.SingleInstance;
import colmenar.task.RequestKey;
import colmenar.task.Submitted;
import colmenar.task.Task;
import colmenar.task.TaskRequest;
import colmenar.task.Tasks;
import jakarta.inject.Inject;
import jakarta.persistence.OptimisticLockException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.faulttolerance.Retry;

/**
 * Changes that people make to what the engine, or others of them, move at the same time: whoever
 * loses such a race looks again, in a new transaction.
 */
@SingleInstance
public class Control {

  private final Tasks tasks;
  private final Limits limits;
  private final Places places;
  private final Lanes lanes;

  @Inject
  public Control(Tasks tasks, Limits limits, Places places, Lanes lanes) {
    this.tasks = tasks;
    this.limits = limits;
    this.places = places;
    this.lanes = lanes;
  }

  /** See {@link Tasks#submit}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public List<Submitted> submit(String owner, List<TaskRequest> requests) {
    return lanes.submit(requests, start -> tasks.submit(owner, requests, start));
  }

  /** See {@link Tasks#submitOnce}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public String submitOnce(
      String owner,
      RequestKey key,
      List<TaskRequest> requests,
      Function<List<Submitted>, String> answer) {
    return lanes.submit(requests, start -> tasks.submitOnce(owner, key, requests, answer, start));
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

  /** See {@link Tasks#move}; only to where its method may run. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public Task move(UUID id, String backend) {
    places.check(tasks.get(id), backend);
    return tasks.move(id, backend, places);
  }

  /** See {@link Tasks#delete}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public void delete(UUID id) {
    tasks.delete(id);
  }

  /** See {@link Tasks#delivered}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public void delivered(UUID id) {
    tasks.delivered(id);
  }

  /** See {@link Limits#put}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public Limit limit(LimitScope scope, String name, LimitRule rule, String by) {
    return limits.put(scope, name, rule, by);
  }

  /** See {@link Limits#move}. */
  @Retry(retryOn = OptimisticLockException.class, maxRetries = 5, delay = 20, jitter = 15)
  public Gate move(String gate, GateState state, String by) {
    return limits.move(gate, state, by);
  }
}

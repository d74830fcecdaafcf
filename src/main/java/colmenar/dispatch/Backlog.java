package colmenar.dispatch;

import colmenar.platform.SingleInstance;
import colmenar.problem.TooManyTasksException;
import colmenar.task.Tasks;
import colmenar.task.Unfinished;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * How many tasks are not over, and whether more are taken. An estimate, so that no submit has to
 * count: what was counted last, and what this server has added since. Others add meanwhile, so the
 * bound may be passed by what they take between two counts. Thread-safe.
 */
@SingleInstance
class Backlog {

  /** Counting takes no more than one part in so many of the time. */
  private static final long SHARE = 20;

  private final Supplier<Unfinished> count;
  private final LongSupplier nanos;
  private final long maxTasks;
  private final long maxTasksPerOwner;

  /** Admitted since, by owner, without those that the last count has seen. */
  private final Map<String, Long> added = new HashMap<>();

  /** Of them those that a count that begins now will see. */
  private final Map<String, Long> over = new HashMap<>();

  private Unfinished counted = Unfinished.NONE;
  private long countAgainAt;

  @Inject
  Backlog(
      Tasks tasks,
      @ConfigProperty(name = "colmenar.queue.max-tasks", defaultValue = "10000000") long maxTasks,
      @ConfigProperty(name = "colmenar.queue.max-tasks-per-owner")
          Optional<Long> maxTasksPerOwner) {
    this(tasks::unfinished, maxTasks, maxTasksPerOwner.orElse(Long.MAX_VALUE), System::nanoTime);
  }

  Backlog(Supplier<Unfinished> count, long maxTasks, long maxTasksPerOwner, LongSupplier nanos) {
    this.count = count;
    this.nanos = nanos;
    this.maxTasks = positive("colmenar.queue.max-tasks", maxTasks);
    this.maxTasksPerOwner = positive("colmenar.queue.max-tasks-per-owner", maxTasksPerOwner);
    this.countAgainAt = nanos.getAsLong();
  }

  private static long positive(String setting, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(setting + " is " + value + "; it must be at least 1");
    }
    return value;
  }

  /** Counts, unless the last time took so long that it is too early to do so again. */
  void refresh() {
    long start = nanos.getAsLong();
    Map<String, Long> seen;
    synchronized (this) {
      if (start - countAgainAt < 0) {
        return;
      }
      seen = Map.copyOf(over);
      over.clear();
    }
    Unfinished now = count.get();
    long end = nanos.getAsLong();
    synchronized (this) {
      counted = now;
      seen.forEach((owner, tasks) -> added.merge(owner, -tasks, Long::sum));
      added.values().removeIf(tasks -> tasks == 0);
      countAgainAt = end + (end - start) * SHARE;
    }
  }

  /**
   * Makes place for new tasks of an owner, all or none. They count until they are seen by a count
   * that began after the {@linkplain Admission#over admission was over}.
   *
   * @throws TooManyTasksException when there would be too many
   */
  synchronized Admission add(String owner, int tasks) {
    long ofOwner =
        counted.byOwner().getOrDefault(owner, 0L) + added.getOrDefault(owner, 0L) + tasks;
    if (ofOwner > maxTasksPerOwner) {
      throw new TooManyTasksException(
          "%s would have %d unfinished tasks; the limit is %d (colmenar.queue.max-tasks-per-owner)"
              .formatted(owner, ofOwner, maxTasksPerOwner));
    }
    long all = counted.total() + added.values().stream().mapToLong(Long::longValue).sum() + tasks;
    if (all > maxTasks) {
      throw new TooManyTasksException(
          "there would be %d unfinished tasks; the limit is %d (colmenar.queue.max-tasks)"
              .formatted(all, maxTasks));
    }
    added.merge(owner, (long) tasks, Long::sum);
    return () -> over(owner, tasks);
  }

  private synchronized void over(String owner, int tasks) {
    over.merge(owner, (long) tasks, Long::sum);
  }
}

package colmenar.dispatch;

import colmenar.platform.SingleInstance;
import colmenar.problem.TooManyTasksException;
import colmenar.task.Tasks;
import colmenar.task.Unfinished;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * How many tasks are not over, and whether more are taken. An estimate, so that no submit has to
 * count: what was counted last, and what this server has added since. Others add meanwhile, so the
 * bound may be passed by what they take between two counts. Nothing is refused because a task was
 * counted twice. Thread-safe.
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

  /** One count at a time, so that the last one to end is also the last one to have begun. */
  private final ReentrantLock counting = new ReentrantLock();

  private Unfinished counted = Unfinished.NONE;

  /** Whether the last count may have seen tasks that are still among those added. */
  private boolean doubtful;

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
    synchronized (this) {
      if (nanos.getAsLong() - countAgainAt < 0) {
        return;
      }
    }
    recount();
  }

  private void recount() {
    counting.lock();
    try {
      long start = nanos.getAsLong();
      Map<String, Long> seen;
      synchronized (this) {
        seen = Map.copyOf(over);
      }
      Unfinished now = count.get();
      long end = nanos.getAsLong();
      synchronized (this) {
        counted = now;
        subtract(added, seen);
        subtract(over, seen);
        doubtful = !added.isEmpty();
        countAgainAt = end + (end - start) * SHARE;
      }
    } finally {
      counting.unlock();
    }
  }

  private static void subtract(Map<String, Long> from, Map<String, Long> tasks) {
    tasks.forEach((owner, number) -> from.merge(owner, -number, Long::sum));
    from.values().removeIf(number -> number == 0);
  }

  /**
   * Makes place for new tasks of an owner, all or none. They count until they are seen by a count
   * that began after the {@linkplain Admission#over admission was over}.
   *
   * @throws TooManyTasksException when there would be too many
   */
  Admission add(String owner, int tasks) {
    try {
      return admit(owner, tasks);
    } catch (TooManyTasksException e) {
      if (!isDoubtful()) {
        throw e;
      }
      recount();
      return admit(owner, tasks);
    }
  }

  private synchronized boolean isDoubtful() {
    return doubtful;
  }

  private synchronized Admission admit(String owner, int tasks) {
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

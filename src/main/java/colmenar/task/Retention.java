package colmenar.task;

import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Deletes tasks that are over and have been kept for their time, and operations like them.
 *
 * <p>It walks the tasks from the oldest on in small transactions, each of which moves a cursor in
 * the database: of several servers one walks at a time, and the next one goes on where it stopped.
 * At the first task that is too young for any of the times a round is over, and the next begins
 * after a while.
 */
@SingleInstance
@Transactional
public class Retention {

  private static final int MOST_LOOKED_AT = 500;
  private static final int ROUNDS_PER_TIME = 48;
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final RetentionStore store;
  private final TaskStore taskStore;
  private final Tasks tasks;
  private final Clock clock;
  private final KeepingTimes times;

  @Inject
  public Retention(
      RetentionStore store,
      TaskStore taskStore,
      Tasks tasks,
      Clock clock,
      @ConfigProperty(name = "colmenar.retention.days", defaultValue = "30") String days,
      @ConfigProperty(name = "colmenar.retention.failed-days", defaultValue = "90")
          String failedDays,
      @ConfigProperty(name = "colmenar.retention.unacknowledged-days", defaultValue = "365")
          String unacknowledgedDays) {
    this.store = store;
    this.taskStore = taskStore;
    this.tasks = tasks;
    this.clock = clock;
    this.times =
        new KeepingTimes(
            KeepingTimes.days("colmenar.retention.days", days),
            KeepingTimes.days("colmenar.retention.failed-days", failedDays),
            KeepingTimes.days("colmenar.retention.unacknowledged-days", unacknowledgedDays));
  }

  /**
   * Looks at the next few old tasks, and deletes those whose time is over.
   *
   * @return whether there may be more to do at once
   */
  public boolean walk() {
    Optional<Duration> shortest = times.shortest();
    if (shortest.isEmpty()) {
      return false;
    }
    Instant now = clock.instant();
    Optional<RetentionStore.Round> round = store.locked(now);
    if (round.isEmpty()) {
      return false;
    }
    UUID young = Ids.least(now.minus(shortest.get()));
    List<Old> old = store.old(round.get().lastTask(), young, MOST_LOOKED_AT);
    delete(old, now);
    if (old.size() == MOST_LOOKED_AT) {
      store.moveTo(old.get(old.size() - 1).id(), now);
      return true;
    }
    times.kept(false, false).ifPresent(time -> store.deleteOperations(now.minus(time)));
    store.moveTo(null, now.plus(pause(shortest.get())));
    return false;
  }

  private void delete(List<Old> old, Instant now) {
    TreeSet<UUID> due = new TreeSet<>();
    for (Old task : old) {
      if (task.endedAt() != null && times.isOver(task, now)) {
        due.add(task.id());
      }
    }
    if (due.isEmpty()) {
      return;
    }
    Map<UUID, Task> locked = taskStore.locked(due);
    Amendments amendments = tasks.amendments();
    locked.values().forEach(task -> amendments.remove(task, Deed.Deleted.Cause.RETENTION));
    amendments.close();
  }

  private static Duration pause(Duration shortest) {
    Duration pause = shortest.dividedBy(ROUNDS_PER_TIME);
    if (pause.compareTo(SHORTEST_PAUSE) < 0) {
      return SHORTEST_PAUSE;
    }
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /**
   * A task that may be deleted by its age.
   *
   * @param endedAt null while it is not over
   */
  record Old(UUID id, boolean failed, boolean acknowledged, @Nullable Instant endedAt) {}
}

package colmenar.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What people change of tasks that the transaction has locked, written at once and then announced.
 */
final class Amendments {

  private final List<Task> ended = new ArrayList<>();
  private final List<Task> amended = new ArrayList<>();
  private final List<Task> removed = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();
  private final Set<String> ready = new HashSet<>();
  private final Set<UUID> finished = new HashSet<>();
  private final Set<Inbox> inboxes = new HashSet<>();
  private final Set<UUID> canceling = new HashSet<>();
  private final List<End> ends = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final Map<UUID, String> options = new HashMap<>();
  private Deed.Deleted.Cause cause = Deed.Deleted.Cause.REQUEST;
  private final BulkStore bulk;
  private final Strands strands;
  private final Announcer announcer;
  private final Ageing ageing;
  private final Instant now;

  Amendments(BulkStore bulk, Strands strands, Announcer announcer, Ageing ageing, Instant now) {
    this.bulk = bulk;
    this.strands = strands;
    this.announcer = announcer;
    this.ageing = ageing;
    this.now = now;
  }

  /** See {@link Task#cancel}. */
  void cancel(Task task) {
    boolean wasOver = task.state().terminal();
    if (task.cancel(now)) {
      stopping(task);
    }
    ended.add(task);
    if (task.state() == TaskState.CANCELED && !wasOver) {
      end(task);
    }
  }

  /** See {@link Task#expire}. */
  void expire(Task task) {
    ended.add(task);
    if (task.expire(now)) {
      stopping(task);
    } else {
      end(task);
    }
  }

  private void stopping(Task task) {
    canceling.add(task.attemptId().orElseThrow());
    steps.add(Step.moved(task, now));
  }

  private void end(Task task) {
    results.add(Result.outcome(task, null, now));
    finished.add(task.id());
    inboxes.add(Inbox.of(task));
    ends.add(End.waiting(task, now));
  }

  /** See {@link Task#reprioritize}. */
  void reprioritize(Task task, int priority) {
    task.reprioritize(priority, ageing);
    steps.add(Step.reprioritized(task, now));
    amended.add(task);
    if (task.state() == TaskState.PENDING) {
      ready.add(task.backend());
    }
  }

  /**
   * See {@link Task#moveToBackend}.
   *
   * @param optionsThere what the task is to have of options on the other backend
   */
  void move(Task task, String backend, String optionsBefore, String optionsThere) {
    task.moveToBackend(backend);
    steps.add(Step.movedToBackend(task, now));
    amended.add(task);
    ready.add(backend);
    if (!optionsThere.equals(optionsBefore)) {
      options.put(task.id(), optionsThere);
    }
  }

  /** Only a task that is over; all of a transaction for the same cause. */
  void remove(Task task, Deed.Deleted.Cause why) {
    removed.add(task);
    cause = why;
  }

  /** Sends all of it to the database, and announces it for when it is committed. */
  void close() {
    bulk.update(ended);
    bulk.insertResults(results);
    bulk.amend(amended);
    bulk.changeOptions(options);
    bulk.delete(removed.stream().map(Task::id).toList());
    strands.note(amended, now);
    announcer.announce(new TaskChanges(ready, Set.of(), finished, inboxes, canceling));
    Deed.Settled settled = new Deed.Settled(steps, ends, List.of());
    if (settled.any()) {
      announcer.tell(settled);
    }
    if (!removed.isEmpty()) {
      announcer.tell(new Deed.Deleted(removed.size(), cause));
    }
  }
}

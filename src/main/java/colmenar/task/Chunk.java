package colmenar.task;

import static java.util.Objects.requireNonNull;

import colmenar.problem.DrainingException;
import colmenar.problem.TooManyTasksException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The part of an operation that is done in one transaction. Not thread-safe. */
final class Chunk {

  /** The inputs of its tasks are in memory together; one task alone may have more. */
  private static final long MOST_INPUT_BYTES = 8_000_000;

  private final Tally tally = new Tally();
  private final Map<String, List<TaskRequest>> reruns = new LinkedHashMap<>();
  private final OperationRequest request;
  private final Judge judge;
  private final TaskStore store;
  private final Tasks tasks;
  private final Terms terms;
  private final Amendments amendments;
  private Map<UUID, TaskInput> inputs = Map.of();
  private @Nullable UUID last;
  private @Nullable String obstacle;

  Chunk(OperationRequest request, TaskStore store, Tasks tasks, Terms terms) {
    this.request = request;
    this.judge = new Judge(request, terms);
    this.store = store;
    this.tasks = tasks;
    this.terms = terms;
    this.amendments = tasks.amendments();
  }

  /**
   * Changes the first of the tasks that were found, in their order.
   *
   * @return whether it came to the last of them
   */
  boolean change(List<Match> found, int most) {
    List<Match> part = new ArrayList<>();
    Set<UUID> wanted = new TreeSet<>();
    long bytes = 0;
    for (Match match : found) {
      if (judge.skips(match).isEmpty()) {
        bytes += match.inputBytes();
        if (wanted.size() == most || (bytes > MOST_INPUT_BYTES && !wanted.isEmpty())) {
          break;
        }
        wanted.add(match.id());
      }
      part.add(match);
    }
    change(part, wanted);
    return part.size() == found.size() && obstacle == null;
  }

  private void change(List<Match> part, Set<UUID> wanted) {
    Map<UUID, Task> locked = wanted.isEmpty() ? Map.of() : store.locked(wanted);
    if (request.action() == OperationAction.RERUN || request.action() == OperationAction.MOVE) {
      inputs = wanted.isEmpty() ? Map.of() : store.inputs(wanted);
    }
    for (Match match : part) {
      if (wanted.contains(match.id())) {
        Task task = locked.get(match.id());
        if (task == null || judge.isOutdated(task)) {
          tally.skips(SkipReason.CHANGED_MEANWHILE);
        } else if (isAllowed(task)) {
          tally.changes();
        } else {
          break;
        }
      } else {
        judge.skips(match).ifPresent(tally::skips);
      }
      last = match.id();
    }
    amendments.close();
    reruns.forEach(tasks::submit);
  }

  /** Changes it, unless there is no room for what comes of it. */
  private boolean isAllowed(Task task) {
    try {
      change(task);
      return true;
    } catch (TooManyTasksException | DrainingException e) {
      obstacle = e.getMessage();
      return false;
    }
  }

  private void change(Task task) {
    switch (request.action()) {
      case CANCEL -> amendments.cancel(task);
      case REPRIORITIZE -> amendments.reprioritize(task, requireNonNull(request.priority()));
      case MOVE -> move(task, requireNonNull(request.backend()));
      case DELETE -> amendments.remove(task, Deed.Deleted.Cause.REQUEST);
      case RERUN -> rerun(task);
    }
  }

  private void move(Task task, String backend) {
    terms.admit(backend);
    String options = requireNonNull(inputs.get(task.id())).options();
    amendments.move(
        task,
        backend,
        options,
        terms.options(task.methodName(), task.methodVersion(), task.backend(), backend, options));
  }

  /** The new task belongs to whom the old one does, whoever made the operation. */
  private void rerun(Task task) {
    TaskRequest again = Rerun.of(task, requireNonNull(inputs.get(task.id())));
    terms.admit(task.owner(), again);
    reruns.computeIfAbsent(task.owner(), owner -> new ArrayList<>()).add(again);
  }

  Tally tally() {
    return tally;
  }

  /** The task up to which it came; null when it came to none. */
  @Nullable UUID last() {
    return last;
  }

  /** Why it could not go on. */
  Optional<String> obstacle() {
    return Optional.ofNullable(obstacle);
  }
}

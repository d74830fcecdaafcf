package colmenar.history;

import colmenar.history.Spans.Cell;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that this node has, and up to when the time of each is accounted for. A task has one
 * at a time, so they are found by their tasks. Times are microseconds since 1970. Guarded by its
 * {@link Recorder}.
 */
final class Runs {

  private final Map<UUID, Run> byTask = new HashMap<>();

  /** Those that others said run and of which nothing was known, with the time of that. */
  private Map<UUID, Long> unknown = new HashMap<>();

  private Set<UUID> missed = new HashSet<>();

  void claimed(UUID task, UUID attempt, Cell cell, boolean runs, long at) {
    byTask.put(task, new Run(attempt, cell, runs, at));
  }

  /** It was claimed before this server was started, or by another one, when it is not known. */
  void begun(UUID task, Cell cell, long at) {
    Run run = byTask.get(task);
    if (run == null) {
      byTask.put(task, new Run(null, cell, true, at));
    } else if (!run.runs) {
      run.runs = true;
      run.until = Math.max(run.until, at);
    }
  }

  /** The attempt is over; null when it is not known. */
  @Nullable Run ended(UUID task, UUID attempt) {
    Run run = byTask.get(task);
    return run != null && run.is(attempt) ? byTask.remove(task) : null;
  }

  /** When it was first told that this attempt runs here; null for never. */
  @Nullable Long learned(UUID task) {
    return unknown.remove(task);
  }

  Iterable<Run> all() {
    return byTask.values();
  }

  /**
   * Compares with what the database has. A difference counts when it is there twice: what is
   * claimed or ends just now is soon told.
   *
   * @param active all attempts of this node, by task
   * @param asked when the database was asked
   */
  void compare(Map<UUID, Run> active, long asked) {
    Map<UUID, Long> stillUnknown = new HashMap<>();
    active.forEach(
        (task, run) -> {
          if (run.runs && !byTask.containsKey(task)) {
            Long since = unknown.get(task);
            if (since == null) {
              stillUnknown.put(task, asked);
            } else {
              byTask.put(task, new Run(run.attempt, run.cell, true, since));
            }
          }
        });
    unknown = stillUnknown;
    Set<UUID> missing = new HashSet<>(byTask.keySet());
    missing.removeAll(active.keySet());
    missed.retainAll(missing);
    byTask.keySet().removeAll(missed);
    missed = missing;
  }

  /** One attempt. */
  static final class Run {
    private final @Nullable UUID attempt;
    private final Cell cell;
    private boolean runs;
    private long until;

    Run(@Nullable UUID attempt, Cell cell, boolean runs, long since) {
      this.attempt = attempt;
      this.cell = cell;
      this.runs = runs;
      this.until = since;
    }

    private boolean is(UUID other) {
      return attempt == null || attempt.equals(other);
    }

    Cell cell() {
      return cell;
    }

    boolean runs() {
      return runs;
    }

    /** Everything before is accounted for; for one that does not run, when it was claimed. */
    long until() {
      return until;
    }

    void accounted(long at) {
      until = Math.max(until, at);
    }
  }
}

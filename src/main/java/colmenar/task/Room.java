package colmenar.task;

import colmenar.limit.Limit;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What limits still allow to start on one backend, while a claim chooses. Not thread-safe. */
final class Room {

  private final String backend;
  private final Map<String, Left> left = new HashMap<>();

  /**
   * @param used see {@link #used}
   */
  Room(String backend, Collection<Limit> limits, Map<String, Long> used, Instant now) {
    this.backend = backend;
    for (Limit limit : limits) {
      long units =
          limit
              .maxRunning()
              .map(most -> most - used.getOrDefault(limit.id(), 0L))
              .orElse(Long.MAX_VALUE);
      left.put(limit.id(), new Left(Math.max(0, units), limit.starts(now)));
    }
  }

  /** What active attempts count for, by the id of the limit that it would count for. */
  static Map<String, Long> used(Collection<StrandCount> active) {
    Map<String, Long> used = new HashMap<>();
    for (StrandCount count : active) {
      Strand.parse(count.strand())
          .shares(count.backend())
          .forEach((limit, units) -> used.merge(limit, units * count.tasks(), Long::sum));
    }
    return used;
  }

  /** How many tasks of a strand could start if no other did. */
  int of(Strand strand) {
    long room = Integer.MAX_VALUE;
    for (Map.Entry<String, Integer> share : strand.shares(backend).entrySet()) {
      Left of = left.get(share.getKey());
      if (of != null) {
        room = Math.min(room, Math.min(of.units / share.getValue(), of.starts));
      }
    }
    return (int) room;
  }

  /**
   * One task of a strand starts.
   *
   * @return false when there is no room for it
   */
  boolean take(Strand strand) {
    if (of(strand) <= 0) {
      return false;
    }
    strand
        .shares(backend)
        .forEach(
            (limit, units) -> {
              Left of = left.get(limit);
              if (of != null) {
                of.units -= units;
                of.starts--;
              }
            });
    return true;
  }

  private static final class Left {
    private long units;
    private int starts;

    Left(long units, int starts) {
      this.units = units;
      this.starts = starts;
    }
  }
}

package colmenar.fault;

import static colmenar.fault.Violation.Guarantee.G7;
import static java.util.stream.Collectors.groupingBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Whether more ran at once, or started in a second, than was allowed. What ran is told by the code
 * of the tasks; an attempt that was taken away from a server no longer counts.
 */
final class LimitsCheck {

  /** Two servers look at their clocks a little before it is their turn to count. */
  private static final Duration BETWEEN_CLOCK_AND_COUNT = Duration.ofSeconds(1);

  private static final double ROUNDING = 1e-6;
  private static final double NANOS = 1e9;

  private final Evidence evidence;

  LimitsCheck(Evidence evidence) {
    this.evidence = evidence;
  }

  /**
   * @param mostAtOnce in one life of one server
   */
  void places(int mostAtOnce) {
    evidence.executions().stream()
        .filter(run -> !run.place().equals(Execution.NOWHERE))
        .collect(groupingBy(Execution::place))
        .forEach(
            (place, runs) -> {
              long most =
                  mostAtOnce(
                      runs.stream().map(run -> new Use(run.start(), run.until(), 1)).toList());
              if (most > mostAtOnce) {
                evidence.found(
                    G7, "%d ran at once in %s, %d may".formatted(most, place, mostAtOnce));
              }
            });
  }

  void bounds(List<Bound> bounds) {
    for (Bound bound : bounds) {
      long most = mostAtOnce(bound);
      if (most > bound.most()) {
        evidence.found(
            G7, "%d ran at once under %s, %d may".formatted(most, bound.limit(), bound.most()));
      }
      if (bound.perSecond() != null) {
        rate(bound, bound.perSecond(), bound.burst());
      }
    }
  }

  /** What counted for a limit at the same moment, at most. */
  long mostAtOnce(Bound bound) {
    List<Use> uses = new ArrayList<>();
    for (Execution run : evidence.executions()) {
      int units = evidence.share(run.clientId(), bound.limit());
      long until = evidence.validUntil(run);
      if (units > 0 && until >= run.start()) {
        uses.add(new Use(run.start(), until, units));
      }
    }
    return mostAtOnce(uses);
  }

  /** What still counts for limits when nothing runs any more. */
  void leaks(Map<String, Long> used) {
    used.forEach(
        (limit, units) -> {
          if (units != 0) {
            evidence.found(G7, "nothing runs, and %d count for %s".formatted(units, limit));
          }
        });
  }

  /** Pours tokens into a bucket as the rule wants it; a start takes one. */
  private void rate(Bound bound, double perSecond, int burst) {
    List<Long> starts =
        evidence.endings().stream()
            .filter(task -> evidence.share(task.clientId(), bound.limit()) > 0)
            .flatMap(task -> task.attempts().stream())
            .map(one -> Execution.nanos(one.claimed()))
            .sorted()
            .toList();
    double full = burst + perSecond * BETWEEN_CLOCK_AND_COUNT.toNanos() / NANOS;
    double tokens = full;
    long last = starts.isEmpty() ? 0 : starts.get(0);
    for (long start : starts) {
      tokens = Math.min(full, tokens + perSecond * (start - last) / NANOS) - 1;
      last = start;
      if (tokens < -ROUNDING) {
        evidence.found(
            G7,
            "more started under %s than %s a second and %d together"
                .formatted(bound.limit(), perSecond, burst));
        return;
      }
    }
  }

  private record Use(long from, long until, int units) {}

  private static long mostAtOnce(List<Use> uses) {
    record Step(long at, int change) {}
    List<Step> steps = new ArrayList<>();
    for (Use use : uses) {
      steps.add(new Step(use.from(), use.units()));
      // what was seen but once ran all the same
      steps.add(new Step(Math.max(use.until(), use.from() + 1), -use.units()));
    }
    steps.sort(Comparator.comparingLong(Step::at).thenComparing(Step::change));
    long now = 0;
    long most = 0;
    for (Step step : steps) {
      now += step.change();
      most = Math.max(most, now);
    }
    return most;
  }
}

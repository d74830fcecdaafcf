package colmenar.backend.hpc;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The jobs of an account, as its scheduler showed them.
 *
 * @param waiting in the queue, held ones too
 * @param running with nodes, suspended ones too
 * @param stuck of those that wait: without somebody's help they will do so for ever
 * @param reasons why jobs wait, with how many of them
 */
record Census(Instant at, int waiting, int running, int stuck, Map<String, Long> reasons) {

  Census {
    reasons = Map.copyOf(reasons);
  }

  static final Census NOTHING = new Census(Instant.EPOCH, 0, 0, 0, Map.of());

  static Census of(Instant at, Collection<JobStatus> jobs) {
    int waiting = 0;
    int running = 0;
    int stuck = 0;
    Map<String, Long> reasons = new TreeMap<>();
    for (JobStatus job : jobs) {
      switch (job.state()) {
        case WAITING, STUCK -> {
          waiting++;
          stuck += job.state() == JobState.STUCK ? 1 : 0;
          if (!job.reason().isEmpty()) {
            reasons.merge(job.reason(), 1L, Long::sum);
          }
        }
        case RUNNING, SUSPENDED, UNKNOWN -> running++;
        default -> {
          // It is over.
        }
      }
    }
    return new Census(at, waiting, running, stuck, reasons);
  }

  int jobs() {
    return waiting + running;
  }
}

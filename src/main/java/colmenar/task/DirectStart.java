package colmenar.task;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Room of a backend for which nothing waits: new tasks need not wait there either.
 *
 * @param node that has the backend
 * @param startsAtOnce whether the backend runs at once what it takes
 * @param room for so many attempts
 */
public record DirectStart(UUID node, String backend, boolean startsAtOnce, int room) {

  /**
   * Makes attempts of as many as there is room for, in turn, of those whose time has come and is
   * not over.
   */
  Deed.Claims begin(List<NewTask> made, Instant now) {
    List<NewTask> first =
        made.stream()
            .filter(one -> one.task().backend().equals(backend))
            .filter(one -> !one.task().readyAt().isAfter(now) && !one.task().isLate(now))
            .sorted(Comparator.comparing(one -> one.task().turn()))
            .limit(room)
            .toList();
    first.forEach(one -> one.task().claim(node, startsAtOnce, now));
    List<Claimed> attempts =
        first.stream().map(one -> Claimed.of(one.task(), one.input())).toList();
    return new Deed.Claims(backend, TaskState.claimed(startsAtOnce), attempts, now);
  }
}

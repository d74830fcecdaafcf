package colmenar.task;

import java.time.Instant;
import java.util.Map;

/**
 * How far the tasks of a campaign are.
 *
 * @param tasks how many by state; states without any are left out
 * @param waitingResults outcomes that nobody has acknowledged, leased ones included
 * @param waitingItems streamed items of which the same is true
 * @param leased those of both that a consumer has now
 * @param firstAt when the server got the first of its tasks
 * @param lastAt when a task of it was last submitted, begun or ended
 */
public record CampaignProgress(
    Campaign campaign,
    Map<TaskState, Long> tasks,
    long waitingResults,
    long waitingItems,
    long leased,
    Instant firstAt,
    Instant lastAt) {

  public CampaignProgress {
    tasks = Map.copyOf(tasks);
  }

  public long unfinished() {
    return tasks.entrySet().stream()
        .filter(count -> !count.getKey().terminal())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Whether every task is over. */
  public boolean finished() {
    return unfinished() == 0;
  }

  /** Whether every task is over, and every result and streamed item acknowledged. */
  public boolean done() {
    return finished() && waitingResults == 0 && waitingItems == 0;
  }
}

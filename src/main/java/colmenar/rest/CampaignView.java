package colmenar.rest;

import colmenar.task.CampaignProgress;
import colmenar.task.TaskState;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How far the tasks of a campaign are.
 *
 * @param tasks number of tasks by state; states without any are left out
 * @param total number of tasks
 * @param unfinished tasks that are not over
 * @param failed tasks that have failed for good
 * @param waitingResults results that are not acknowledged, leased ones included
 * @param waitingItems streamed items that are not acknowledged, leased ones included
 * @param leased those of both that a consumer has now
 * @param finished whether every task is over
 * @param done whether every task is over and everything acknowledged
 * @param firstAt when the first of its tasks was submitted
 * @param lastAt when a task of it was last submitted, begun or ended
 */
@Schema(name = "Campaign")
public record CampaignView(
    String campaign,
    String owner,
    Map<String, Long> tasks,
    long total,
    long unfinished,
    long failed,
    long waitingResults,
    long waitingItems,
    long leased,
    boolean finished,
    boolean done,
    Instant firstAt,
    Instant lastAt) {

  static CampaignView of(CampaignProgress progress) {
    Map<String, Long> words = new TreeMap<>();
    progress.tasks().forEach((state, count) -> words.put(state.name(), count));
    return new CampaignView(
        progress.campaign().name(),
        progress.campaign().owner(),
        words,
        progress.tasks().values().stream().mapToLong(Long::longValue).sum(),
        progress.unfinished(),
        progress.tasks().getOrDefault(TaskState.FAILED, 0L),
        progress.waitingResults(),
        progress.waitingItems(),
        progress.leased(),
        progress.finished(),
        progress.done(),
        progress.firstAt(),
        progress.lastAt());
  }
}

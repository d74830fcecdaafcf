package colmenar.rest;

import colmenar.dispatch.WaitingTasks;
import colmenar.task.Task;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Waiting tasks of one backend, method and owner.
 *
 * @param oldestReadyAt since when the task has waited whose turn came first; a time to come when
 *     all of them wait for theirs
 * @param sampleTask its id
 * @param reasons for which it waits; none when it is about to be started, or only another server
 *     knows
 */
@Schema(name = "WaitingTasks")
public record WaitingView(
    String backend,
    String method,
    String owner,
    long tasks,
    Instant oldestReadyAt,
    String sampleTask,
    List<WaitingReasonView> reasons) {

  static WaitingView of(WaitingTasks waiting) {
    Task first = waiting.group().first();
    return new WaitingView(
        waiting.group().backend(),
        waiting.group().method(),
        waiting.group().owner(),
        waiting.group().tasks(),
        first.readyAt(),
        first.id().toString(),
        waiting.reasons().stream().map(WaitingReasonView::of).toList());
  }
}

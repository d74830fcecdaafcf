package colmenar.rest;

import colmenar.platform.Ids;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Tasks, newest first.
 *
 * @param next value of {@code cursor} for the next page; left out on the last
 * @param lookedAt how many tasks were looked at for the text; left out when none was asked for
 * @param searchedUntil how far back they were looked for: tasks that the server had then or later;
 *     left out when no text was asked for, and on the last page
 */
@Schema(name = "Tasks")
public record TaskPage(
    List<TaskView> tasks,
    @Nullable String next,
    @Nullable Integer lookedAt,
    @Nullable Instant searchedUntil) {

  static TaskPage of(colmenar.task.TaskPage page, boolean searched) {
    UUID next = page.next();
    return new TaskPage(
        page.tasks().stream().map(TaskView::of).toList(),
        next == null ? null : next.toString(),
        searched ? page.lookedAt() : null,
        searched && next != null ? Ids.time(next) : null);
  }
}

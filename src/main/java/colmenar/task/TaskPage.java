package colmenar.task;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A page of tasks, newest first.
 *
 * @param next the cursor for the next page; null on the last
 * @param lookedAt tasks that were looked at for the text of the filter; those of the page when it
 *     has none
 */
public record TaskPage(List<Task> tasks, @Nullable UUID next, int lookedAt) {}

package colmenar.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Tasks, newest first.
 *
 * @param next value of {@code cursor} for the next page; left out on the last
 */
@Schema(name = "Tasks")
public record TaskPage(List<TaskView> tasks, @Nullable String next) {}

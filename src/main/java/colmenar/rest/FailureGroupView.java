package colmenar.rest;

import colmenar.task.FailureGroup;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that have failed for the same cause.
 *
 * @param id the value of {@code failureGroup} of these tasks
 * @param failureClass APPLICATION, TIME_LIMIT, INFRASTRUCTURE or REJECTED
 * @param type of the exception or condition
 * @param message of the newest of them, its beginning
 * @param count how many of the tasks that were asked for
 * @param firstAt when the first of them failed
 * @param lastAt when the last of them failed
 * @param sampleTask the id of the newest of them
 * @param tasks the newest of them; only when one group is asked for
 */
@Schema(name = "FailureGroup")
public record FailureGroupView(
    String id,
    String method,
    String failureClass,
    String type,
    String message,
    long count,
    Instant firstAt,
    Instant lastAt,
    String sampleTask,
    @Nullable List<TaskView> tasks) {

  private static final int MESSAGE = 500;

  static FailureGroupView of(FailureGroup group, @Nullable List<TaskView> tasks) {
    String message = group.failure().message();
    return new FailureGroupView(
        group.id(),
        group.sample().methodName(),
        group.failure().failureClass().name(),
        group.failure().type(),
        message.length() <= MESSAGE ? message : message.substring(0, MESSAGE - 1) + "…",
        group.tasks(),
        group.first(),
        group.last(),
        group.sample().id().toString(),
        tasks);
  }
}

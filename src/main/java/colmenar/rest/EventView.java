package colmenar.rest;

import colmenar.backend.FailureClass;
import colmenar.task.EventKind;
import colmenar.task.TaskState;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How the data of an event looks.
 *
 * @param state of the task since then
 * @param attempt number of the attempt; 0 before the first
 * @param item index of the item that was streamed
 * @param failureClass of the attempt that failed
 */
@Schema(description = "What happened to a task")
public record EventView(
    UUID task,
    EventKind kind,
    TaskState state,
    int attempt,
    @Nullable Integer item,
    String owner,
    String topic,
    @Nullable String campaign,
    String method,
    String backend,
    @Nullable FailureClass failureClass,
    Instant at) {}

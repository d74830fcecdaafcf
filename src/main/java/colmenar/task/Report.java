package colmenar.task;

import colmenar.backend.FailureClass;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that a result tells: the outcome of a task or a streamed item, with what its consumer wants
 * to know of the task and the attempt. Texts named as JSON hold JSON.
 *
 * @param attempt number of the attempt; 0 when the task was cancelled before there was one
 * @param valueJson null when the task did not succeed
 * @param cause why the task failed; the failure of the attempt may be another one, or none
 * @param argsJson null when the task does not keep its inputs, like {@code kwargsJson}
 * @param timeSpansJson seconds that the client measured
 * @param spansJson seconds that the worker measured
 */
public record Report(
    UUID task,
    TaskState state,
    String backend,
    String method,
    int version,
    String topic,
    int retries,
    int maxRetries,
    boolean keepInputs,
    long inputBytes,
    Instant createdAt,
    Instant inputReceivedAt,
    int attempt,
    int index,
    boolean complete,
    boolean success,
    @Nullable String valueJson,
    long valueBytes,
    Instant sentAt,
    @Nullable Instant receivedAt,
    long sequence,
    int deliveries,
    @Nullable FailureClass cause,
    @Nullable String argsJson,
    @Nullable String kwargsJson,
    String taskInfoJson,
    String resourcesJson,
    String timeSpansJson,
    @Nullable Instant submittedAt,
    @Nullable Instant workerReceivedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable FailureClass failureClass,
    @Nullable String failureType,
    @Nullable String failureMessage,
    @Nullable String failureTraceback,
    @Nullable Integer exitCode,
    @Nullable String workerJson,
    @Nullable String spansJson) {}

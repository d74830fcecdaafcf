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
    @Nullable String spansJson) {

  /** In JPQL, of results {@code r}; a condition and an order have to follow. */
  static final String QUERY =
      """
      select new colmenar.task.Report(
        t.id, t.state, t.backend, t.methodName, t.methodVersion, t.topic, t.retries, t.maxRetries,
        t.keepInputs, t.inputBytes, t.createdAt, t.inputReceivedAt,
        r.attemptNumber, r.itemIndex, r.complete, r.success, r.value, r.valueBytes, r.sentAt,
        r.receivedAt, r.sequence, r.deliveries,
        case when t.keepInputs = true then i.args else null end,
        case when t.keepInputs = true then i.kwargs else null end,
        i.taskInfo, i.resources, i.timeSpans,
        a.submittedAt, a.receivedAt, a.startedAt, a.endedAt,
        a.failureClass, a.failureType, a.failureMessage, a.failureTraceback,
        a.exitCode, a.worker, a.spans)
      from Result r
      join Task t on t.id = r.taskId
      join TaskInput i on i.taskId = r.taskId
      left join Attempt a on a.taskId = r.taskId and a.number = r.attemptNumber
      """;
}

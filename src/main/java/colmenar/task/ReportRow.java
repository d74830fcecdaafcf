package colmenar.task;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** How a {@link Report} is read: from a result, its task and request, and its attempt if any. */
final class ReportRow {

  private ReportRow() {}

  /** Of a result {@code r} and what belongs to it; see {@link #JOINS}. */
  static final String COLUMNS =
      """
      t.id, t.state, t.backend, i.method_name, i.method_version, i.topic, t.retries, i.max_retries,
      i.keep_inputs, i.input_bytes, i.created_at, i.input_received_at,
      r.attempt_number, r.item_index, r.complete, r.success, r.value_json, r.value_bytes, r.sent_at,
      r.received_at, r.sequence, r.deliveries, t.failure_class,
      CASE WHEN i.keep_inputs THEN i.args END, CASE WHEN i.keep_inputs THEN i.kwargs END,
      i.task_info, i.resources, i.time_spans,
      a.submitted_at, a.received_at, a.started_at, a.ended_at,
      a.failure_class, a.failure_type, a.failure_message, a.failure_traceback,
      a.exit_code, a.worker, a.spans
      """;

  /** Follows a result {@code r}. */
  static final String JOINS =
      """
       JOIN task t ON t.id = r.task_id
      JOIN task_request i ON i.task_id = r.task_id
      LEFT JOIN attempt a ON a.task_id = r.task_id AND a.number = r.attempt_number
      """;

  /** Reads the {@link #COLUMNS}. */
  static Report read(ResultSet row) throws SQLException {
    Columns next = new Columns(row);
    return new Report(
        next.object(UUID.class),
        TaskState.valueOf(next.text()),
        next.text(),
        next.text(),
        next.number(),
        next.text(),
        next.number(),
        next.number(),
        next.truth(),
        next.big(),
        next.instant(),
        next.instant(),
        next.number(),
        next.number(),
        next.truth(),
        next.truth(),
        next.textOrNull(),
        next.big(),
        next.instant(),
        next.instantOrNull(),
        next.big(),
        next.number(),
        next.failureClass(),
        next.textOrNull(),
        next.textOrNull(),
        next.text(),
        next.text(),
        next.text(),
        next.instantOrNull(),
        next.instantOrNull(),
        next.instantOrNull(),
        next.instantOrNull(),
        next.failureClass(),
        next.textOrNull(),
        next.textOrNull(),
        next.textOrNull(),
        next.numberOrNull(),
        next.textOrNull(),
        next.textOrNull());
  }
}

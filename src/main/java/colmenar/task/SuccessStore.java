package colmenar.task;

import colmenar.backend.Event;
import colmenar.backend.Outcome;
import colmenar.json.JsonText;
import colmenar.platform.Database;
import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Enters what becomes of most attempts: a success, with nothing told before it. Where servers share
 * the database that is one statement, which must do what {@link Task#succeeded} and {@link Ledger}
 * do; the ledger has whatever is not as usual, and everything on H2.
 */
@SingleInstance
class SuccessStore {

  private static final Rows<Success> SUCCESS =
      new Rows<Success>("success")
          .column("id", ColumnType.UUID, Success::task)
          .column("fence", ColumnType.INTEGER, Success::fence)
          .column("attempt_id", ColumnType.UUID, success -> success.attempt().id())
          .column(
              "received_at",
              ColumnType.INSTANT,
              success -> success.attempt().receivedAt().orElse(null))
          .column(
              "started_at",
              ColumnType.INSTANT,
              success -> success.attempt().startedAt().orElse(null))
          .column(
              "ended_at", ColumnType.INSTANT, success -> success.attempt().endedAt().orElse(null))
          .column(
              "finished_at",
              ColumnType.INSTANT,
              success -> success.attempt().finishedAt().orElse(null))
          .column(
              "exit_code", ColumnType.INTEGER, success -> success.attempt().exitCode().orElse(null))
          .column("worker", ColumnType.TEXT, success -> success.attempt().worker().orElse(null))
          .column("spans", ColumnType.TEXT, success -> success.attempt().spans().orElse(null))
          .column("stdout", ColumnType.TEXT, success -> success.attempt().stdout().orElse(null))
          .column("stderr", ColumnType.TEXT, success -> success.attempt().stderr().orElse(null))
          .column("value_json", ColumnType.TEXT, Success::value)
          .column(
              "value_bytes", ColumnType.LONG, success -> (long) JsonText.bytes(success.value()));

  /** With {@code IS TRUE} a condition is none to find rows by: the keys are. */
  private static final String ENTER =
      """
      WITH n AS MATERIALIZED (%s),
      over AS (
        UPDATE task t
        SET state = 'SUCCEEDED', value_bytes = n.value_bytes, result_sent_at = ?,
            row_version = t.row_version + 1
        FROM n, task_request i
        WHERE t.id = n.id AND i.task_id = n.id
          AND t.fence = n.fence AND (t.node_id = ?) IS TRUE AND (t.state = 'RUNNING') IS TRUE
          AND NOT EXISTS (
            SELECT 1 FROM attempt a WHERE a.task_id = t.id AND a.number = t.attempts)
        RETURNING n.*, t.attempts, t.items, t.backend, t.claimed_at, i.method_name, i.owner,
          i.topic, i.campaign, i.input_received_at),
      told AS (
        INSERT INTO attempt (task_id, number, id, backend, outcome, items, submitted_at,
          received_at, started_at, ended_at, finished_at, exit_code, worker, spans, stdout,
          stderr, row_version)
        SELECT id, attempts, attempt_id, backend, 'SUCCEEDED', 0, claimed_at, received_at,
          started_at, ended_at, finished_at, exit_code, worker, spans, stdout, stderr, 0
        FROM over),
      kept AS (
        INSERT INTO result (task_id, attempt_number, item_index, complete, success, value_json,
          value_bytes, sent_at, inbox)
        SELECT id, attempts, items, TRUE, TRUE, value_json, value_bytes, ?, owner || '/' || topic
        FROM over)
      SELECT id, owner, topic, campaign, backend, method_name, attempts, attempt_id,
        input_received_at, claimed_at, started_at, ended_at
      FROM over"""
          .formatted(SUCCESS.source());

  private final Database database;

  @Inject
  SuccessStore(Database database) {
    this.database = database;
  }

  /**
   * Enters successes that a node reports.
   *
   * @return those that it has entered; the others are for the ledger
   */
  List<End> enter(UUID node, List<Event.Finished> successes, Instant now) {
    if (successes.isEmpty() || !database.isShared()) {
      return List.of();
    }
    List<Success> rows = successes.stream().map(Success::of).toList();
    OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(ENTER)) {
      int parameter = SUCCESS.set(connection, statement, 1, rows);
      statement.setObject(parameter++, at);
      statement.setObject(parameter++, node);
      statement.setObject(parameter, at);
      List<End> entered = new ArrayList<>(rows.size());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          entered.add(entered(row, now));
        }
      }
      return entered;
    } catch (SQLException e) {
      throw BulkStore.failure("cannot enter successes", e);
    }
  }

  private static End entered(ResultSet row, Instant now) throws SQLException {
    Columns next = new Columns(row);
    End end =
        new End(
            next.object(UUID.class),
            next.text(),
            next.text(),
            next.textOrNull(),
            next.text(),
            next.text(),
            TaskState.SUCCEEDED,
            next.number(),
            next.object(UUID.class),
            TaskState.SUCCEEDED,
            null,
            next.instant(),
            next.instant(),
            next.instantOrNull(),
            next.instantOrNull(),
            now);
    return end;
  }

  private record Success(UUID task, int fence, Attempt attempt, String value) {

    static Success of(Event.Finished event) {
      Outcome.Succeeded outcome = (Outcome.Succeeded) event.outcome();
      return new Success(
          Ids.whole(event.attempt()),
          Ids.number(event.attempt()),
          Attempt.told(event),
          outcome.value());
    }
  }
}

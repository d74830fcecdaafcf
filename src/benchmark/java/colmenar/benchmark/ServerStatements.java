package colmenar.benchmark;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The rows that the server writes in the life of a task, in as few statements as there can be.
 *
 * <p>The one place to change when the server writes other rows. Each method commits; one object for
 * each thread.
 */
final class ServerStatements implements AutoCloseable {

  private static final String INSERT_TASK =
      """
      INSERT INTO task (id, state, backend, strand, inbox, priority, ready_at, turn_at, attempts,
        retries, items, row_version)
      SELECT id, 'PENDING', ?, ?, ?, 0, ?, ?, 0, 0, 0, 0 FROM unnest(?) id""";

  private static final String INSERT_REQUEST =
      """
      INSERT INTO task_request (task_id, method_name, method_version, topic, owner, max_retries,
        max_attempts, keep_inputs, input_bytes, created_at, input_received_at, args, kwargs,
        resources, options, task_info, time_spans)
      SELECT id, 'echo', 1, ?, 'administrator', 0, 4, TRUE, 5, ?, ?, '[1]', '{}', '{}', '{}',
        'null', '{}'
      FROM unnest(?) id""";

  private static final String CLAIM =
      """
      UPDATE task t SET state = 'RUNNING', fence = fence + 1, attempts = attempts + 1, node_id = ?,
        claimed_at = ?, row_version = row_version + 1
      FROM task_request i
      WHERE t.id = ANY (ARRAY (
          SELECT id FROM task
          WHERE backend = ? AND strand = ? AND state = 'PENDING' AND ready_at <= ?
          ORDER BY turn_at, id LIMIT ? FOR UPDATE SKIP LOCKED))
        AND i.task_id = t.id
      RETURNING t.id, t.fence, t.attempts, i.method_name, i.method_version, t.priority, t.turn_at,
        i.time_limit_ms, i.args, i.kwargs, i.resources, i.options""";

  private static final String FIND_H2 =
      """
      SELECT id FROM task WHERE backend = ? AND strand = ? AND state = 'PENDING' AND ready_at <= ?
      ORDER BY backend, state, strand, turn_at, id LIMIT ?""";

  private static final String CLAIM_H2 =
      """
      UPDATE task SET state = 'RUNNING', fence = fence + 1, attempts = attempts + 1, node_id = ?,
        claimed_at = ?, row_version = row_version + 1
      WHERE id = ANY(?)""";

  private static final String REQUESTS_H2 =
      "SELECT task_id, args, kwargs, resources, options FROM task_request WHERE task_id = ANY(?)";

  private static final String END_TASK =
      """
      UPDATE task SET state = 'SUCCEEDED', value_bytes = 1, result_sent_at = ?,
        row_version = row_version + 1
      WHERE id = ANY(?) AND state = 'RUNNING'""";

  private static final String INSERT_ATTEMPT =
      """
      INSERT INTO attempt (id, task_id, number, backend, outcome, items, submitted_at, received_at,
        started_at, ended_at, finished_at, worker, spans, row_version)
      SELECT id, id, 1, 'local', 'SUCCEEDED', 0, ?, ?, ?, ?, ?,
        '{"hostname":"localhost","pid":"12345"}', '{"running":1.0E-6}', 0
      FROM unnest(?) id""";

  private static final String INSERT_RESULT =
      """
      INSERT INTO result (task_id, attempt_number, item_index, complete, success, value_json,
        value_bytes, sent_at, inbox, deliveries)
      SELECT id, 1, 0, TRUE, TRUE, '1', 1, ?, ?, 0 FROM unnest(?) id""";

  private static final String RECEIVE =
      """
      UPDATE result r SET lease_id = ?, lease_until = ?, deliveries = deliveries + 1, received_at = ?
      FROM task t, task_request i, attempt a
      WHERE r.inbox = ? AND r.sequence = ANY (ARRAY (
          SELECT sequence FROM result
          WHERE inbox = ? AND (lease_until IS NULL OR lease_until <= ?)
          ORDER BY inbox, sequence LIMIT ? FOR UPDATE SKIP LOCKED))
        AND t.id = r.task_id AND i.task_id = r.task_id
        AND a.task_id = r.task_id AND a.number = r.attempt_number
      RETURNING r.*, t.*, i.*, a.*""";

  private static final String ACKNOWLEDGE =
      """
      UPDATE result SET inbox = NULL, lease_id = NULL, lease_until = NULL
      WHERE inbox = ? AND sequence = ANY(?) AND lease_id = ?""";

  /** Of the tasks of the benchmark: method, no licences, owner. */
  private static final String STRAND = "echo//administrator";

  private static final Duration LEASE = Duration.ofMinutes(1);

  private final Connection connection;
  private final boolean postgresql;
  private final String backend;
  private final String topic;
  private final String inbox;
  private final UUID node = UUID.randomUUID();

  ServerStatements(Store store, String backend, String topic) throws SQLException {
    connection = store.connect();
    connection.setAutoCommit(false);
    postgresql = store.postgresql();
    this.backend = backend;
    this.topic = topic;
    this.inbox = "administrator/" + topic;
  }

  void submit(List<UUID> ids) throws SQLException {
    execute(INSERT_TASK, backend, STRAND, inbox, now(), now(), array(ids));
    execute(INSERT_REQUEST, topic, now(), now(), array(ids));
    connection.commit();
  }

  /** Takes the tasks whose turn it is, with their inputs. */
  List<UUID> claim(int most) throws SQLException {
    return claim(STRAND, most);
  }

  List<UUID> claim(String strand, int most) throws SQLException {
    Timestamp now = now();
    List<UUID> claimed;
    if (postgresql) {
      claimed = ids(CLAIM, node, now, backend, strand, now, most);
    } else {
      claimed = ids(FIND_H2, backend, strand, now, most);
      execute(CLAIM_H2, node, now, array(claimed));
      ids(REQUESTS_H2, array(claimed));
    }
    connection.commit();
    return claimed;
  }

  void succeed(List<UUID> tasks) throws SQLException {
    Timestamp now = now();
    Array ids = array(tasks);
    execute(END_TASK, now, ids);
    execute(INSERT_ATTEMPT, now, now, now, now, now, ids);
    execute(INSERT_RESULT, now, inbox, ids);
    connection.commit();
  }

  /** Leases results. */
  Delivery receive(int most) throws SQLException {
    UUID lease = UUID.randomUUID();
    Timestamp now = now();
    Timestamp until = Timestamp.from(now.toInstant().plus(LEASE));
    List<Long> sequences = new ArrayList<>();
    try (PreparedStatement statement =
            prepare(RECEIVE, lease, until, now, inbox, inbox, now, most);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        sequences.add(rows.getLong("sequence"));
      }
    }
    connection.commit();
    return new Delivery(lease, sequences);
  }

  void acknowledge(Delivery delivery) throws SQLException {
    Array sequences = connection.createArrayOf("bigint", delivery.sequences().toArray());
    execute(ACKNOWLEDGE, inbox, sequences, delivery.lease());
    connection.commit();
  }

  /** Results under one lease. */
  record Delivery(UUID lease, List<Long> sequences) {}

  private static Timestamp now() {
    return Timestamp.from(Instant.now());
  }

  private Array array(List<UUID> ids) throws SQLException {
    return connection.createArrayOf("uuid", ids.toArray());
  }

  private List<UUID> ids(String sql, Object... parameters) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        ids.add(rows.getObject(1, UUID.class));
      }
    }
    return ids;
  }

  private void execute(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters)) {
      statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

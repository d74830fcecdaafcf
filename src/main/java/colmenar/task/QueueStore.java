package colmenar.task;

import static java.util.Objects.requireNonNull;

import colmenar.platform.Database;
import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The waiting tasks, as a queue. Where servers share the database a claim is one statement, which
 * must do what {@link Task#claim} does; H2 has one claimer, which can afford to look first.
 */
@SingleInstance
class QueueStore {

  /**
   * Nobody can be declared dead while he claims: whatever a dead node owned is there to be seen.
   */
  private static final String LIVES =
      "SELECT 1 FROM node WHERE id = ? AND died_at IS NULL FOR SHARE";

  private static final String CLAIM =
      """
      UPDATE task t
      SET state = ?, fence = fence + 1, attempts = attempts + 1, node_id = ?, claimed_at = ?,
          row_version = row_version + 1
      FROM task_request i
      WHERE t.id = ANY (ARRAY (
          SELECT id FROM task
          WHERE backend = ? AND state = 'PENDING' AND ready_at <= ?
          ORDER BY turn_at, id LIMIT ? FOR UPDATE SKIP LOCKED))
        AND i.task_id = t.id
      RETURNING t.id, t.fence, t.attempts, i.method_name, i.method_version, t.priority, t.turn_at,
          i.time_limit_ms, i.args, i.kwargs, i.resources, i.options, i.input_received_at""";

  private final Database database;
  private final TaskStore store;

  @Inject
  QueueStore(Database database, TaskStore store) {
    this.database = database;
    this.store = store;
  }

  List<Claimed> claim(UUID node, String backend, boolean startsAtOnce, int most, Instant now) {
    return database.isShared()
        ? claimShared(node, backend, startsAtOnce, most, now)
        : claimAlone(node, backend, startsAtOnce, most, now);
  }

  private List<Claimed> claimAlone(
      UUID node, String backend, boolean startsAtOnce, int most, Instant now) {
    List<Task> tasks = store.ready(backend, now, most);
    if (tasks.isEmpty()) {
      return List.of();
    }
    tasks.forEach(task -> task.claim(node, startsAtOnce, now));
    Map<UUID, TaskInput> inputs = store.inputs(tasks.stream().map(Task::id).toList());
    store.flush();
    return tasks.stream()
        .map(task -> Claimed.of(task, requireNonNull(inputs.get(task.id()))))
        .toList();
  }

  private List<Claimed> claimShared(
      UUID node, String backend, boolean startsAtOnce, int most, Instant now) {
    try (Connection connection = database.connect()) {
      return lives(connection, node)
          ? claim(connection, node, backend, startsAtOnce, most, now)
          : List.of();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot claim tasks", e);
    }
  }

  private static boolean lives(Connection connection, UUID node) throws SQLException {
    try (PreparedStatement lives = connection.prepareStatement(LIVES)) {
      lives.setObject(1, node);
      try (ResultSet row = lives.executeQuery()) {
        return row.next();
      }
    }
  }

  private static List<Claimed> claim(
      Connection connection, UUID node, String backend, boolean startsAtOnce, int most, Instant now)
      throws SQLException {
    OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
    try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setString(1, (startsAtOnce ? TaskState.RUNNING : TaskState.SUBMITTING).name());
      claim.setObject(2, node);
      claim.setObject(3, at);
      claim.setString(4, backend);
      claim.setObject(5, at);
      claim.setInt(6, most);
      List<Claimed> claimed = new ArrayList<>();
      try (ResultSet rows = claim.executeQuery()) {
        while (rows.next()) {
          claimed.add(claimed(rows));
        }
      }
      claimed.sort(Comparator.comparing(Claimed::turnAt).thenComparing(Claimed::task));
      return claimed;
    }
  }

  private static Claimed claimed(ResultSet row) throws SQLException {
    UUID task = row.getObject(1, UUID.class);
    long limit = row.getLong(8);
    boolean unlimited = row.wasNull();
    Timestamp turn = row.getTimestamp(7);
    return new Claimed(
        Ids.part(task, row.getInt(2)),
        task,
        row.getInt(3),
        row.getString(4),
        row.getInt(5),
        row.getInt(6),
        turn.toInstant(),
        row.getTimestamp(13).toInstant(),
        unlimited ? null : Duration.ofMillis(limit),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getString(12));
  }
}

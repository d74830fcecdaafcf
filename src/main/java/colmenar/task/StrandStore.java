package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Looks at the tasks by strand. */
@SingleInstance
class StrandStore {

  private static final String FIRST =
      """
      SELECT strand FROM task WHERE backend = ? AND state = 'PENDING'
      ORDER BY backend, state, strand, turn_at, id LIMIT 1""";

  private static final String NEXT =
      """
      SELECT strand FROM task WHERE backend = ? AND state = 'PENDING' AND strand > ?
      ORDER BY backend, state, strand, turn_at, id LIMIT 1""";

  /** Jumps from strand to strand, however many tasks wait in each. */
  private static final String WAITING =
      """
      WITH RECURSIVE found AS (
        (SELECT strand FROM task WHERE backend = ? AND state = 'PENDING' ORDER BY strand LIMIT 1)
        UNION ALL
        SELECT (
          SELECT t.strand FROM task t
          WHERE t.backend = ? AND t.state = 'PENDING' AND t.strand > found.strand
          ORDER BY t.strand LIMIT 1)
        FROM found WHERE found.strand IS NOT NULL)
      SELECT strand FROM found WHERE strand IS NOT NULL""";

  private static final String ACTIVE =
      """
      SELECT backend, strand, state, count(*) FROM task
      WHERE state IN %s
      GROUP BY backend, strand, state"""
          .formatted(TaskState.ACTIVE_SQL);

  /** On PostgreSQL each half has an index of its own. */
  private static final String UNFINISHED =
      """
      SELECT backend, strand, 'PENDING', count(*) FROM task
      WHERE state = 'PENDING' GROUP BY backend, strand
      UNION ALL
      """
          + ACTIVE;

  private static final String UNFINISHED_OF_BACKEND =
      """
      SELECT backend, strand, 'PENDING', count(*) FROM task
      WHERE backend = ? AND state = 'PENDING' GROUP BY backend, strand
      UNION ALL
      SELECT backend, strand, state, count(*) FROM task
      WHERE backend = ? AND state IN %s
      GROUP BY backend, strand, state"""
          .formatted(TaskState.ACTIVE_SQL);

  /** Counted from an index alone; the first of each strand is the first row of it there. */
  private static final String LARGEST =
      """
      SELECT w.backend, w.strand, w.tasks, (
        SELECT t.id FROM task t
        WHERE t.backend = w.backend AND t.state = 'PENDING' AND t.strand = w.strand
        ORDER BY t.backend, t.state, t.strand, t.turn_at, t.id LIMIT 1)
      FROM (
        SELECT backend, strand, count(*) AS tasks FROM task WHERE state = 'PENDING'
        GROUP BY backend, strand ORDER BY tasks DESC LIMIT ?) AS w""";

  private static final String AHEAD =
      """
      SELECT count(*) FROM (
        SELECT 1 FROM task
        WHERE backend = ? AND state = 'PENDING' AND strand = ? AND ready_at <= ?
          AND (turn_at < ? OR (turn_at = ? AND id < ?)) AND turn_at <= ?
        LIMIT ?) AS earlier""";

  private final Database database;

  @Inject
  StrandStore(Database database) {
    this.database = database;
  }

  /** The strands of the tasks that wait for a backend, also of those whose time has not come. */
  List<String> waiting(String backend) {
    if (database.isShared()) {
      return ask(
          WAITING,
          ask -> {
            ask.setString(1, backend);
            ask.setString(2, backend);
          },
          row -> row.getString(1));
    }
    List<String> found = new ArrayList<>();
    List<String> next = ask(FIRST, ask -> ask.setString(1, backend), row -> row.getString(1));
    while (!next.isEmpty()) {
      String last = next.get(0);
      found.add(last);
      next =
          ask(
              NEXT,
              ask -> {
                ask.setString(1, backend);
                ask.setString(2, last);
              },
              row -> row.getString(1));
    }
    return found;
  }

  List<StrandCount> active() {
    return ask(ACTIVE, ask -> {}, StrandStore::count);
  }

  List<StrandCount> unfinished() {
    return ask(UNFINISHED, ask -> {}, StrandStore::count);
  }

  List<StrandCount> unfinished(String backend) {
    return ask(
        UNFINISHED_OF_BACKEND,
        ask -> {
          ask.setString(1, backend);
          ask.setString(2, backend);
        },
        StrandStore::count);
  }

  /** The strands in which most tasks wait. */
  List<WaitingStrand> largest(int most) {
    return ask(
        LARGEST,
        ask -> ask.setInt(1, most),
        row ->
            new WaitingStrand(
                row.getString(1), row.getString(2), row.getLong(3), row.getObject(4, UUID.class)));
  }

  private static StrandCount count(ResultSet row) throws SQLException {
    return new StrandCount(
        row.getString(1), row.getString(2), TaskState.valueOf(row.getString(3)), row.getLong(4));
  }

  /** How many of a strand could start now and come before this turn, counted up to a number. */
  int ahead(String backend, String strand, Instant now, Instant turn, UUID id, int most) {
    return ask(
            AHEAD,
            ask -> {
              ask.setString(1, backend);
              ask.setString(2, strand);
              ask.setObject(3, now.atOffset(ZoneOffset.UTC));
              ask.setObject(4, turn.atOffset(ZoneOffset.UTC));
              ask.setObject(5, turn.atOffset(ZoneOffset.UTC));
              ask.setObject(6, id);
              ask.setObject(7, turn.atOffset(ZoneOffset.UTC));
              ask.setInt(8, most);
            },
            row -> row.getInt(1))
        .get(0);
  }

  private <T> List<T> ask(String question, Parameters parameters, Reading<T> reading) {
    try (Connection connection = database.connect();
        PreparedStatement ask = connection.prepareStatement(question)) {
      parameters.set(ask);
      List<T> answers = new ArrayList<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          answers.add(reading.of(rows));
        }
      }
      return answers;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot look at the strands", e);
    }
  }

  private interface Parameters {
    void set(PreparedStatement statement) throws SQLException;
  }

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }
}

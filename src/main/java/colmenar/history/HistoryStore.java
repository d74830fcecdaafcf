package colmenar.history;

import colmenar.platform.Database;
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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of the history. Takes part in the transaction that is under way. */
@SingleInstance
class HistoryStore {

  private static final String COLUMNS =
      "(span_seconds, began_at, node_id, backend, method, node_name, submitted, succeeded, failed,"
          + " canceled, retried, busy_ms, slot_ms, waiting, running, delivery)";

  private static final String VALUES = " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String WRITE =
      "MERGE INTO history "
          + COLUMNS
          + " KEY (span_seconds, began_at, node_id, backend, method)"
          + VALUES;

  private static final String WRITE_SHARED =
      "INSERT INTO history "
          + COLUMNS
          + VALUES
          + """
           ON CONFLICT (span_seconds, began_at, node_id, backend, method) DO UPDATE SET
            submitted = EXCLUDED.submitted, succeeded = EXCLUDED.succeeded,
            failed = EXCLUDED.failed, canceled = EXCLUDED.canceled, retried = EXCLUDED.retried,
            busy_ms = EXCLUDED.busy_ms, slot_ms = EXCLUDED.slot_ms, waiting = EXCLUDED.waiting,
            running = EXCLUDED.running, delivery = EXCLUDED.delivery""";

  /** Whole spans, so a few more than so many. */
  private static final String DELETE =
      """
      DELETE FROM history WHERE span_seconds = ? AND began_at <= (
        SELECT max(began_at) FROM (
          SELECT began_at FROM history WHERE span_seconds = ? AND began_at < ?
          ORDER BY began_at LIMIT ?) AS first)""";

  /** PostgreSQL also joins the histograms of a bin, which H2 has a limit for. */
  private static final String SUMS =
      """
      sum(submitted), sum(succeeded), sum(failed), sum(canceled), sum(retried), sum(busy_ms),
      sum(slot_ms), string_agg(nullif(waiting, ''), ','), string_agg(nullif(running, ''), ','),
      string_agg(nullif(delivery, ''), ',')""";

  private static final String LINES =
      "submitted, succeeded, failed, canceled, retried, busy_ms, slot_ms, waiting, running, delivery";

  private final Database database;

  @Inject
  HistoryStore(Database database) {
    this.database = database;
  }

  void write(String node, List<Line> lines) {
    try (Connection connection = database.connect();
        PreparedStatement write =
            connection.prepareStatement(database.isShared() ? WRITE_SHARED : WRITE)) {
      for (Line line : lines) {
        Line.Key key = line.key();
        int parameter = 1;
        write.setInt(parameter++, key.spanSeconds());
        write.setObject(parameter++, at(key.at()));
        write.setObject(parameter++, line.node());
        write.setString(parameter++, key.backend());
        write.setString(parameter++, key.method());
        write.setString(parameter++, node);
        write.setLong(parameter++, line.submitted());
        write.setLong(parameter++, line.succeeded());
        write.setLong(parameter++, line.failed());
        write.setLong(parameter++, line.canceled());
        write.setLong(parameter++, line.retried());
        write.setLong(parameter++, line.busyMillis());
        write.setLong(parameter++, line.slotMillis());
        write.setString(parameter++, line.waiting());
        write.setString(parameter++, line.running());
        write.setString(parameter, line.delivery());
        write.addBatch();
      }
      write.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot write the history", e);
    }
  }

  int delete(int spanSeconds, Instant before, int most) {
    try (Connection connection = database.connect();
        PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setInt(1, spanSeconds);
      delete.setInt(2, spanSeconds);
      delete.setObject(3, at(before));
      delete.setInt(4, most);
      return delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot delete old history", e);
    }
  }

  List<Series> series(
      Window window, Set<Grouping> by, @Nullable String backend, @Nullable String method) {
    List<Object> values = new ArrayList<>();
    TreeSet<Grouping> groups = new TreeSet<>(by);
    String question = question(window, groups, backend, method, values);
    Map<Map<Grouping, String>, Series> series = new LinkedHashMap<>();
    if (groups.isEmpty()) {
      series.put(Map.of(), new Series(Map.of(), window.bins()));
    }
    try (Connection connection = database.connect();
        PreparedStatement select = connection.prepareStatement(question)) {
      for (int i = 0; i < values.size(); i++) {
        select.setObject(i + 1, values.get(i));
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          int bin = row.getInt(1);
          int column = 2;
          Map<Grouping, String> group = new EnumMap<>(Grouping.class);
          for (Grouping grouping : groups) {
            group.put(grouping, row.getString(column++));
          }
          series
              .computeIfAbsent(group, unknown -> new Series(group, window.bins()))
              .add(bin, sums(row, column));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read the history", e);
    }
    return List.copyOf(series.values());
  }

  private String question(
      Window window,
      Set<Grouping> groups,
      @Nullable String backend,
      @Nullable String method,
      List<Object> values) {
    String columns =
        groups.stream().map(group -> ", " + group.column()).collect(Collectors.joining());
    StringBuilder question =
        new StringBuilder("SELECT (cast(extract(EPOCH FROM began_at) AS bigint) - ")
            .append(window.since().getEpochSecond())
            .append(") / ")
            .append(window.stepSeconds())
            .append(" AS bin")
            .append(columns)
            .append(", ")
            .append(database.isShared() ? SUMS : LINES)
            .append(" FROM history WHERE span_seconds = ? AND began_at >= ? AND began_at < ?");
    values.add(window.spanSeconds());
    values.add(at(window.since()));
    values.add(at(window.until()));
    if (backend != null) {
      question.append(" AND backend = ?");
      values.add(backend);
    }
    // The rows of a backend as a whole tell of its slots, and that a server was there.
    if (groups.contains(Grouping.METHOD)) {
      question.append(" AND method <> '").append(Line.WHOLE).append('\'');
    }
    if (method != null) {
      question.append(" AND method IN (?, '").append(Line.WHOLE).append("')");
      values.add(method);
    }
    if (database.isShared()) {
      question.append(" GROUP BY bin").append(columns);
    }
    String order = columns.isEmpty() ? "bin" : columns.substring(2) + ", bin";
    return question.append(" ORDER BY ").append(order).toString();
  }

  private static Bin.Sums sums(ResultSet row, int first) throws SQLException {
    int column = first;
    return new Bin.Sums(
        row.getLong(column++),
        row.getLong(column++),
        row.getLong(column++),
        row.getLong(column++),
        row.getLong(column++),
        row.getLong(column++),
        row.getLong(column++),
        text(row, column++),
        text(row, column++),
        text(row, column));
  }

  private static String text(ResultSet row, int column) throws SQLException {
    String text = row.getString(column);
    return text == null ? "" : text;
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}

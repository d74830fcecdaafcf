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
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

  private static final String OLDEST =
      """
      SELECT max(began_at) FROM (
        SELECT began_at FROM history WHERE span_seconds = ? AND began_at < ?
        ORDER BY began_at LIMIT ?) AS first""";

  private static final String DELETE =
      "DELETE FROM history WHERE span_seconds = ? AND began_at <= ?";

  private static final int FETCHED_AT_ONCE = 5000;

  /**
   * Not added up here: PostgreSQL takes several times as long for it as for the lines, because it
   * sorts them first.
   */
  private static final String LINES =
      "submitted, succeeded, failed, canceled, retried, busy_ms, slot_ms, waiting, running, delivery";

  /** Of lists of one length. */
  private static final Comparator<List<String>> IN_ORDER =
      (one, other) -> {
        for (int i = 0; i < one.size(); i++) {
          int order = one.get(i).compareTo(other.get(i));
          if (order != 0) {
            return order;
          }
        }
        return 0;
      };

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

  /** Whole spans, so it may be a few more than so many. */
  int delete(int spanSeconds, Instant before, int most) {
    try (Connection connection = database.connect();
        PreparedStatement oldest = connection.prepareStatement(OLDEST);
        PreparedStatement delete = connection.prepareStatement(DELETE)) {
      oldest.setInt(1, spanSeconds);
      oldest.setObject(2, at(before));
      oldest.setInt(3, most);
      try (ResultSet row = oldest.executeQuery()) {
        OffsetDateTime last = row.next() ? row.getObject(1, OffsetDateTime.class) : null;
        if (last == null) {
          return 0;
        }
        delete.setInt(1, spanSeconds);
        delete.setObject(2, last);
        return delete.executeUpdate();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot delete old history", e);
    }
  }

  List<Series> series(
      Window window, Set<Grouping> by, @Nullable String backend, @Nullable String method) {
    List<Object> values = new ArrayList<>();
    TreeSet<Grouping> groups = new TreeSet<>(by);
    String question = question(window, groups, backend, method, values);
    Map<List<String>, Series> series = new TreeMap<>(IN_ORDER);
    if (groups.isEmpty()) {
      series.put(List.of(), new Series(Map.of(), window.bins()));
    }
    try (Connection connection = database.connect();
        PreparedStatement select = connection.prepareStatement(question)) {
      select.setFetchSize(FETCHED_AT_ONCE);
      for (int i = 0; i < values.size(); i++) {
        select.setObject(i + 1, values.get(i));
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          int bin = row.getInt(1);
          int column = 2;
          List<String> group = new ArrayList<>(groups.size());
          for (int i = 0; i < groups.size(); i++) {
            group.add(row.getString(column++));
          }
          series
              .computeIfAbsent(group, names -> new Series(named(groups, names), window.bins()))
              .add(bin, sums(row, column));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read the history", e);
    }
    return List.copyOf(series.values());
  }

  private static Map<Grouping, String> named(Set<Grouping> groups, List<String> names) {
    Map<Grouping, String> group = new EnumMap<>(Grouping.class);
    Iterator<String> name = names.iterator();
    groups.forEach(grouping -> group.put(grouping, name.next()));
    return group;
  }

  private static String question(
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
            .append(LINES)
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
    return question.toString();
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
        row.getString(column++),
        row.getString(column++),
        row.getString(column));
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}

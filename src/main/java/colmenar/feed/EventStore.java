package colmenar.feed;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of the log. Takes part in the transaction that is under way. */
@SingleInstance
class EventStore {

  private static final String INSERT = "INSERT INTO task_event (happened_at, entry) VALUES (?, ?)";

  /** The condition gives the transaction its number before the entry gets one; see {@link Tail}. */
  private static final String INSERT_SHARED =
      "INSERT INTO task_event (happened_at, entry) SELECT ?::timestamptz, ?::text"
          + " WHERE pg_current_xact_id() IS NOT NULL";

  private static final String ENTRIES =
      """
      (SELECT number, happened_at, entry FROM task_event WHERE number = ANY (?))
      UNION ALL
      (SELECT number, happened_at, entry FROM task_event WHERE number >= ?
       ORDER BY number LIMIT ?)""";

  private static final String READ = "SELECT * FROM (%s) AS e ORDER BY number".formatted(ENTRIES);

  /**
   * With the transactions that were under way in the very snapshot that is read. Its upper end does
   * not tell which have begun: it comes after the newest that is over. So when anything is missing
   * this transaction takes a number, which is above those of all that have.
   */
  private static final String READ_SHARED =
      """
      WITH e AS MATERIALIZED (%s)
      SELECT e.number, e.happened_at, e.entry, s.oldest, s.next
      FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
              CASE WHEN cardinality(?::bigint[]) > 0
                  OR (SELECT max(number) - count(*) >= ? FROM e WHERE number >= ?)
                THEN pg_current_xact_id()::text::bigint END AS next) AS s
      LEFT JOIN e ON TRUE
      ORDER BY e.number"""
          .formatted(ENTRIES);

  private static final String GAPS =
      """
      SELECT before + 1, number FROM (
        SELECT number, lag(number) OVER (ORDER BY number) AS before
        FROM task_event WHERE number >= ?) AS pair
      WHERE number > before + 1 ORDER BY number""";

  /**
   * The newest of the old ones stays, so that the lowest number tells from where on all is there.
   */
  private static final String DELETE =
      """
      DELETE FROM task_event WHERE number < (
        SELECT coalesce(max(number), 0) FROM (
          SELECT number, happened_at FROM task_event ORDER BY number LIMIT ?) AS first
        WHERE happened_at < ?)""";

  private final Database database;
  private final Tickets tickets;

  @Inject
  EventStore(Database database, Tickets tickets) {
    this.database = database;
    this.tickets = tickets;
  }

  void add(Instant at, String text) {
    String insert = database.isShared() ? INSERT_SHARED : INSERT;
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setObject(1, at.atOffset(ZoneOffset.UTC));
      statement.setString(2, text);
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot write down what happened to tasks", e);
    }
  }

  /**
   * @param numbers entries to look for besides
   * @param from the lowest number otherwise
   * @param most from there on
   */
  Slice read(Collection<Long> numbers, long from, int most) {
    boolean shared = database.isShared();
    long oldest = tickets.oldest();
    try (Connection connection = database.connect();
        PreparedStatement select = connection.prepareStatement(shared ? READ_SHARED : READ)) {
      Array named = connection.createArrayOf("bigint", numbers.toArray());
      select.setArray(1, named);
      select.setLong(2, from);
      select.setInt(3, most);
      if (shared) {
        select.setArray(4, named);
        select.setLong(5, from);
        select.setLong(6, from);
      }
      List<Entry> entries = new ArrayList<>();
      int fromThere = 0;
      long next = 0;
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          if (shared) {
            oldest = rows.getLong("oldest");
            next = rows.getLong("next");
          }
          Entry entry = entry(rows);
          if (entry != null) {
            entries.add(entry);
            fromThere += entry.number() >= from ? 1 : 0;
          }
        }
      }
      return new Slice(entries, fromThere < most, oldest, shared ? next : tickets.next());
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read what happened to tasks", e);
    }
  }

  private static @Nullable Entry entry(ResultSet row) throws SQLException {
    long number = row.getLong(1);
    return row.wasNull()
        ? null
        : new Entry(number, row.getTimestamp(2).toInstant(), row.getString(3));
  }

  long lowest() {
    return number("SELECT coalesce(min(number), 0) FROM task_event");
  }

  long highest() {
    return number("SELECT coalesce(max(number), 0) FROM task_event");
  }

  private long number(String sql) {
    try (Connection connection = database.connect();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read what happened to tasks", e);
    }
  }

  /** The numbers between entries from a number on, those before the highest first. */
  List<Long> gaps(long from, int most) {
    try (Connection connection = database.connect();
        PreparedStatement select = connection.prepareStatement(GAPS + " DESC LIMIT ?")) {
      select.setLong(1, from);
      select.setInt(2, most);
      List<Long> gaps = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next() && gaps.size() < most) {
          long first = rows.getLong(1);
          for (long gap = rows.getLong(2) - 1; gap >= first && gaps.size() < most; gap--) {
            gaps.add(gap);
          }
        }
      }
      return gaps;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read what happened to tasks", e);
    }
  }

  /** Deletes entries made before, about so many at most. */
  int delete(Instant before, int most) {
    try (Connection connection = database.connect();
        PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setInt(1, most);
      delete.setObject(2, before.atOffset(ZoneOffset.UTC));
      return delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot delete what happened to tasks", e);
    }
  }
}

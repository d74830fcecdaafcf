package colmenar.task;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How objects become rows of a table, many at once. PostgreSQL gets one statement with an array for
 * each column, several times as fast as a statement for each row; H2 gets a JDBC batch.
 */
final class Rows<T> {

  private final String table;
  private final List<Column<T>> columns = new ArrayList<>();

  Rows(String table) {
    this.table = table;
  }

  Rows<T> column(String name, ColumnType type, Function<T, @Nullable Object> value) {
    columns.add(new Column<>(name, type, value));
    return this;
  }

  void insert(Connection connection, Collection<T> rows, boolean inArrays) throws SQLException {
    if (inArrays) {
      withArrays(connection, insertion(), rows);
    } else {
      withBatch(connection, into() + "VALUES (%s)".formatted(each("?", columns)), columns, rows);
    }
  }

  /** A statement that inserts rows; see {@link #set} for its parameters. */
  String insertion() {
    return into() + source();
  }

  private String into() {
    return "INSERT INTO %s (%s) ".formatted(table, each("%1$s", columns));
  }

  /** The first column is the key; the version of the row goes up. */
  void update(Connection connection, Collection<T> rows, boolean inArrays) throws SQLException {
    Column<T> key = columns.get(0);
    List<Column<T>> changed = columns.subList(1, columns.size());
    String update = "UPDATE %s t SET row_version = t.row_version + 1, ".formatted(table);
    if (inArrays) {
      // The second condition hides how many keys there are: else a small table is read as a whole.
      String statement =
          "WITH n AS MATERIALIZED (%s) %s FROM n WHERE t.%3$s = n.%3$s"
                  .formatted(source(), update + each("%1$s = n.%1$s", changed), key.name())
              + " AND t.%1$s = ANY (ARRAY (SELECT %1$s FROM n))".formatted(key.name());
      withArrays(connection, statement, rows);
    } else {
      List<Column<T>> keyLast = new ArrayList<>(changed);
      keyLast.add(key);
      String statement =
          update + each("%1$s = ?", changed) + " WHERE t.%s = ?".formatted(key.name());
      withBatch(connection, statement, keyLast, rows);
    }
  }

  /**
   * A query that gives the rows back; see {@link #set} for its parameters. How many there are is
   * hidden in sub-selects: the planner then takes them for few and looks each up by its key, where
   * it would read the whole of a table that is small today.
   */
  String source() {
    return "SELECT %s FROM unnest(%s) AS u (%s)"
        .formatted(
            columns.stream()
                .map(column -> column.type().expression(column.name()) + " AS " + column.name())
                .collect(Collectors.joining(", ")),
            each("(SELECT ?::%2$s[])", columns),
            each("%1$s", columns));
  }

  /**
   * Sets the parameters of {@link #source}.
   *
   * @return the parameter that follows
   */
  int set(Connection connection, PreparedStatement statement, int first, Collection<T> rows)
      throws SQLException {
    int parameter = first;
    for (Column<T> column : columns) {
      @Nullable Object[] values = column.type().array(rows.size());
      int row = 0;
      for (T one : rows) {
        values[row++] = column.sent(one);
      }
      statement.setArray(parameter++, connection.createArrayOf(column.type().sentAs(), values));
    }
    return parameter;
  }

  private String each(String format, List<Column<T>> of) {
    return of.stream()
        .map(column -> format.formatted(column.name(), column.type().sentAs()))
        .collect(Collectors.joining(", "));
  }

  private void withArrays(Connection connection, String sql, Collection<T> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(connection, statement, 1, rows);
      statement.executeUpdate();
    }
  }

  private static <T> void withBatch(
      Connection connection, String sql, List<Column<T>> parameters, Collection<T> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (T row : rows) {
        int parameter = 1;
        for (Column<T> column : parameters) {
          Object value = column.value().apply(row);
          statement.setObject(
              parameter++, value instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : value);
        }
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private record Column<T>(String name, ColumnType type, Function<T, @Nullable Object> value) {

    @Nullable Object sent(T row) {
      Object found = value.apply(row);
      return found == null ? null : type.sent(found);
    }
  }
}

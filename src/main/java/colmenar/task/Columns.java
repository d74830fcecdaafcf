package colmenar.task;

import colmenar.backend.FailureClass;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The columns of a row, one after the other. */
final class Columns {

  private final ResultSet row;
  private int column;

  Columns(ResultSet row) {
    this.row = row;
  }

  <T> T object(Class<T> type) throws SQLException {
    return row.getObject(++column, type);
  }

  String text() throws SQLException {
    return row.getString(++column);
  }

  @Nullable String textOrNull() throws SQLException {
    return row.getString(++column);
  }

  int number() throws SQLException {
    return row.getInt(++column);
  }

  @Nullable Integer numberOrNull() throws SQLException {
    int value = row.getInt(++column);
    return row.wasNull() ? null : value;
  }

  long big() throws SQLException {
    return row.getLong(++column);
  }

  boolean truth() throws SQLException {
    return row.getBoolean(++column);
  }

  Instant instant() throws SQLException {
    return row.getObject(++column, OffsetDateTime.class).toInstant();
  }

  @Nullable Instant instantOrNull() throws SQLException {
    OffsetDateTime value = row.getObject(++column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  @Nullable FailureClass failureClass() throws SQLException {
    String name = row.getString(++column);
    return name == null ? null : FailureClass.valueOf(name);
  }
}

package colmenar.task;

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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How far old tasks have been looked at, and the old tasks themselves. */
@SingleInstance
class RetentionStore {

  private static final String ROUND = "SELECT last_task, go_on_at FROM retention FOR UPDATE";

  /** Not with EXISTS: PostgreSQL would read all results there are for each look. */
  private static final String OLD =
      """
      SELECT t.id, t.state = 'FAILED', t.result_sent_at,
        t.state IN ('SUCCEEDED', 'FAILED', 'CANCELED'),
        (SELECT r.sequence FROM result r
         WHERE r.task_id = t.id AND r.inbox IS NOT NULL LIMIT 1) IS NOT NULL
      FROM task t WHERE t.id > ? AND t.id < ? ORDER BY t.id LIMIT ?""";

  private static final UUID FIRST = new UUID(0, 0);

  private final Database database;

  @Inject
  RetentionStore(Database database) {
    this.database = database;
  }

  /** The round that is under way, locked; empty when another server has it, or it is too early. */
  Optional<Round> locked(Instant now) {
    try (Connection connection = database.connect();
        PreparedStatement select =
            connection.prepareStatement(database.isShared() ? ROUND + " SKIP LOCKED" : ROUND);
        ResultSet row = select.executeQuery()) {
      if (!row.next() || row.getObject(2, OffsetDateTime.class).toInstant().isAfter(now)) {
        return Optional.empty();
      }
      return Optional.of(new Round(row.getObject(1, UUID.class)));
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Where the next look begins, and when; null for the oldest task. */
  void moveTo(@Nullable UUID lastTask, Instant goOnAt) {
    try (Connection connection = database.connect();
        PreparedStatement update =
            connection.prepareStatement("UPDATE retention SET last_task = ?, go_on_at = ?")) {
      update.setObject(1, lastTask);
      update.setObject(2, goOnAt.atOffset(ZoneOffset.UTC));
      update.executeUpdate();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Tasks between two ids, the oldest first. */
  List<Retention.Old> old(@Nullable UUID after, UUID before, int most) {
    try (Connection connection = database.connect();
        PreparedStatement select = connection.prepareStatement(OLD)) {
      select.setObject(1, after == null ? FIRST : after);
      select.setObject(2, before);
      select.setInt(3, most);
      List<Retention.Old> old = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          OffsetDateTime ended = rows.getObject(3, OffsetDateTime.class);
          old.add(
              new Retention.Old(
                  rows.getObject(1, UUID.class),
                  rows.getBoolean(2),
                  !rows.getBoolean(5),
                  rows.getBoolean(4) && ended != null ? ended.toInstant() : null));
        }
      }
      return old;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Operations that ended before. */
  void deleteOperations(Instant before) {
    try (Connection connection = database.connect();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM operation WHERE ended_at < ?")) {
      delete.setObject(1, before.atOffset(ZoneOffset.UTC));
      delete.executeUpdate();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private static IllegalStateException failure(SQLException e) {
    return new IllegalStateException("cannot clean up old tasks", e);
  }

  /**
   * @param lastTask up to which everything was looked at; null at the beginning
   */
  record Round(@Nullable UUID lastTask) {}
}

package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import colmenar.problem.InvalidException;
import jakarta.inject.Inject;
import jakarta.persistence.OptimisticLockException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** What was answered to requests with a key. */
@SingleInstance
class AnswerStore {

  private final Database database;

  @Inject
  AnswerStore(Database database) {
    this.database = database;
  }

  /**
   * @throws InvalidException when something else was asked for under this key
   */
  Optional<String> answer(String owner, RequestKey key) {
    try (Connection connection = database.connect();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT print, answer FROM idempotency WHERE owner = ? AND request_key = ?")) {
      select.setString(1, owner);
      select.setString(2, key.text());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        if (!row.getString(1).equals(key.print())) {
          throw new InvalidException("Idempotency-Key", "was used for another request");
        }
        return Optional.of(row.getString(2));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read what was answered", e);
    }
  }

  /**
   * @throws OptimisticLockException when the same request is being answered elsewhere
   */
  void add(String owner, RequestKey key, String answer, Instant now) {
    try (Connection connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO idempotency (owner, request_key, print, answer, created_at)"
                    + " VALUES (?, ?, ?, ?, ?)")) {
      insert.setString(1, owner);
      insert.setString(2, key.text());
      insert.setString(3, key.print());
      insert.setString(4, answer);
      insert.setObject(5, now.atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
    } catch (SQLException e) {
      throw BulkStore.failure("cannot keep what was answered", e);
    }
  }

  /** Forgets answers given before; at most so many. */
  int forget(Instant before, int most) {
    try (Connection connection = database.connect();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM idempotency WHERE (owner, request_key) IN (SELECT owner, request_key"
                    + " FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)")) {
      delete.setObject(1, before.atOffset(ZoneOffset.UTC));
      delete.setInt(2, most);
      return delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot forget what was answered", e);
    }
  }
}

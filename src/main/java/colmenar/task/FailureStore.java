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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Counts failed tasks by their group: by an index that has failed tasks only. */
@SingleInstance
class FailureStore {

  /** So many of the newest tasks of a topic or campaign are looked at. */
  static final int MOST_REQUESTS = 100_000;

  private final Database database;

  @Inject
  FailureStore(Database database) {
    this.database = database;
  }

  /** The groups that have failed last, or those of most tasks. */
  List<Counted> groups(FailureFilter filter, boolean largestFirst, int most) {
    List<Object> values = new ArrayList<>();
    String question = question(filter, values);
    question += largestFirst ? " ORDER BY failed DESC, last_at DESC" : " ORDER BY last_at DESC";
    values.add(most);
    try (Connection connection = database.connect();
        PreparedStatement ask = connection.prepareStatement(question + ", failure_group LIMIT ?")) {
      for (int i = 0; i < values.size(); i++) {
        ask.setObject(i + 1, values.get(i));
      }
      List<Counted> groups = new ArrayList<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          groups.add(
              new Counted(
                  rows.getString(1),
                  rows.getLong(2),
                  rows.getObject(3, OffsetDateTime.class).toInstant(),
                  rows.getObject(4, OffsetDateTime.class).toInstant(),
                  UUID.fromString(rows.getString(5))));
        }
      }
      return groups;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot look at the failures", e);
    }
  }

  private String question(FailureFilter filter, List<Object> values) {
    // PostgreSQL has no greatest of ids, but their texts have the same order.
    String newest =
        database.isShared()
            ? "max(cast(t.id AS text) COLLATE \"C\")"
            : "cast(max(t.id) AS varchar)";
    StringBuilder question =
        new StringBuilder("SELECT t.failure_group, count(*) AS failed,")
            .append(" min(t.result_sent_at) AS first_at, max(t.result_sent_at) AS last_at, ")
            .append(newest)
            .append(" AS sample FROM task t");
    ofRequest("topic", filter.topic(), question, values);
    ofRequest("campaign", filter.campaign(), question, values);
    question.append(" WHERE t.failure_group IS NOT NULL");
    and("t.failure_group = ?", filter.group(), question, values);
    if (filter.method() != null) {
      // A strand says both; see Strand.
      and("left(t.strand, ?) = ?", filter.method() + "/", question, values);
    }
    if (filter.owner() != null) {
      and("right(t.strand, ?) = ?", "/" + filter.owner(), question, values);
    }
    if (filter.failureClass() != null) {
      and("t.failure_class = ?", filter.failureClass().name(), question, values);
    }
    if (filter.since() != null) {
      question.append(" AND t.result_sent_at >= ?");
      values.add(at(filter.since()));
    }
    return question.append(" GROUP BY t.failure_group").toString();
  }

  /** Begins with the tasks of a topic or campaign, so that those of others are not looked at. */
  private static void ofRequest(
      String column, @Nullable String value, StringBuilder question, List<Object> values) {
    if (value != null) {
      question.append(
          (" JOIN (SELECT task_id FROM task_request WHERE %1$s = ?"
                  + " ORDER BY %1$s DESC, task_id DESC LIMIT ?) of_%1$s ON of_%1$s.task_id = t.id")
              .formatted(column));
      values.add(value);
      values.add(MOST_REQUESTS);
    }
  }

  private static void and(
      String condition, @Nullable String value, StringBuilder question, List<Object> values) {
    if (value != null) {
      question.append(" AND ").append(condition);
      if (condition.indexOf('?') != condition.lastIndexOf('?')) {
        values.add(value.codePointCount(0, value.length()));
      }
      values.add(value);
    }
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /** A group, and how many of the tasks that were asked for are in it. */
  record Counted(String id, long tasks, Instant first, Instant last, UUID sample) {}
}

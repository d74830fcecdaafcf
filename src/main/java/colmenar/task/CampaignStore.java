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
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the tasks of campaigns. Every question begins with the requests of one campaign, by
 * their index, and looks up what it needs of each: what others have is never looked at.
 */
@SingleInstance
class CampaignStore {

  private static final String OF_CAMPAIGN = " WHERE r.campaign = ? AND r.owner = ?";

  private static final String NEWEST_FIRST = " ORDER BY r.campaign DESC, r.task_id DESC LIMIT 1";

  private static final String FIRST_AT =
      "(SELECT r.input_received_at FROM task_request r WHERE r.campaign = c.name"
          + " AND r.owner = c.owner ORDER BY r.campaign, r.task_id LIMIT 1)";

  private static final String LAST_AT =
      "(SELECT r.input_received_at FROM task_request r WHERE r.campaign = c.name"
          + " AND r.owner = c.owner"
          + NEWEST_FIRST
          + ")";

  private final Database database;

  @Inject
  CampaignStore(Database database) {
    this.database = database;
  }

  /** Makes it known, unless it is. */
  void add(Collection<Campaign> campaigns) {
    String statement =
        database.isShared()
            ? "INSERT INTO campaign (owner, name) VALUES (?, ?) ON CONFLICT DO NOTHING"
            : "MERGE INTO campaign (owner, name) KEY (owner, name) VALUES (?, ?)";
    try (Connection connection = database.connect();
        PreparedStatement insert = connection.prepareStatement(statement)) {
      for (Campaign campaign : campaigns) {
        insert.setString(1, campaign.owner());
        insert.setString(2, campaign.name());
        insert.addBatch();
      }
      insert.executeBatch();
    } catch (SQLException e) {
      throw BulkStore.failure("cannot write campaigns", e);
    }
  }

  /** Names of an owner's campaigns, in their order, after one. */
  List<String> names(String owner, String after, int most) {
    return ask(
        "SELECT name FROM campaign WHERE owner = ? AND name > ? ORDER BY owner, name LIMIT ?",
        row -> row.getString(1),
        owner,
        after,
        most);
  }

  /** Empty when it has no tasks, any more or at all. */
  Optional<CampaignSpan> span(Campaign campaign) {
    return ask(
            "SELECT "
                + FIRST_AT
                + ", "
                + LAST_AT
                + " FROM (SELECT CAST(? AS varchar) AS owner, CAST(? AS varchar) AS name) AS c",
            row -> {
              Instant first = instant(row, 1);
              Instant last = instant(row, 2);
              return first == null || last == null
                  ? Optional.<CampaignSpan>empty()
                  : Optional.of(new CampaignSpan(campaign, first, last));
            },
            campaign.owner(),
            campaign.name())
        .get(0);
  }

  /** The tasks, by state. */
  Map<TaskState, Tally> tallies(Campaign campaign) {
    Map<TaskState, Tally> tallies = new EnumMap<>(TaskState.class);
    ask(
            "SELECT t.state, count(*), max(t.claimed_at), max(t.result_sent_at) FROM task_request r"
                + each("state, claimed_at, result_sent_at", "task", "id = r.task_id")
                + OF_CAMPAIGN
                + " GROUP BY t.state",
            row ->
                Map.entry(
                    TaskState.valueOf(row.getString(1)),
                    new Tally(row.getLong(2), instant(row, 3), instant(row, 4))),
            campaign.name(),
            campaign.owner())
        .forEach(entry -> tallies.put(entry.getKey(), entry.getValue()));
    return tallies;
  }

  /** The results that nobody has acknowledged: outcomes, or streamed items. */
  Waiting waiting(Campaign campaign, Instant now) {
    return ask(
            "SELECT count(CASE WHEN t.complete THEN 1 END), count(CASE WHEN NOT t.complete THEN 1"
                + " END), count(CASE WHEN t.lease_until > ? THEN 1 END) FROM task_request r"
                + each(
                    "complete, lease_until", "result", "task_id = r.task_id AND inbox IS NOT NULL")
                + OF_CAMPAIGN,
            row -> new Waiting(row.getLong(1), row.getLong(2), row.getLong(3)),
            now.atOffset(ZoneOffset.UTC),
            campaign.name(),
            campaign.owner())
        .get(0);
  }

  /** The newest task that is not over. */
  Optional<UUID> unfinished(Campaign campaign) {
    return ask(
            "SELECT r.task_id FROM task_request r"
                + OF_CAMPAIGN
                // No join: H2 would begin it with all tasks that are in these states.
                + " AND (SELECT t.state FROM task t WHERE t.id = r.task_id) IN "
                + TaskState.UNFINISHED_SQL
                + NEWEST_FIRST,
            row -> row.getObject(1, UUID.class),
            campaign.name(),
            campaign.owner())
        .stream()
        .findFirst();
  }

  boolean isUnfinished(UUID task) {
    return !ask(
            "SELECT 1 FROM task WHERE id = ? AND state IN " + TaskState.UNFINISHED_SQL,
            row -> 1,
            task)
        .isEmpty();
  }

  /** The newest task with a result or streamed item that is not acknowledged. */
  Optional<UUID> unacknowledged(Campaign campaign) {
    return ask(
            "SELECT r.task_id FROM task_request r"
                + each("task_id", "result", "task_id = r.task_id AND inbox IS NOT NULL")
                + OF_CAMPAIGN
                + NEWEST_FIRST,
            row -> row.getObject(1, UUID.class),
            campaign.name(),
            campaign.owner())
        .stream()
        .findFirst();
  }

  boolean isUnacknowledged(UUID task) {
    return !ask(
            "SELECT 1 FROM result WHERE task_id = ? AND inbox IS NOT NULL LIMIT 1", row -> 1, task)
        .isEmpty();
  }

  /**
   * Joins rows {@code t} to a request {@code r}. PostgreSQL would rather read a whole table than so
   * many single rows of it, which is no slower only as long as the table has little else: OFFSET 0
   * keeps it from that.
   */
  private String each(String columns, String table, String condition) {
    return database.isShared()
        ? " CROSS JOIN LATERAL (SELECT %s FROM %s WHERE %s OFFSET 0) t"
            .formatted(columns, table, condition)
        : " JOIN %s t ON %s".formatted(table, qualified(condition));
  }

  /** Each condition begins with a column of the joined table. */
  private static String qualified(String condition) {
    return "t." + condition.replace(" AND ", " AND t.");
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  private <T> List<T> ask(String question, Reading<T> reading, Object... parameters) {
    try (Connection connection = database.connect();
        PreparedStatement ask = connection.prepareStatement(question)) {
      for (int i = 0; i < parameters.length; i++) {
        ask.setObject(i + 1, parameters[i]);
      }
      List<T> answers = new ArrayList<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          answers.add(reading.of(rows));
        }
      }
      return answers;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot look at the campaigns", e);
    }
  }

  /**
   * Tasks of one state.
   *
   * @param begunAt when the last attempt of one of them was made
   * @param endedAt when the last one of them ended
   */
  record Tally(long tasks, @Nullable Instant begunAt, @Nullable Instant endedAt) {}

  /** Results that are not acknowledged. */
  record Waiting(long results, long items, long leased) {}

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }
}

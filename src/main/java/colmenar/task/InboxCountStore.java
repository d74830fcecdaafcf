package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How much is in the inboxes, and what will come. */
@SingleInstance
class InboxCountStore {

  /**
   * What waits, by inbox and by the lease that has it now, in one look: an inbox may have very much
   * and few leases. Takes the time once.
   */
  private static final String RESULTS =
      """
      SELECT inbox, lease, count(*), min(sent_at) FROM (
        SELECT inbox, sent_at, CASE WHEN lease_until > ? THEN lease_id END AS lease FROM result
        WHERE %s) AS r
      GROUP BY inbox, lease""";

  private static final String SIZE_AFTER =
      """
      SELECT inbox, count(*), count(CASE WHEN lease_until > ?1 THEN 1 END)
      FROM (SELECT inbox, lease_until FROM result
            WHERE inbox = (SELECT min(inbox) FROM result WHERE inbox > ?2)
            ORDER BY inbox, sequence LIMIT ?3) AS first
      GROUP BY inbox""";

  /** Waiting and active tasks apart, because each have an index of their own. */
  private static final String WAITS = " FROM task WHERE state = 'PENDING'";

  private static final String IS_ACTIVE = " FROM task WHERE state IN " + TaskState.ACTIVE_SQL;

  /** No task that is over is looked at. */
  private static final String UNFINISHED_BY_INBOX =
      "SELECT inbox, count(*)"
          + WAITS
          + " GROUP BY inbox UNION ALL SELECT inbox, count(*)"
          + IS_ACTIVE
          + " GROUP BY inbox";

  private static final String UNFINISHED_OF_INBOX =
      "SELECT (SELECT count(*)"
          + WAITS
          + " AND inbox = ?1) + (SELECT count(*)"
          + IS_ACTIVE
          + " AND inbox = ?1)";

  private static final String IS_DONE =
      "SELECT NOT EXISTS (SELECT 1"
          + WAITS
          + " AND inbox = ?1) AND NOT EXISTS (SELECT 1"
          + IS_ACTIVE
          + " AND inbox = ?1) AND NOT EXISTS (SELECT 1 FROM result WHERE inbox = ?1)";

  private final Database database;

  @PersistenceContext(unitName = "colmenar")
  private EntityManager entities;

  @Inject
  @SuppressWarnings("NullAway.Init")
  InboxCountStore(Database database) {
    this.database = database;
  }

  /**
   * Of every inbox with results that wait or tasks that are not over, by name. Tasks first: one
   * that ends meanwhile is counted with its result, and never as if nothing were left of it.
   */
  Collection<InboxCounts> counts(Instant now) {
    Map<String, InboxCounts> counts = new TreeMap<>();
    for (Object row : entities.createNativeQuery(UNFINISHED_BY_INBOX).getResultList()) {
      Object[] columns = (Object[]) row;
      Inbox inbox = Inbox.parse((String) columns[0]);
      long unfinished = ((Number) columns[1]).longValue();
      counts.merge(
          inbox.toString(), InboxCounts.ofUnfinished(inbox, unfinished), InboxCounts::plus);
    }
    results("inbox IS NOT NULL", List.of(now.atOffset(ZoneOffset.UTC)))
        .forEach(one -> counts.merge(one.inbox().toString(), one, InboxCounts::plus));
    return counts.values();
  }

  private List<InboxCounts> results(String condition, List<Object> parameters) {
    List<InboxCounts> found = new ArrayList<>();
    try (Connection connection = database.connect();
        PreparedStatement ask = connection.prepareStatement(RESULTS.formatted(condition))) {
      for (int i = 0; i < parameters.size(); i++) {
        ask.setObject(i + 1, parameters.get(i));
      }
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          found.add(
              InboxCounts.ofResults(
                  Inbox.parse(rows.getString(1)),
                  rows.getObject(2) != null,
                  rows.getLong(3),
                  rows.getObject(4, OffsetDateTime.class).toInstant()));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot count results", e);
    }
    return found;
  }

  /** Of the first inbox by name after another one in which anything waits. */
  Optional<InboxSize> sizeAfter(String name, int mostResults, Instant now) {
    List<?> rows =
        entities
            .createNativeQuery(SIZE_AFTER)
            .setParameter(1, now)
            .setParameter(2, name)
            .setParameter(3, mostResults)
            .getResultList();
    return rows.stream()
        .findFirst()
        .map(Object[].class::cast)
        .map(
            row ->
                new InboxSize(
                    Inbox.parse((String) row[0]),
                    ((Number) row[1]).longValue(),
                    ((Number) row[2]).longValue()));
  }

  /** Tasks first, see {@link #counts(Instant)}. */
  InboxCounts counts(Inbox inbox, Instant now) {
    Number unfinished = (Number) ask(UNFINISHED_OF_INBOX, inbox);
    return results("inbox = ?", List.of(now.atOffset(ZoneOffset.UTC), inbox.toString())).stream()
        .reduce(InboxCounts.ofUnfinished(inbox, unfinished.longValue()), InboxCounts::plus);
  }

  /** Whether nothing waits and nothing will come; sooner known than how much it is. */
  boolean isDone(Inbox inbox) {
    return (Boolean) ask(IS_DONE, inbox);
  }

  private Object ask(String question, Inbox inbox) {
    return entities.createNativeQuery(question).setParameter(1, inbox.toString()).getSingleResult();
  }
}

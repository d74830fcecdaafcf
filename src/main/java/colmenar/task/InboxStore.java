package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
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
import java.util.UUID;

/** The results that wait for a consumer. */
@SingleInstance
class InboxStore {

  /**
   * Not leased, and not behind an item of the same attempt that is: items keep their order even
   * when several consumers share an inbox. Takes the time twice.
   */
  private static final String FREE =
      """
      (r.lease_until IS NULL OR r.lease_until <= ?) AND (r.item_index = 0 OR NOT EXISTS (
        SELECT 1 FROM result e WHERE e.task_id = r.task_id AND e.attempt_number = r.attempt_number
          AND e.item_index < r.item_index AND e.inbox IS NOT NULL AND e.lease_until > ?))
      """;

  private static final String OLDEST_FREE =
      " r.inbox = ? AND " + FREE + " ORDER BY r.inbox, r.sequence LIMIT ?";

  private static final String LEASE =
      "SET lease_id = ?, lease_until = ?, deliveries = r.deliveries + 1,"
          + " received_at = COALESCE(r.received_at, ?) ";

  /**
   * On PostgreSQL, with what the planner should do until the end of the transaction: read the inbox
   * in its order and stop, however many acknowledged results the index still names. A lease that a
   * crash of the database forgets is no loss, so its commit need not wait for the disk.
   */
  private static final String LOCK =
      """
      SELECT set_config('enable_bitmapscan', 'off', TRUE),
        set_config('synchronous_commit', 'off', TRUE), set_config('colmenar.inbox', name, TRUE)
      FROM inbox WHERE name = ? FOR UPDATE;
      """;

  /**
   * Everything at once, where a statement may change rows and read them: the lock, and what is free
   * once there is the lock, so in a statement of its own.
   */
  private static final String RECEIVE =
      LOCK
          + "WITH free AS (SELECT r.task_id, r.attempt_number, r.item_index FROM result r"
          + " WHERE current_setting('colmenar.inbox', TRUE) = ? AND"
          + OLDEST_FREE
          + "), leased AS (UPDATE result r "
          + LEASE
          + "FROM free f WHERE r.task_id = f.task_id AND r.attempt_number = f.attempt_number"
          + " AND r.item_index = f.item_index RETURNING r.*) SELECT "
          + ReportRow.COLUMNS
          + "FROM leased r"
          + ReportRow.JOINS
          + "ORDER BY r.sequence";

  private static final String REPORTS =
      "SELECT " + ReportRow.COLUMNS + "FROM result r" + ReportRow.JOINS + "WHERE ";

  private static final String OF_LEASE =
      " where r.inbox = :inbox and r.sequence between :first and :last and r.leaseId = :lease";

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

  private static final String IS_ACTIVE =
      " FROM task WHERE state IN ('SUBMITTING', 'QUEUED', 'RUNNING', 'CANCELING')";

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
  InboxStore(Database database) {
    this.database = database;
  }

  /** Until the end of the transaction no other consumer is served. */
  void lock(Inbox inbox) {
    if (!locked(inbox)) {
      make(inbox);
      locked(inbox);
    }
  }

  /** Another consumer may be doing the same: whoever comes second waits for the first. */
  private void make(Inbox inbox) {
    entities
        .createNativeQuery(
            database.isShared()
                ? "insert into inbox (name) values (?1) on conflict do nothing"
                : "merge into inbox (name) key (name) values (?1)")
        .setParameter(1, inbox.toString())
        .executeUpdate();
  }

  private boolean locked(Inbox inbox) {
    return entities.find(InboxRow.class, inbox.toString(), LockModeType.PESSIMISTIC_WRITE) != null;
  }

  /** Hands out the oldest that are free, in their order; no other consumer is served meanwhile. */
  List<Report> receive(Inbox inbox, UUID lease, Instant now, Instant until, int most) {
    try {
      return database.isShared()
          ? receiveAtOnce(inbox, lease, now, until, most)
          : receiveInSteps(inbox, lease, now, until, most);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot hand out results", e);
    }
  }

  private List<Report> receiveAtOnce(Inbox inbox, UUID lease, Instant now, Instant until, int most)
      throws SQLException {
    String name = inbox.toString();
    try (Connection connection = database.connect();
        PreparedStatement receive = connection.prepareStatement(RECEIVE)) {
      set(receive, List.of(name, name, name, at(now), at(now), most, lease, at(until), at(now)));
      if (!isLocked(receive)) {
        make(inbox);
        isLocked(receive);
      }
      receive.getMoreResults();
      return read(receive.getResultSet());
    }
  }

  private static boolean isLocked(PreparedStatement receive) throws SQLException {
    receive.execute();
    try (ResultSet row = receive.getResultSet()) {
      return row.next();
    }
  }

  private List<Report> receiveInSteps(Inbox inbox, UUID lease, Instant now, Instant until, int most)
      throws SQLException {
    lock(inbox);
    try (Connection connection = database.connect()) {
      return receiveInSteps(connection, inbox, lease, now, until, most);
    }
  }

  private static List<Report> receiveInSteps(
      Connection connection, Inbox inbox, UUID lease, Instant now, Instant until, int most)
      throws SQLException {
    List<Long> free = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement("SELECT r.sequence FROM result r WHERE" + OLDEST_FREE)) {
      set(select, List.of(inbox.toString(), at(now), at(now), most));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          free.add(rows.getLong(1));
        }
      }
    }
    if (free.isEmpty()) {
      return List.of();
    }
    long last = free.get(free.size() - 1);
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE result r " + LEASE + "WHERE r.inbox = ? AND r.sequence <= ? AND " + FREE)) {
      set(update, List.of(lease, at(until), at(now), inbox.toString(), last, at(now), at(now)));
      update.executeUpdate();
    }
    return query(
        connection,
        REPORTS + "r.inbox = ? AND r.sequence <= ? AND r.lease_id = ? ORDER BY r.sequence",
        List.of(inbox.toString(), last, lease));
  }

  /** Results that wait, leased or not, after a sequence number. */
  List<Report> peek(Inbox inbox, long after, int most) {
    return reports(
        "r.inbox = ? AND r.sequence > ? ORDER BY r.inbox, r.sequence LIMIT ?",
        List.of(inbox.toString(), after, most));
  }

  /** The outcome of a task. */
  Optional<Report> outcome(UUID task) {
    return reports("r.task_id = ? AND r.complete", List.of(task)).stream().findFirst();
  }

  private List<Report> reports(String condition, List<Object> parameters) {
    try (Connection connection = database.connect()) {
      return query(connection, REPORTS + condition, parameters);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read results", e);
    }
  }

  private static List<Report> query(Connection connection, String sql, List<Object> parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, parameters);
      return read(statement.executeQuery());
    }
  }

  private static List<Report> read(ResultSet all) throws SQLException {
    List<Report> reports = new ArrayList<>();
    try (ResultSet rows = all) {
      while (rows.next()) {
        reports.add(ReportRow.read(rows));
      }
    }
    return reports;
  }

  private static void set(PreparedStatement statement, List<Object> parameters)
      throws SQLException {
    for (int i = 0; i < parameters.size(); i++) {
      statement.setObject(i + 1, parameters.get(i));
    }
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  int acknowledge(Inbox inbox, Lease lease, Collection<Long> only) {
    return end("update Result r set r.inbox = null, ", inbox, lease, only);
  }

  /** All that a task has left in its inbox, whoever may have it now. */
  int acknowledge(UUID task) {
    return entities
        .createQuery(
            "update Result r set r.inbox = null, r.leaseId = null, r.leaseUntil = null"
                + " where r.taskId = :task and r.inbox is not null")
        .setParameter("task", task)
        .executeUpdate();
  }

  int release(Inbox inbox, Lease lease, Collection<Long> only) {
    return end("update Result r set ", inbox, lease, only);
  }

  private int end(String update, Inbox inbox, Lease lease, Collection<Long> only) {
    String statement = update + "r.leaseId = null, r.leaseUntil = null" + OF_LEASE;
    Query query =
        only.isEmpty()
            ? entities.createQuery(statement)
            : entities
                .createQuery(statement + " and r.sequence in :only")
                .setParameter("only", only);
    return of(lease, inbox, query).executeUpdate();
  }

  private static <Q extends Query> Q of(Lease lease, Inbox inbox, Q query) {
    query
        .setParameter("inbox", inbox.toString())
        .setParameter("lease", lease.id())
        .setParameter("first", lease.first())
        .setParameter("last", lease.last());
    return query;
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
    results("inbox IS NOT NULL", List.of(at(now)))
        .forEach(one -> counts.merge(one.inbox().toString(), one, InboxCounts::plus));
    return counts.values();
  }

  private List<InboxCounts> results(String condition, List<Object> parameters) {
    List<InboxCounts> found = new ArrayList<>();
    try (Connection connection = database.connect();
        PreparedStatement ask = connection.prepareStatement(RESULTS.formatted(condition))) {
      set(ask, parameters);
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
    return results("inbox = ?", List.of(at(now), inbox.toString())).stream()
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

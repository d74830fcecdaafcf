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
import java.util.Optional;
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
}

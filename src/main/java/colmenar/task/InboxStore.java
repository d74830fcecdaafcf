package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The results that wait for a consumer. */
@SingleInstance
class InboxStore {

  /**
   * Not leased, and not behind an item of the same attempt that is: items keep their order even
   * when several consumers share an inbox.
   */
  private static final String FREE =
      "(r.leaseUntil is null or r.leaseUntil <= :now) and (r.itemIndex = 0 or not exists"
          + " (select 1 from Result e where e.taskId = r.taskId"
          + " and e.attemptNumber = r.attemptNumber and e.itemIndex < r.itemIndex"
          + " and e.inbox is not null and e.leaseUntil > :now))";

  private static final String OF_LEASE =
      " where r.inbox = :inbox and r.sequence between :first and :last and r.leaseId = :lease";

  private static final String SIZE_AFTER =
      """
      SELECT inbox, count(*), count(CASE WHEN lease_until > ?1 THEN 1 END)
      FROM (SELECT inbox, lease_until FROM result
            WHERE inbox = (SELECT min(inbox) FROM result WHERE inbox > ?2)
            ORDER BY inbox, sequence LIMIT ?3) AS first
      GROUP BY inbox""";

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
    if (entities.find(InboxRow.class, inbox.toString(), LockModeType.PESSIMISTIC_WRITE) == null) {
      // Another consumer may be doing the same: whoever comes second waits for the first.
      entities
          .createNativeQuery(
              database.isShared()
                  ? "insert into inbox (name) values (?1) on conflict do nothing"
                  : "merge into inbox (name) key (name) values (?1)")
          .setParameter(1, inbox.toString())
          .executeUpdate();
      entities.find(InboxRow.class, inbox.toString(), LockModeType.PESSIMISTIC_WRITE);
    }
  }

  /** Sequence numbers of what may be handed out, the oldest first. */
  List<Long> free(Inbox inbox, Instant now, int most) {
    return entities
        .createQuery(
            "select r.sequence from Result r where r.inbox = :inbox and "
                + FREE
                + " order by r.inbox, r.sequence",
            Long.class)
        .setParameter("inbox", inbox.toString())
        .setParameter("now", now)
        .setMaxResults(most)
        .getResultList();
  }

  void lease(Inbox inbox, Lease lease, Instant now, Instant until) {
    entities
        .createQuery(
            "update Result r set r.leaseId = :lease, r.leaseUntil = :until,"
                + " r.deliveries = r.deliveries + 1, r.receivedAt = coalesce(r.receivedAt, :now)"
                + " where r.inbox = :inbox and r.sequence between :first and :last and "
                + FREE)
        .setParameter("lease", lease.id())
        .setParameter("until", until)
        .setParameter("now", now)
        .setParameter("inbox", inbox.toString())
        .setParameter("first", lease.first())
        .setParameter("last", lease.last())
        .executeUpdate();
  }

  List<Report> leased(Inbox inbox, Lease lease) {
    String query = Report.QUERY + OF_LEASE + " order by r.sequence";
    return of(lease, inbox, entities.createQuery(query, Report.class)).getResultList();
  }

  /** Results that wait, leased or not, after a sequence number. */
  List<Report> peek(Inbox inbox, long after, int most) {
    return entities
        .createQuery(
            Report.QUERY
                + " where r.inbox = :inbox and r.sequence > :after order by r.inbox, r.sequence",
            Report.class)
        .setParameter("inbox", inbox.toString())
        .setParameter("after", after)
        .setMaxResults(most)
        .getResultList();
  }

  int acknowledge(Inbox inbox, Lease lease, Collection<Long> only) {
    return end("update Result r set r.inbox = null, ", inbox, lease, only);
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

  /** Of every inbox with results that wait or tasks that are not over, by name. */
  Collection<InboxCounts> counts(Instant now) {
    Map<String, InboxCounts> counts = new TreeMap<>();
    entities
        .createQuery(
            "select r.inbox, count(r), count(case when r.leaseUntil > :now then 1 end)"
                + " from Result r where r.inbox is not null group by r.inbox",
            Object[].class)
        .setParameter("now", now)
        .getResultList()
        .forEach(
            row -> {
              Inbox inbox = Inbox.parse((String) row[0]);
              counts.put(inbox.toString(), new InboxCounts(inbox, (Long) row[1], (Long) row[2], 0));
            });
    entities
        .createQuery(
            "select t.owner, t.topic, count(t) from Task t where t.state in "
                + TaskStore.UNFINISHED
                + " group by t.owner, t.topic",
            Object[].class)
        .getResultList()
        .forEach(
            row -> {
              Inbox inbox = new Inbox((String) row[0], (String) row[1]);
              counts.merge(
                  inbox.toString(), new InboxCounts(inbox, 0, 0, (Long) row[2]), InboxCounts::plus);
            });
    return counts.values();
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

  InboxCounts counts(Inbox inbox, Instant now) {
    Object[] results =
        entities
            .createQuery(
                "select count(r), count(case when r.leaseUntil > :now then 1 end)"
                    + " from Result r where r.inbox = :inbox",
                Object[].class)
            .setParameter("now", now)
            .setParameter("inbox", inbox.toString())
            .getSingleResult();
    long unfinished =
        entities
            .createQuery(
                "select count(t) from Task t where t.owner = :owner and t.topic = :topic"
                    + " and t.state in "
                    + TaskStore.UNFINISHED,
                Long.class)
            .setParameter("owner", inbox.owner())
            .setParameter("topic", inbox.topic())
            .getSingleResult();
    return new InboxCounts(inbox, (Long) results[0], (Long) results[1], unfinished);
  }
}

package colmenar.task;

import static java.util.Objects.requireNonNull;

import colmenar.limit.Limit;
import colmenar.limit.Limits;
import colmenar.limit.Rules;
import colmenar.platform.Database;
import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The waiting tasks, as a queue for each strand of each backend; a claim merges them by turn. Where
 * servers share the database a claim is one statement, which must do what {@link Task#claim} does;
 * H2 has one claimer, which can afford to look first.
 *
 * <p>When limits concern what waits, the claim locks them first, so that of all servers one at a
 * time counts what is active and chooses.
 */
@SingleInstance
class QueueStore {

  /**
   * What is late, as {@link Task#isLate} has it, is left to fail: it may have been so when it came.
   */
  private static final String CLAIM =
      """
      UPDATE task t
      SET state = ?, fence = fence + 1, attempts = attempts + 1, node_id = ?, claimed_at = ?,
          row_version = row_version + 1
      FROM task_request i
      WHERE (t.attempts = 0 AND t.start_by <= ? OR t.finish_by <= ?) IS NOT TRUE
        AND t.id = ANY (ARRAY (%s))
        AND i.task_id = t.id
      RETURNING t.id, t.fence, t.attempts, i.method_name, i.method_version, t.priority, t.turn_at,
          i.time_limit_ms, i.args, i.kwargs, i.resources, i.options,
          i.input_received_at, t.strand, i.owner, i.topic, i.campaign""";

  private static final String CLAIM_OF_ONE_STRAND =
      CLAIM.formatted(
          """
          SELECT id FROM task
          WHERE backend = ? AND strand = ? AND state = 'PENDING' AND ready_at <= ?
          ORDER BY turn_at, id LIMIT ? FOR UPDATE SKIP LOCKED""");

  /** The first of each strand, those that have room by its limits; nothing is locked yet. */
  private static final String FIRST_OF_STRANDS =
      """
      SELECT c.id, s.strand, c.turn_at
      FROM unnest(?::varchar[], ?::int[]) AS s (strand, room)
      CROSS JOIN LATERAL (
          SELECT id, turn_at FROM task
          WHERE backend = ? AND strand = s.strand AND state = 'PENDING' AND ready_at <= ?
          ORDER BY turn_at, id LIMIT s.room) AS c
      ORDER BY c.turn_at, c.id LIMIT ?""";

  /**
   * Of the first ones those up to where a strand was cut short: what comes after it may not be its
   * turn. One that somebody has moved to another backend since it was seen is not taken.
   */
  private static final String CLAIM_OF_STRANDS =
      CLAIM.formatted(
          """
          WITH first AS MATERIALIZED (%s),
          cut AS (
            SELECT coalesce(min(s.last), 'infinity') AS at
            FROM (SELECT max(turn_at) AS last FROM first GROUP BY strand HAVING count(*) >= ?) s)
          SELECT f.id FROM (
            SELECT id, turn_at FROM first CROSS JOIN cut
            WHERE turn_at <= cut.at ORDER BY turn_at, id LIMIT ?) AS f
          JOIN task w ON w.id = f.id
          WHERE w.state = 'PENDING' AND w.backend = ?
          ORDER BY f.turn_at, f.id LIMIT ? FOR UPDATE OF w SKIP LOCKED"""
              .formatted(FIRST_OF_STRANDS));

  private static final String CLAIM_OF_CHOSEN =
      CLAIM.formatted(
          "SELECT id FROM task WHERE id = ANY (?) AND state = 'PENDING' AND backend = ?"
              + " FOR UPDATE SKIP LOCKED");

  private static final int STRAND_COLUMN = 14;
  private static final int LEAST_OF_A_STRAND = 4;

  /** Others may be claiming the first ones just now. */
  private static final int LOOK_AHEAD = 2;

  private final Database database;
  private final TaskStore store;
  private final BulkStore bulk;
  private final StrandStore strandStore;
  private final Strands strands;
  private final Rules rules;
  private final Limits limits;

  @Inject
  QueueStore(
      Database database,
      TaskStore store,
      BulkStore bulk,
      StrandStore strandStore,
      Strands strands,
      Rules rules,
      Limits limits) {
    this.database = database;
    this.store = store;
    this.bulk = bulk;
    this.strandStore = strandStore;
    this.strands = strands;
    this.rules = rules;
    this.limits = limits;
  }

  List<Claimed> claim(UUID node, String backend, boolean startsAtOnce, int most, Instant now) {
    List<String> waiting = strands.waiting(backend, now);
    if (waiting.isEmpty()) {
      return List.of();
    }
    Claim claim = new Claim(node, backend, startsAtOnce, most, now);
    return database.isShared() ? claimShared(claim, waiting) : claimAlone(claim, waiting);
  }

  /** How many tasks that could start now come before this one, counted up to a number. */
  int ahead(Task task, Instant now, int most) {
    List<String> waiting = strandStore.waiting(task.backend());
    Room room = new Room(task.backend(), limits.list(), Room.used(strandStore.active()), now);
    int ahead = 0;
    for (String strand : waiting) {
      if (ahead < most && room.of(Strand.parse(strand)) > 0) {
        ahead +=
            strandStore.ahead(task.backend(), strand, now, task.turnAt(), task.id(), most - ahead);
      }
    }
    return ahead;
  }

  /** The ids of the limits that concern any of these strands. */
  private Set<String> limitsOf(String backend, List<String> waiting) {
    Set<String> all = rules.limits();
    Set<String> concerned = new TreeSet<>();
    if (!all.isEmpty()) {
      for (String strand : waiting) {
        Strand.parse(strand).shares(backend).keySet().stream()
            .filter(all::contains)
            .forEach(concerned::add);
      }
    }
    return concerned;
  }

  private List<Claimed> claimAlone(Claim claim, List<String> waiting) {
    List<Limit> locked = locked(limitsOf(claim.backend, waiting));
    Room room = room(claim, locked);
    Map<UUID, Task> first = new HashMap<>();
    for (String strand : waiting) {
      int most = Math.min(claim.most, room.of(Strand.parse(strand)));
      if (most > 0) {
        store
            .ready(claim.backend, strand, claim.now, most)
            .forEach(task -> first.put(task.id(), task));
      }
    }
    List<Task> tasks =
        choose(
                first.values().stream()
                    .sorted(Comparator.comparing(Task::turn))
                    .map(task -> new Candidate(task.id(), task.strand()))
                    .toList(),
                room,
                claim.most)
            .stream()
            .map(chosen -> requireNonNull(first.get(chosen.id())))
            .toList();
    if (tasks.isEmpty()) {
      return List.of();
    }
    List<Task> claimed = lockedAndStillWaiting(tasks, claim.now);
    claimed.forEach(task -> task.claim(claim.node, claim.startsAtOnce, claim.now));
    bulk.update(claimed);
    started(claim, locked, claimed.stream().map(Task::strand).toList());
    Map<UUID, TaskInput> inputs = store.inputs(claimed.stream().map(Task::id).toList());
    store.flush();
    return claimed.stream()
        .map(task -> Claimed.of(task, requireNonNull(inputs.get(task.id()))))
        .toList();
  }

  /** In their order; somebody may have cancelled, moved or deleted one since it was seen. */
  private List<Task> lockedAndStillWaiting(List<Task> seen, Instant at) {
    Map<UUID, Task> now = store.locked(new TreeSet<>(seen.stream().map(Task::id).toList()));
    return seen.stream()
        .flatMap(
            task ->
                Stream.ofNullable(now.get(task.id()))
                    .filter(found -> task.backend().equals(found.backend())))
        .filter(task -> task.state() == TaskState.PENDING && !task.isLate(at))
        .toList();
  }

  private List<Limit> locked(Set<String> ids) {
    return ids.isEmpty() ? List.of() : limits.locked(ids);
  }

  /** Counted after the limits are locked: what others have claimed under them is seen. */
  private Room room(Claim claim, List<Limit> locked) {
    Map<String, Long> used = locked.isEmpty() ? Map.of() : Room.used(strandStore.active());
    return new Room(claim.backend, locked, used, claim.now);
  }

  private static List<Candidate> choose(List<Candidate> inTurn, Room room, int most) {
    List<Candidate> chosen = new ArrayList<>();
    for (Candidate next : inTurn) {
      if (chosen.size() < most && room.take(next.strand())) {
        chosen.add(next);
      }
    }
    return chosen;
  }

  private static void started(Claim claim, List<Limit> locked, Collection<Strand> started) {
    for (Limit limit : locked) {
      long many =
          started.stream()
              .filter(strand -> strand.shares(claim.backend).containsKey(limit.id()))
              .count();
      if (many > 0) {
        limit.started((int) many, claim.now);
      }
    }
  }

  private List<Claimed> claimShared(Claim claim, List<String> waiting) {
    try (Connection connection = database.connect()) {
      Set<String> concerned = limitsOf(claim.backend, waiting);
      if (!concerned.isEmpty()) {
        return claimLimited(connection, claim, waiting, concerned);
      }
      return waiting.size() == 1
          ? claimOfOneStrand(connection, claim, waiting.get(0))
          : claimOfStrands(connection, claim, waiting);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot claim tasks", e);
    }
  }

  private static List<Claimed> claimOfOneStrand(Connection connection, Claim claim, String strand)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(CLAIM_OF_ONE_STRAND)) {
      int parameter = claim.set(update);
      update.setString(parameter++, claim.backend);
      update.setString(parameter++, strand);
      update.setObject(parameter++, claim.at());
      update.setInt(parameter, claim.most);
      return claimed(update, new ArrayList<>());
    }
  }

  /**
   * At first it takes them to be spread evenly over the strands, and looks further only when they
   * are not.
   */
  private static List<Claimed> claimOfStrands(
      Connection connection, Claim claim, List<String> strands) throws SQLException {
    int looked = LOOK_AHEAD * claim.most;
    int each = Math.min(looked, LEAST_OF_A_STRAND + 2 * looked / strands.size());
    List<Claimed> claimed = claimOfStrands(connection, claim, claim.most, strands, each);
    int missing = claim.most - claimed.size();
    if (missing > 0 && each < looked) {
      claimed.addAll(claimOfStrands(connection, claim, missing, strands, looked));
    }
    return claimed;
  }

  private static List<Claimed> claimOfStrands(
      Connection connection, Claim claim, int most, List<String> strands, int each)
      throws SQLException {
    Integer[] rooms = strands.stream().map(strand -> each).toArray(Integer[]::new);
    try (PreparedStatement update = connection.prepareStatement(CLAIM_OF_STRANDS)) {
      int parameter = claim.set(update);
      update.setArray(parameter++, connection.createArrayOf("varchar", strands.toArray()));
      update.setArray(parameter++, connection.createArrayOf("int4", rooms));
      update.setString(parameter++, claim.backend);
      update.setObject(parameter++, claim.at());
      update.setInt(parameter++, Integer.MAX_VALUE);
      update.setInt(parameter++, each);
      update.setInt(parameter++, LOOK_AHEAD * most);
      update.setString(parameter++, claim.backend);
      update.setInt(parameter, most);
      return claimed(update, new ArrayList<>());
    }
  }

  private List<Claimed> claimLimited(
      Connection connection, Claim claim, List<String> waiting, Set<String> concerned)
      throws SQLException {
    List<Limit> locked = limits.locked(concerned);
    Room room = room(claim, locked);
    List<Candidate> chosen = choose(first(connection, claim, waiting, room), room, claim.most);
    if (chosen.isEmpty()) {
      return List.of();
    }
    List<Strand> started = new ArrayList<>();
    try (PreparedStatement update = connection.prepareStatement(CLAIM_OF_CHOSEN)) {
      int parameter = claim.set(update);
      Object[] ids = chosen.stream().map(Candidate::id).toArray();
      update.setArray(parameter++, connection.createArrayOf("uuid", ids));
      update.setString(parameter, claim.backend);
      List<Claimed> claimed = claimed(update, started);
      started(claim, locked, started);
      store.flush();
      return claimed;
    }
  }

  /** The first of each strand that has room, in turn. */
  private static List<Candidate> first(
      Connection connection, Claim claim, List<String> waiting, Room room) throws SQLException {
    Map<String, Integer> rooms = new HashMap<>();
    for (String strand : waiting) {
      int most = Math.min(claim.most, room.of(Strand.parse(strand)));
      if (most > 0) {
        rooms.put(strand, most);
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    if (rooms.isEmpty()) {
      return candidates;
    }
    List<String> strands = List.copyOf(rooms.keySet());
    try (PreparedStatement look = connection.prepareStatement(FIRST_OF_STRANDS)) {
      look.setArray(1, connection.createArrayOf("varchar", strands.toArray()));
      look.setArray(
          2, connection.createArrayOf("int4", strands.stream().map(rooms::get).toArray()));
      look.setString(3, claim.backend);
      look.setObject(4, claim.at());
      look.setInt(5, Integer.MAX_VALUE);
      try (ResultSet rows = look.executeQuery()) {
        while (rows.next()) {
          candidates.add(
              new Candidate(rows.getObject(1, UUID.class), Strand.parse(rows.getString(2))));
        }
      }
    }
    return candidates;
  }

  private static List<Claimed> claimed(PreparedStatement update, List<Strand> started)
      throws SQLException {
    List<Claimed> claimed = new ArrayList<>();
    try (ResultSet rows = update.executeQuery()) {
      while (rows.next()) {
        claimed.add(claimed(rows));
        started.add(Strand.parse(rows.getString(STRAND_COLUMN)));
      }
    }
    claimed.sort(Comparator.comparing(Claimed::turn));
    return claimed;
  }

  private static Claimed claimed(ResultSet row) throws SQLException {
    UUID task = row.getObject(1, UUID.class);
    long limit = row.getLong(8);
    boolean unlimited = row.wasNull();
    Timestamp turn = row.getTimestamp(7);
    return new Claimed(
        Ids.part(task, row.getInt(2)),
        task,
        row.getInt(3),
        row.getString(15),
        row.getString(16),
        row.getString(17),
        row.getString(4),
        row.getInt(5),
        row.getInt(6),
        turn.toInstant(),
        row.getTimestamp(13).toInstant(),
        unlimited ? null : Duration.ofMillis(limit),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getString(12));
  }

  /** Who claims, for what, and how many. */
  private record Claim(UUID node, String backend, boolean startsAtOnce, int most, Instant now) {

    OffsetDateTime at() {
      return now.atOffset(ZoneOffset.UTC);
    }

    /** Sets what is to be written; returns the next parameter. */
    int set(PreparedStatement update) throws SQLException {
      update.setString(1, TaskState.claimed(startsAtOnce).name());
      update.setObject(2, node);
      update.setObject(3, at());
      update.setObject(4, at());
      update.setObject(5, at());
      return 6;
    }
  }

  /** A task that may be claimed. */
  private record Candidate(UUID id, Strand strand) {}
}

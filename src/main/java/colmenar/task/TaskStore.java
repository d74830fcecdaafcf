package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of tasks; nobody else talks to them. */
@SingleInstance
class TaskStore {

  /** As literals, because there is an index of these rows alone. */
  private static final String ACTIVE =
      "(TaskState.SUBMITTING, TaskState.QUEUED, TaskState.RUNNING, TaskState.CANCELING)";

  private final Database database;
  private final MatchStore matches;

  @PersistenceContext(unitName = "colmenar")
  private EntityManager entities;

  @Inject
  @SuppressWarnings("NullAway.Init")
  TaskStore(Database database) {
    this.database = database;
    this.matches = new MatchStore(database);
  }

  void add(Result result) {
    entities.persist(result);
  }

  void remove(Attempt attempt) {
    entities.remove(attempt);
  }

  /**
   * Sends what has changed, so that a lost race shows here and not at the end of the transaction.
   */
  void flush() {
    entities.flush();
  }

  Optional<Task> task(UUID id) {
    return Optional.ofNullable(entities.find(Task.class, id));
  }

  /** Those of them that there are, in no order; only to be looked at. */
  @SuppressWarnings("unchecked")
  List<Task> of(Collection<UUID> ids) {
    return entities
        .createNativeQuery(
            "select * from task t join task_request r on r.task_id = t.id where t.id = any (?1)",
            Task.class)
        .setParameter(1, ids.toArray(UUID[]::new))
        .getResultList();
  }

  /**
   * Locked until the end of the transaction, in the order of their ids. They are the caller's to
   * write down: {@link BulkStore} does it for many at once.
   */
  @SuppressWarnings("unchecked")
  Map<UUID, Task> locked(Set<UUID> ids) {
    String join =
        "select * from task t join task_request r on r.task_id = t.id"
            + " where t.id = any (?1) order by t.id";
    if (database.isShared()) {
      join += " for update of t";
    } else {
      // H2 locks no rows of a join.
      entities
          .createNativeQuery("select id from task where id = any (?1) order by id for update")
          .setParameter(1, ids.toArray(UUID[]::new))
          .getResultList();
    }
    List<Task> tasks =
        entities
            .createNativeQuery(join, Task.class)
            .setParameter(1, ids.toArray(UUID[]::new))
            .getResultList();
    tasks.forEach(entities::detach);
    return byId(tasks, Task::id);
  }

  Optional<TaskInput> input(UUID task) {
    return Optional.ofNullable(entities.find(TaskInput.class, task));
  }

  @SuppressWarnings("unchecked")
  Map<UUID, TaskInput> inputs(Collection<UUID> tasks) {
    return byId(
        entities
            .createNativeQuery(
                "select * from task_request where task_id = any (?1)", TaskInput.class)
            .setParameter(1, tasks.toArray(UUID[]::new))
            .getResultList(),
        TaskInput::taskId);
  }

  /** Every attempt of these tasks that has a row, by its id. */
  @SuppressWarnings("unchecked")
  Map<UUID, Attempt> attempts(Collection<UUID> tasks) {
    return byId(
        entities
            .createNativeQuery("select * from attempt where task_id = any (?1)", Attempt.class)
            .setParameter(1, tasks.toArray(UUID[]::new))
            .getResultList(),
        Attempt::id);
  }

  /** In the order in which they were made. */
  List<Attempt> attemptsOf(UUID task) {
    return entities
        .createQuery(
            "select a from Attempt a where a.taskId = :task order by a.number", Attempt.class)
        .setParameter("task", task)
        .getResultList();
  }

  /** Tasks of a strand that wait for this backend and may run now, the most urgent first. */
  List<Task> ready(String backend, String strand, Instant now, int most) {
    List<Task> waiting =
        entities
            .createQuery(
                "select t from Task t where t.backend = :backend and t.state = TaskState.PENDING"
                    + " and t.strand = :strand and t.readyAt <= :now"
                    + " order by t.backend, t.state, t.strand, t.turnAt, t.id",
                Task.class)
            .setParameter("backend", backend)
            .setParameter("strand", strand)
            .setParameter("now", now)
            .setMaxResults(most)
            .getResultList();
    // Whoever claims them locks them and reads them anew.
    waiting.forEach(entities::detach);
    return waiting;
  }

  /** The tasks that their owner calls so. */
  List<Task> ofClient(String owner, Set<String> clientIds) {
    return entities
        .createQuery(
            "select t from Task t where t.owner = :owner and t.clientId in :ids", Task.class)
        .setParameter("owner", owner)
        .setParameter("ids", clientIds)
        .getResultList();
  }

  /** Tasks that should have begun, or be over, by now. */
  Set<UUID> late(Instant now, int most) {
    Set<UUID> late =
        new TreeSet<>(
            late("t.state = TaskState.PENDING and t.attempts = 0 and t.startBy", now, most));
    late.addAll(
        late(
            "t.state in (TaskState.PENDING, TaskState.SUBMITTING, TaskState.QUEUED,"
                + " TaskState.RUNNING) and t.finishBy",
            now,
            most));
    return late;
  }

  private List<UUID> late(String condition, Instant now, int most) {
    return entities
        .createQuery("select t.id from Task t where " + condition + " <= :now", UUID.class)
        .setParameter("now", now)
        .setMaxResults(most)
        .getResultList();
  }

  /** Tasks whose current attempt a node has on this backend. */
  List<Task> active(UUID node, String backend) {
    return entities
        .createQuery(
            "select t from Task t where t.nodeId = :node and t.backend = :backend and t.state in "
                + ACTIVE,
            Task.class)
        .setParameter("node", node)
        .setParameter("backend", backend)
        .getResultList();
  }

  /** Those of them that have been asked to end. */
  List<Task> canceling(UUID node, String backend) {
    return entities
        .createQuery(
            "select t from Task t where t.nodeId = :node and t.backend = :backend"
                + " and t.state = TaskState.CANCELING",
            Task.class)
        .setParameter("node", node)
        .setParameter("backend", backend)
        .getResultList();
  }

  /** What a node has, of all backends. */
  List<Active> active(UUID node) {
    return entities
        .createQuery(
            "select t.id, t.fence, t.state, t.backend, t.strand from Task t"
                + " where t.nodeId = :node and t.state in "
                + ACTIVE,
            Object[].class)
        .setParameter("node", node)
        .getResultList()
        .stream()
        .map(
            row ->
                new Active(
                    (UUID) row[0],
                    Ids.part((UUID) row[0], (Integer) row[1]),
                    (TaskState) row[2],
                    (String) row[3],
                    Strand.parse((String) row[4]).method()))
        .toList();
  }

  /** Gives what one node has on these backends to another. */
  int adopt(UUID from, UUID to, Set<String> backends) {
    return entities
        .createQuery(
            "update Task t set t.nodeId = :to, t.rowVersion = t.rowVersion + 1"
                + " where t.nodeId = :from and t.backend in :backends and t.state in "
                + ACTIVE)
        .setParameter("from", from)
        .setParameter("to", to)
        .setParameter("backends", backends)
        .executeUpdate();
  }

  /** Tasks that fit a filter, in the order of their ids; nothing is locked. */
  List<Match> look(TaskFilter filter, Span span, int most) {
    return matches.look(filter, span, most);
  }

  /** Like {@link #look}, with patience for the text of a filter. */
  Search search(TaskFilter filter, Span span, int most, Patience patience) {
    return filter.text() == null
        ? Search.of(look(filter, span, most), most)
        : matches.search(filter, span, most, patience);
  }

  /** In the order of these ids; those that are there. */
  List<Task> tasks(List<UUID> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    Map<UUID, Task> found =
        byId(
            entities
                .createQuery("select t from Task t where t.id in :ids", Task.class)
                .setParameter("ids", ids)
                .getResultList(),
            Task::id);
    return ids.stream().flatMap(id -> Stream.ofNullable(found.get(id))).toList();
  }

  /**
   * The tasks that are not over, counted. Waiting and active ones apart, because each have an index
   * of their own: no task that is over is looked at.
   */
  List<Queued> queued() {
    List<Queued> queued = new ArrayList<>();
    for (String states : List.of("(TaskState.PENDING)", ACTIVE)) {
      queued.addAll(
          entities
              .createQuery(
                  "select new colmenar.task.Queued(t.backend, t.state, count(t), min(t.readyAt))"
                      + " from Task t where t.state in "
                      + states
                      + " group by t.backend, t.state",
                  Queued.class)
              .getResultList());
    }
    return queued;
  }

  Optional<Result> outcome(UUID task) {
    return entities
        .createQuery(
            "select r from Result r where r.taskId = :task and r.complete = true", Result.class)
        .setParameter("task", task)
        .getResultStream()
        .findFirst();
  }

  /** Streamed items of all attempts, in order, from a position on. */
  List<Result> items(UUID task, int skip, int most) {
    return entities
        .createQuery(
            "select r from Result r where r.taskId = :task and r.complete = false"
                + " order by r.attemptNumber, r.itemIndex",
            Result.class)
        .setParameter("task", task)
        .setFirstResult(skip)
        .setMaxResults(most)
        .getResultList();
  }

  private static <T> Map<UUID, T> byId(List<T> found, Function<T, UUID> id) {
    return found.stream().collect(Collectors.toMap(id, Function.identity()));
  }
}

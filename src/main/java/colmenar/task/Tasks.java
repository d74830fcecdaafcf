package colmenar.task;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Handle;
import colmenar.backend.Outcome;
import colmenar.backend.Recovered;
import colmenar.backend.Refusal;
import colmenar.limit.Rules;
import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import colmenar.problem.IllegalMoveException;
import colmenar.problem.NotFoundException;
import colmenar.task.TaskRequest.ClientId;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The use cases of tasks, each one transaction of a few statements. Never called by an adapter, and
 * never calls a backend.
 */
@SingleInstance
@Transactional
public class Tasks {

  private static final Duration REFUSED_DELAY = Duration.ofSeconds(1);

  /** Of somebody who looks at a list. */
  private static final Patience OF_A_READER = new Patience(20_000, Duration.ofMillis(200));

  /** Tasks that take different licences wait in strands of their own, so a group may have some. */
  private static final int MOST_STRANDS = 1000;

  private final TaskStore store;
  private final QueueStore queue;
  private final BulkStore bulk;
  private final SuccessStore successes;
  private final AnswerStore answers;
  private final Ids ids;
  private final Clock clock;
  private final Announcer announcer;
  private final StrandStore strandStore;
  private final Strands strands;
  private final Rules rules;
  private final Ageing ageing;
  private final RetryPolicy retryPolicy = new RetryPolicy(RandomGenerator.getDefault());

  @Inject
  public Tasks(
      TaskStore store,
      QueueStore queue,
      BulkStore bulk,
      SuccessStore successes,
      AnswerStore answers,
      Ids ids,
      Clock clock,
      Announcer announcer,
      StrandStore strandStore,
      Strands strands,
      Rules rules,
      @ConfigProperty(name = "colmenar.priority.step-seconds", defaultValue = "60")
          int priorityStepSeconds) {
    this.store = store;
    this.queue = queue;
    this.bulk = bulk;
    this.successes = successes;
    this.answers = answers;
    this.ids = ids;
    this.clock = clock;
    this.announcer = announcer;
    this.strandStore = strandStore;
    this.strands = strands;
    this.rules = rules;
    this.ageing = Ageing.ofSeconds(priorityStepSeconds);
  }

  /**
   * Makes a task of each request, all or none; but none of a request whose client id is known.
   *
   * @throws jakarta.persistence.OptimisticLockException when another request uses the same client
   *     ids at the same moment: look again
   */
  public List<Submitted> submit(String owner, List<TaskRequest> requests) {
    return submit(owner, requests, null).submitted();
  }

  /**
   * Like {@link #submit(String, List)}, where some of the tasks may begin at once.
   *
   * @param start where they may; not while limits or gates concern it
   */
  public Begun<List<Submitted>> submit(
      String owner, List<TaskRequest> requests, @Nullable DirectStart start) {
    Instant now = clock.instant();
    Map<String, Task> known = knownToClient(owner, requests);
    List<Submitted> submitted = new ArrayList<>(requests.size());
    List<NewTask> made = new ArrayList<>(requests.size());
    for (TaskRequest request : requests) {
      ClientId client = request.clientId();
      Task same = client == null ? null : known.get(client.id());
      if (client != null && same != null) {
        boolean equal = client.print().equals(same.clientPrint());
        submitted.add(new Submitted(same, equal ? Submitted.Kind.KNOWN : Submitted.Kind.DIFFERENT));
        continue;
      }
      Task task = new Task(ids.next(), owner, request, ageing, now);
      if (client != null) {
        known.put(client.id(), task);
      }
      made.add(new NewTask(task, new TaskInput(task.id(), request), request.labels()));
      submitted.add(new Submitted(task, Submitted.Kind.MADE));
    }
    List<Deed.Claims> begun = new ArrayList<>(1);
    if (start != null && rules.limits().isEmpty() && !rules.paused(start.backend())) {
      begun.add(start.begin(made, now));
    }
    bulk.insertTasks(made);
    List<Task> tasks = made.stream().map(NewTask::task).toList();
    strands.note(tasks, now);
    announcer.announce(TaskChanges.ready(waitedFor(tasks)));
    announcer.tell(new Deed.Submitted(tasks, begun));
    return new Begun<>(
        submitted, begun.stream().flatMap(claims -> claims.attempts().stream()).toList());
  }

  private static Set<String> waitedFor(List<Task> tasks) {
    return tasks.stream()
        .filter(task -> task.state() == TaskState.PENDING)
        .map(Task::backend)
        .collect(Collectors.toSet());
  }

  /**
   * Like {@link #submit}, once for a key: whoever comes again gets the answer of the first time.
   *
   * @param answer written with the tasks
   * @throws colmenar.problem.InvalidException when something else was asked for under the key
   */
  public Begun<String> submitOnce(
      String owner,
      RequestKey key,
      List<TaskRequest> requests,
      Function<List<Submitted>, String> answer,
      @Nullable DirectStart start) {
    Optional<String> before = answers.answer(owner, key);
    if (before.isPresent()) {
      return new Begun<>(before.get(), List.of());
    }
    Begun<List<Submitted>> begun = submit(owner, requests, start);
    String text = answer.apply(begun.submitted());
    answers.add(owner, key, text, clock.instant());
    return new Begun<>(text, begun.attempts());
  }

  private Map<String, Task> knownToClient(String owner, List<TaskRequest> requests) {
    Set<String> clientIds =
        requests.stream()
            .flatMap(request -> Stream.ofNullable(request.clientId()))
            .map(ClientId::id)
            .collect(Collectors.toSet());
    Map<String, Task> known = new HashMap<>();
    if (!clientIds.isEmpty()) {
      store
          .ofClient(owner, clientIds)
          .forEach(task -> known.put(task.clientId().orElseThrow(), task));
    }
    return known;
  }

  /** Forgets answers to requests with a key that were given before; at most so many at once. */
  public int forgetAnswers(Instant before, int most) {
    return answers.forget(before, most);
  }

  public Task get(UUID id) {
    return store.task(id).orElseThrow(() -> new NotFoundException("no task " + id));
  }

  public TaskInput input(UUID id) {
    get(id);
    return store.input(id).orElseThrow(() -> new NotFoundException("no inputs of task " + id));
  }

  /**
   * Newest first.
   *
   * @param before only tasks made before the one of this id: the cursor
   */
  public List<Task> list(TaskFilter filter, @Nullable UUID before, int most) {
    return store.tasks(
        store.look(filter, Span.down(before), most).stream().map(Match::id).toList());
  }

  /**
   * Newest first. Of a filter with a text a page may have few tasks, or none, and yet not be the
   * last: it looks at a bounded number of them, for a bounded time.
   *
   * @param before only tasks made before the one of this id: the cursor
   */
  public TaskPage page(TaskFilter filter, @Nullable UUID before, int most) {
    Search search = store.search(filter, Span.down(before), most + 1, OF_A_READER);
    List<UUID> found = search.found().stream().map(Match::id).limit(most).toList();
    UUID next =
        search.found().size() > most
            ? found.get(most - 1)
            : search.complete() ? null : search.last();
    return new TaskPage(store.tasks(found), next, search.lookedAt());
  }

  /** Every attempt so far, in order. */
  public List<Attempt> attempts(UUID id) {
    Task task = get(id);
    List<Attempt> attempts = new ArrayList<>(store.attemptsOf(id));
    if (task.state().active() && attempts.size() < task.attempts()) {
      attempts.add(Attempt.current(task));
    }
    return attempts;
  }

  public Attempt attempt(UUID id, int number) {
    return attempts(id).stream()
        .filter(attempt -> attempt.number() == number)
        .findFirst()
        .orElseThrow(() -> new NotFoundException("no attempt " + number + " of task " + id));
  }

  public List<Result> items(UUID id, int skip, int most) {
    get(id);
    return store.items(id, skip, most);
  }

  /** Notes that the owner has fetched the outcome; only the first time counts. */
  public void delivered(UUID id) {
    Instant now = clock.instant();
    Optional<Result> received = store.outcome(id).filter(outcome -> outcome.received(now));
    if (received.isPresent()) {
      Task task = get(id);
      store.flush();
      announcer.tell(
          new Deed.Fetched(task.backend(), task.methodName(), received.get().sentAt(), now));
    }
  }

  /** The tasks that are not over, counted by backend and state. */
  public List<Queued> queued() {
    return store.queued();
  }

  /** The tasks of a backend that are not over, counted by state. */
  public Map<TaskState, Long> counts(String backend) {
    return Unfinished.of(strandStore.unfinished(backend)).byState();
  }

  /** Cancels a waiting task, or asks the backend of an active one; see {@link Task}. */
  public Task cancel(UUID id) {
    return amend(id, Amendments::cancel);
  }

  /** Makes a task more or less urgent; see {@link Task}. */
  public Task reprioritize(UUID id, int priority) {
    return amend(id, (amendments, task) -> amendments.reprioritize(task, priority));
  }

  /** Makes a waiting task wait for another backend; see {@link Task}. */
  public Task move(UUID id, String backend, Placement placement) {
    return amend(
        id,
        (amendments, task) -> {
          String options = input(id).options();
          amendments.move(
              task,
              backend,
              options,
              placement.options(
                  task.methodName(), task.methodVersion(), task.backend(), backend, options));
        });
  }

  /**
   * Deletes a task that is over, with all that belongs to it.
   *
   * @throws IllegalMoveException when it is not over
   */
  public void delete(UUID id) {
    amend(
        id,
        (amendments, task) -> {
          if (!task.state().terminal()) {
            throw new IllegalMoveException(
                "task %s is %s; only one that is over can be deleted".formatted(id, task.state()));
          }
          amendments.remove(task, Deed.Deleted.Cause.REQUEST);
        });
  }

  private Task amend(UUID id, BiConsumer<Amendments, Task> change) {
    Task task =
        Optional.ofNullable(store.locked(Set.of(id)).get(id))
            .orElseThrow(() -> new NotFoundException("no task " + id));
    Amendments amendments = amendments();
    change.accept(amendments, task);
    amendments.close();
    return task;
  }

  /** For changes of tasks within the transaction that is under way. */
  Amendments amendments() {
    return new Amendments(bulk, strands, announcer, ageing, clock.instant());
  }

  /** Of the waiting tasks the largest groups, largest first. */
  public List<WaitingGroup> waiting(int most) {
    List<WaitingStrand> strands = strandStore.largest(MOST_STRANDS);
    Map<UUID, Task> firsts =
        store.tasks(strands.stream().map(WaitingStrand::first).toList()).stream()
            .collect(Collectors.toMap(Task::id, Function.identity()));
    Map<List<String>, WaitingGroup> groups = new LinkedHashMap<>();
    for (WaitingStrand waiting : strands) {
      Task first = firsts.get(waiting.first());
      if (first != null && first.state() == TaskState.PENDING) {
        Strand strand = Strand.parse(waiting.strand());
        groups.merge(
            List.of(waiting.backend(), strand.method(), strand.owner()),
            new WaitingGroup(
                waiting.backend(), strand.method(), strand.owner(), waiting.tasks(), first),
            WaitingGroup::plus);
      }
    }
    return groups.values().stream()
        .sorted(Comparator.comparingLong(WaitingGroup::tasks).reversed())
        .limit(most)
        .toList();
  }

  /** What is active now counts for so much, by the id of the limit that it would count for. */
  public Map<String, Long> used() {
    return Room.used(strandStore.active());
  }

  /** How many tasks that could start now come before this one, counted up to a number. */
  public int ahead(Task task, int most) {
    return queue.ahead(task, clock.instant(), most);
  }

  /** How many tasks are not over, by state and by owner. */
  public Unfinished unfinished() {
    return Unfinished.of(strandStore.unfinished());
  }

  /**
   * Ends tasks whose time is over: waiting ones fail, of active ones the backend is asked.
   *
   * @return how many; there may be more when it is {@code most}
   */
  public int expire(int most) {
    Instant now = clock.instant();
    Collection<Task> late = store.locked(store.late(now, most)).values();
    Amendments amendments = amendments();
    late.stream().filter(task -> task.isLate(now)).forEach(amendments::expire);
    amendments.close();
    return late.size();
  }

  /**
   * Takes the most urgent waiting tasks of a backend for a node, and makes an attempt of each.
   *
   * @return none when the node has been declared dead, or the backend or the server is paused; no
   *     more than limits allow
   */
  public List<Claimed> claim(UUID node, String backend, boolean startsAtOnce, int most) {
    if (rules.paused(backend)) {
      return List.of();
    }
    Instant now = clock.instant();
    List<Claimed> claimed = queue.claim(node, backend, startsAtOnce, most, now);
    if (!claimed.isEmpty()) {
      announcer.tell(new Deed.Claims(backend, TaskState.claimed(startsAtOnce), claimed, now));
    }
    return claimed;
  }

  /** Records what a backend did not take: rejected tasks fail, the others wait again. */
  public void refused(UUID node, Collection<Refusal> refusals) {
    Ledger ledger = ledger(node, refusals.stream().map(Refusal::attempt).toList());
    for (Refusal refusal : refusals) {
      ledger.with(
          refusal.attempt(),
          task -> {
            if (refusal.kind() == Refusal.Kind.REJECTED) {
              Failure failure =
                  new Failure(FailureClass.REJECTED, "Rejected", refusal.reason(), null);
              ledger.finish(task, new Outcome.Failed(failure));
            } else {
              ledger.release(task, REFUSED_DELAY);
            }
          });
    }
    close(ledger);
  }

  /**
   * Records what a backend reports to a node; told again, or told of an attempt that is over or
   * that another node has taken over, it is ignored.
   */
  public void record(UUID node, List<Event> events) {
    Set<UUID> entered = enterSuccesses(node, events);
    List<Event> others =
        events.stream().filter(event -> !entered.contains(event.attempt())).toList();
    if (others.isEmpty()) {
      return;
    }
    Ledger ledger = ledger(node, others.stream().map(Event::attempt).toList());
    others.forEach(event -> ledger.with(event.attempt(), task -> ledger.apply(task, event)));
    close(ledger);
  }

  /** The attempts of which nothing but their success is told; those that were entered. */
  private Set<UUID> enterSuccesses(UUID node, List<Event> events) {
    List<Event.Finished> usual =
        events.stream().collect(Collectors.groupingBy(Event::attempt)).values().stream()
            .filter(told -> told.size() == 1)
            .flatMap(List::stream)
            .filter(Event.Finished.class::isInstance)
            .map(Event.Finished.class::cast)
            .filter(end -> end.outcome() instanceof Outcome.Succeeded)
            .toList();
    List<End> ends = successes.enter(node, usual, clock.instant());
    if (!ends.isEmpty()) {
      announcer.announce(
          new TaskChanges(
              Set.of(),
              ends.stream().map(End::backend).collect(Collectors.toSet()),
              ends.stream().map(End::task).collect(Collectors.toSet()),
              ends.stream()
                  .map(end -> new Inbox(end.owner(), end.topic()))
                  .collect(Collectors.toSet()),
              Set.of()));
      announcer.tell(new Deed.Settled(ends, List.of()));
    }
    return ends.stream().map(End::attempt).collect(Collectors.toSet());
  }

  /** The attempts that a node has on a backend. */
  public List<Handle> active(UUID node, String backend) {
    return handles(store.active(node, backend));
  }

  /** Those of them that have been asked to end and have not. */
  public List<UUID> canceling(UUID node, String backend) {
    return store.canceling(node, backend).stream()
        .flatMap(task -> task.attemptId().stream())
        .toList();
  }

  /** The attempts that a node has on all of its backends. */
  public List<Active> active(UUID node) {
    return store.active(node);
  }

  private List<Handle> handles(List<Task> tasks) {
    Map<UUID, Attempt> told = store.attempts(tasks.stream().map(Task::id).toList());
    return tasks.stream()
        .flatMap(task -> task.attemptId().stream())
        .map(
            id ->
                new Handle(
                    id, Optional.ofNullable(told.get(id)).flatMap(Attempt::nativeId).orElse(null)))
        .toList();
  }

  /** Records what became of attempts that were handed over before a restart, or by another node. */
  public void recovered(UUID node, List<Recovered> answers) {
    Ledger ledger = ledger(node, answers.stream().map(Recovered::attempt).toList());
    for (Recovered answer : answers) {
      ledger.with(answer.attempt(), task -> ledger.recover(task, answer));
    }
    close(ledger);
  }

  /**
   * Gives to a node what a dead one had on these backends.
   *
   * @return how many attempts
   */
  public int adopt(UUID dead, UUID node, Set<String> backends) {
    return store.adopt(dead, node, backends);
  }

  private void close(Ledger ledger) {
    announcer.announce(ledger.close());
    Deed.Settled settled = ledger.settled();
    if (settled.any()) {
      announcer.tell(settled);
    }
  }

  private Ledger ledger(UUID node, List<UUID> attempts) {
    return new Ledger(attempts, store, bulk, retryPolicy, ageing, strands, node, clock.instant());
  }
}

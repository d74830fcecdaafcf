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
import colmenar.problem.NotFoundException;
import colmenar.task.TaskRequest.ClientId;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The use cases of tasks, each one transaction of a few statements. Never called by an adapter, and
 * never calls a backend.
 */
@SingleInstance
@Transactional
public class Tasks {

  private static final Duration REFUSED_DELAY = Duration.ofSeconds(1);

  private final TaskStore store;
  private final QueueStore queue;
  private final BulkStore bulk;
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
    Instant now = clock.instant();
    Map<String, Task> known = knownToClient(owner, requests);
    List<Submitted> submitted = new ArrayList<>(requests.size());
    List<NewTask> made = new ArrayList<>(requests.size());
    Set<String> ready = new HashSet<>();
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
      ready.add(task.backend());
    }
    bulk.insertTasks(made);
    List<Task> tasks = made.stream().map(NewTask::task).toList();
    strands.note(tasks, now);
    announcer.announce(TaskChanges.ready(ready));
    announcer.tell(new Deed.Submitted(tasks));
    return submitted;
  }

  /**
   * Like {@link #submit}, once for a key: whoever comes again gets the answer of the first time.
   *
   * @param answer written with the tasks
   * @throws colmenar.problem.InvalidException when something else was asked for under the key
   */
  public String submitOnce(
      String owner,
      RequestKey key,
      List<TaskRequest> requests,
      Function<List<Submitted>, String> answer) {
    Optional<String> before = answers.answer(owner, key);
    if (before.isPresent()) {
      return before.get();
    }
    String text = answer.apply(submit(owner, requests));
    answers.add(owner, key, text, clock.instant());
    return text;
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

  public List<Task> list(TaskFilter filter, int most) {
    return store.list(filter, most);
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

  public Map<TaskState, Long> counts(String backend) {
    return store.countsByState(backend);
  }

  /** Cancels a waiting task, or asks the backend of an active one; see {@link Task}. */
  public Task cancel(UUID id) {
    Task task =
        Optional.ofNullable(store.locked(Set.of(id)).get(id))
            .orElseThrow(() -> new NotFoundException("no task " + id));
    boolean wasOver = task.state().terminal();
    Instant now = clock.instant();
    boolean askBackend = task.cancel(now);
    bulk.update(List.of(task));
    if (task.state() == TaskState.CANCELED && !wasOver) {
      bulk.insertResults(List.of(Result.outcome(task, null, now)));
      announcer.announce(TaskChanges.finished(task));
      announcer.tell(new Deed.Settled(List.of(End.waiting(task, now)), List.of()));
    }
    if (askBackend) {
      announcer.announce(TaskChanges.canceling(task.attemptId().orElseThrow()));
      announcer.tell(new Deed.Stepped(List.of(Step.moved(task, now))));
    }
    return task;
  }

  /** Makes a task more or less urgent; see {@link Task}. */
  public Task reprioritize(UUID id, int priority) {
    Task task = get(id);
    task.reprioritize(priority, ageing);
    store.flush();
    announcer.tell(new Deed.Stepped(List.of(Step.reprioritized(task, clock.instant()))));
    if (task.state() == TaskState.PENDING) {
      announcer.announce(TaskChanges.ready(Set.of(task.backend())));
    }
    return task;
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
    List<Result> results = new ArrayList<>();
    Set<UUID> finished = new HashSet<>();
    Set<Inbox> inboxes = new HashSet<>();
    Set<UUID> canceling = new HashSet<>();
    List<End> ends = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (Task task : late) {
      if (!task.isLate(now)) {
        continue;
      }
      if (task.expire(now)) {
        canceling.add(task.attemptId().orElseThrow());
        steps.add(Step.moved(task, now));
      } else {
        results.add(Result.outcome(task, null, now));
        finished.add(task.id());
        inboxes.add(Inbox.of(task));
        ends.add(End.waiting(task, now));
      }
    }
    bulk.update(late);
    bulk.insertResults(results);
    announcer.announce(new TaskChanges(Set.of(), finished, inboxes, canceling));
    announcer.tell(new Deed.Settled(steps, ends, List.of()));
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
      TaskState state = startsAtOnce ? TaskState.RUNNING : TaskState.SUBMITTING;
      announcer.tell(new Deed.Claims(backend, state, claimed, now));
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
    Ledger ledger = ledger(node, events.stream().map(Event::attempt).toList());
    events.forEach(event -> ledger.with(event.attempt(), task -> ledger.apply(task, event)));
    close(ledger);
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

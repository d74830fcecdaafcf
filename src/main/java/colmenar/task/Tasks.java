package colmenar.task;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Handle;
import colmenar.backend.Outcome;
import colmenar.backend.Recovered;
import colmenar.backend.Refusal;
import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The use cases of tasks, each one transaction of a few statements. Never called by an adapter, and
 * never calls a backend.
 */
@SingleInstance
@Transactional
public class Tasks {

  private static final Set<TaskState> ACTIVE =
      EnumSet.of(TaskState.SUBMITTING, TaskState.QUEUED, TaskState.RUNNING, TaskState.CANCELING);

  private static final Duration REFUSED_DELAY = Duration.ofSeconds(1);

  private final TaskStore store;
  private final Ids ids;
  private final Clock clock;
  private final Announcer announcer;
  private final RetryPolicy retryPolicy = new RetryPolicy(RandomGenerator.getDefault());

  @Inject
  public Tasks(TaskStore store, Ids ids, Clock clock, Announcer announcer) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.announcer = announcer;
  }

  /** Makes a task of each request, all or none. */
  public List<Task> submit(String owner, List<TaskRequest> requests) {
    Instant now = clock.instant();
    List<Task> tasks = new ArrayList<>(requests.size());
    Set<String> ready = new HashSet<>();
    for (TaskRequest request : requests) {
      Task task = new Task(ids.next(), owner, request, now);
      store.add(task, new TaskInput(task.id(), request));
      tasks.add(task);
      ready.add(task.backend());
    }
    store.flush();
    announcer.ready(ready);
    return tasks;
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

  public List<Attempt> attempts(UUID id) {
    get(id);
    return store.attemptsOf(id);
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

  public TaskReport report(UUID id) {
    Task task = get(id);
    Optional<Attempt> attempt =
        task.attemptId()
            .flatMap(current -> Optional.ofNullable(store.attempts(List.of(current)).get(current)));
    return new TaskReport(task, input(id), attempt, store.outcome(id));
  }

  /** Notes that the owner has fetched the outcome; only the first time counts. */
  public void delivered(UUID id) {
    if (get(id).delivered(clock.instant())) {
      store.flush();
    }
  }

  public Map<TaskState, Long> counts(String backend) {
    return store.countsByState(backend);
  }

  /** Cancels a waiting task, or asks the backend of an active one; see {@link Task}. */
  public Task cancel(UUID id) {
    Task task = get(id);
    boolean wasOver = task.state().terminal();
    boolean askBackend = task.cancel(clock.instant());
    if (askBackend) {
      task.attemptId().ifPresent(attempt -> announcer.canceling(Set.of(attempt)));
    } else if (task.state() == TaskState.CANCELED && !wasOver) {
      store.add(Result.outcome(id, task.attempts(), task.items(), null, clock.instant()));
      announcer.finished(Set.of(id));
    }
    store.flush();
    return task;
  }

  /** Takes the most urgent waiting tasks of a backend and makes an attempt of each. */
  public List<Claimed> claim(String backend, boolean startsAtOnce, int most) {
    Instant now = clock.instant();
    List<Task> tasks = store.ready(backend, now, most);
    if (tasks.isEmpty()) {
      return List.of();
    }
    Map<UUID, TaskInput> inputs = store.inputs(tasks.stream().map(Task::id).toList());
    List<Claimed> claimed = new ArrayList<>(tasks.size());
    for (Task task : tasks) {
      Attempt attempt = task.claim(ids.next(), startsAtOnce, now);
      store.add(attempt);
      claimed.add(new Claimed(attempt.id(), task, Objects.requireNonNull(inputs.get(task.id()))));
    }
    store.flush();
    return claimed;
  }

  /** Records what a backend did not take: rejected tasks fail, the others wait again. */
  public void refused(Collection<Refusal> refusals) {
    Ledger ledger = ledger(refusals.stream().map(Refusal::attempt).toList());
    for (Refusal refusal : refusals) {
      ledger.with(
          refusal.attempt(),
          (task, attempt) -> {
            if (refusal.kind() == Refusal.Kind.REJECTED) {
              Failure failure =
                  new Failure(FailureClass.REJECTED, "Rejected", refusal.reason(), null);
              ledger.finish(task, attempt, new Outcome.Failed(failure));
            } else {
              ledger.release(task, attempt, REFUSED_DELAY);
            }
          });
    }
    close(ledger);
  }

  /**
   * Records what a backend reports; told again, or told of an attempt that is over, it is ignored.
   */
  public void record(List<Event> events) {
    Ledger ledger = ledger(events.stream().map(Event::attempt).toList());
    events.forEach(event -> ledger.with(event.attempt(), (t, a) -> ledger.apply(t, a, event)));
    close(ledger);
  }

  /**
   * The attempts of a backend that are not over, as left by this or an earlier life of the server.
   */
  public List<Handle> active(String backend) {
    return handles(store.inStates(backend, ACTIVE));
  }

  /** The attempts of a backend that have been asked to end and have not. */
  public List<Handle> canceling(String backend) {
    return handles(store.inStates(backend, EnumSet.of(TaskState.CANCELING)));
  }

  private List<Handle> handles(List<Task> tasks) {
    List<UUID> current = tasks.stream().flatMap(task -> task.attemptId().stream()).toList();
    return current.isEmpty()
        ? List.of()
        : store.attempts(current).values().stream()
            .map(attempt -> new Handle(attempt.id(), attempt.nativeId().orElse(null)))
            .toList();
  }

  /** Records what became of attempts that were handed over before a restart. */
  public void recovered(List<Recovered> answers) {
    Ledger ledger = ledger(answers.stream().map(Recovered::attempt).toList());
    for (Recovered answer : answers) {
      ledger.with(answer.attempt(), (task, attempt) -> ledger.recover(task, attempt, answer));
    }
    close(ledger);
  }

  private Ledger ledger(List<UUID> attempts) {
    return new Ledger(attempts, store, retryPolicy, clock.instant());
  }

  private void close(Ledger ledger) {
    store.flush();
    announcer.ready(ledger.ready());
    announcer.finished(ledger.finished());
  }
}

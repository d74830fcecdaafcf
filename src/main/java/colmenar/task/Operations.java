package colmenar.task;

import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The use cases of operations, each one transaction; a chunk of an operation is one of them. */
@SingleInstance
@Transactional
public class Operations {

  /** Looking is cheaper than changing: so many are looked at for one chunk, at most. */
  private static final int MOST_LOOKED_AT = 2000;

  /** Of a chunk, one transaction, when a text has to be in the tasks. */
  private static final Patience OF_A_CHUNK = new Patience(50_000, Duration.ofSeconds(10));

  private static final Patience OF_A_PREVIEW = new Patience(1_000_000, Duration.ofSeconds(2));

  private static final int MOST_PREVIEWED = 10_000;
  private static final int MOST_DUE = 20;

  /** When a chunk has to wait for room, it looks again after this time. */
  private static final Duration REST = Duration.ofSeconds(1);

  private final OperationStore store;
  private final TaskStore taskStore;
  private final AnswerStore answers;
  private final Tasks tasks;
  private final Ids ids;
  private final Clock clock;

  @Inject
  public Operations(
      OperationStore store,
      TaskStore taskStore,
      AnswerStore answers,
      Tasks tasks,
      Ids ids,
      Clock clock) {
    this.store = store;
    this.taskStore = taskStore;
    this.answers = answers;
    this.tasks = tasks;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Makes an operation, once for a key: whoever comes again gets the one of the first time.
   *
   * @throws colmenar.problem.InvalidException when something else was asked for under the key
   */
  public Operation make(String owner, OperationRequest request, @Nullable RequestKey key) {
    Optional<String> before = key == null ? Optional.empty() : answers.answer(owner, key);
    if (before.isPresent()) {
      return get(UUID.fromString(before.get()));
    }
    Instant now = clock.instant();
    Operation operation = new Operation(ids.next(), owner, request, now);
    store.add(operation);
    if (key != null) {
      answers.add(owner, key, operation.id().toString(), now);
    }
    return operation;
  }

  public Operation get(UUID id) {
    return store.operation(id).orElseThrow(() -> new NotFoundException("no operation " + id));
  }

  /**
   * Newest first.
   *
   * @param before only those made before the one of this id: the cursor
   */
  public List<Operation> list(@Nullable UUID before, int most) {
    return store.list(before, most);
  }

  /** Ends an operation between two chunks; what it has changed stays. */
  public Operation stop(UUID id) {
    Operation operation =
        store.locked(id).orElseThrow(() -> new NotFoundException("no operation " + id));
    operation.stop(clock.instant());
    store.flush();
    return operation;
  }

  /** What an operation would do now; nothing is changed. Of many tasks the oldest are counted. */
  public Preview preview(OperationRequest request, Terms terms) {
    Search search =
        taskStore.search(
            request.filter(), Span.up(null, ids.next()), MOST_PREVIEWED + 1, OF_A_PREVIEW);
    List<Match> found = search.found();
    Tally tally = new Tally();
    Judge judge = new Judge(request, terms);
    for (Match match : found.subList(0, Math.min(found.size(), MOST_PREVIEWED))) {
      judge.skips(match).ifPresentOrElse(tally::skips, tally::changes);
    }
    return new Preview(tally, search.complete());
  }

  /** Operations that could go on now, the one that has waited longest first. */
  public List<UUID> due() {
    return store.due(clock.instant(), MOST_DUE);
  }

  /**
   * Carries an operation on by one chunk.
   *
   * @return whether that was possible: not when another server has it, it is over, or has to wait
   */
  public boolean carryOn(UUID id, Terms terms) {
    Instant now = clock.instant();
    Optional<Operation> free = store.free(id).filter(found -> found.isDue(now));
    if (free.isEmpty()) {
      return false;
    }
    Operation operation = free.get();
    operation.begin(now);
    // What a rerun makes has to come after the operation, or it would come to that too.
    ids.goBeyond(id);
    int most = operation.chunk() == 1 ? 1 : MOST_LOOKED_AT;
    Search search = taskStore.search(operation.filter(), operation.remaining(), most, OF_A_CHUNK);
    Chunk chunk = new Chunk(operation.request(), taskStore, tasks, terms);
    boolean came = chunk.change(search.found(), operation.chunk());
    operation.advance(came ? search.last() : chunk.last(), chunk.tally(), now);
    Optional<String> obstacle = chunk.obstacle();
    obstacle.ifPresent(why -> operation.waits(why, now.plus(REST)));
    if (came && search.complete()) {
      operation.done(clock.instant());
    }
    store.flush();
    return obstacle.isEmpty();
  }

  /** Notes that a chunk of an operation went wrong; all of it was rolled back. */
  public Operation troubled(UUID id, String message) {
    Operation operation =
        store.locked(id).orElseThrow(() -> new NotFoundException("no operation " + id));
    operation.trouble(message, clock.instant());
    if (operation.passesOver()) {
      taskStore.look(operation.filter(), operation.remaining(), 1).stream()
          .findFirst()
          .ifPresent(match -> operation.passOver(match.id()));
    }
    store.flush();
    return operation;
  }
}

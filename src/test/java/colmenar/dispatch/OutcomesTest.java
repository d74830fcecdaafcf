package colmenar.dispatch;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.cluster.Identity;
import colmenar.platform.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OutcomesTest {

  private static final UUID NODE = new UUID(0, 1);
  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final Identity identity = new Identity(NODE);
  private final RecordingTasks tasks = new RecordingTasks();
  private final SwitchedDatabase database = new SwitchedDatabase();
  private final Outcomes outcomes = new Outcomes(tasks, identity, database, OutcomesTest::inThread);

  private static void inThread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private static Event succeeded(long attempt) {
    return new Event.Finished(new UUID(0, attempt), new Outcome.Succeeded("1"), null, NOW);
  }

  private static Event item(long attempt, int index) {
    return new Event.Item(new UUID(0, attempt), index, "1", NOW);
  }

  private static Event notStored(long attempt) {
    return new Event.Finished(
        new UUID(0, attempt),
        new Outcome.Failed(
            new Failure(
                FailureClass.INFRASTRUCTURE,
                "OutcomeNotStored",
                "the outcome could not be stored; the server's log says why",
                null)),
        null,
        NOW);
  }

  private CompletableFuture<Void> report(Event... events) {
    return outcomes.on(List.of(events)).toCompletableFuture();
  }

  /** Reports and waits, as whoever must not run away from the database. */
  private void tell(Event... events) {
    report(events).join();
  }

  private static void join(List<CompletableFuture<Void>> reports) throws Exception {
    CompletableFuture.allOf(reports.toArray(CompletableFuture[]::new)).get(20, SECONDS);
  }

  /**
   * Nine of them come while the writer is busy with the first; returns when all have been heard.
   */
  private void reportTenOfWhichNineWaitForTheWriter() throws Exception {
    tasks.gate.acquire();
    List<CompletableFuture<Void>> reports = new ArrayList<>(List.of(report(succeeded(0))));
    await().until(() -> tasks.held.get() == 1);
    IntStream.range(1, 10).forEach(i -> reports.add(report(succeeded(i))));

    tasks.gate.release();
    join(reports);
  }

  @Test
  void a_stage_that_completes_promises_that_the_report_is_recorded() {
    tell(item(1, 0), succeeded(1));

    assertThat(tasks.groups).containsExactly(List.of(item(1, 0), succeeded(1)));
  }

  @Test
  void whatever_many_threads_report_is_recorded_once_and_before_they_go_on() throws Exception {
    int threads = 16;
    int reports = 300;
    AtomicInteger early = new AtomicInteger();
    List<Thread> reporters =
        IntStream.range(0, threads)
            .mapToObj(
                t ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < reports; i++) {
                            tell(item(t, i));
                            if (!tasks.recorded.contains(item(t, i))) {
                              early.incrementAndGet();
                            }
                          }
                        }))
            .toList();

    reporters.forEach(Thread::start);
    for (Thread reporter : reporters) {
      reporter.join();
    }

    assertThat(early).hasValue(0);
    List<Event> all = tasks.groups.stream().flatMap(List::stream).toList();
    assertThat(all).hasSize(threads * reports).doesNotHaveDuplicates();
    for (int t = 0; t < threads; t++) {
      UUID attempt = new UUID(0, t);
      assertThat(all.stream().filter(e -> e.attempt().equals(attempt)))
          .containsExactlyElementsOf(
              IntStream.range(0, reports)
                  .mapToObj(i -> item(attempt.getLeastSignificantBits(), i))
                  .toList());
    }
  }

  @Test
  void reports_that_wait_for_the_writer_are_written_in_one_group() throws Exception {
    reportTenOfWhichNineWaitForTheWriter();

    assertThat(tasks.groups).hasSize(2);
    assertThat(tasks.groups.get(1)).hasSize(9);
  }

  @Test
  void a_group_is_no_larger_than_a_transaction_should_be() throws Exception {
    tasks.gate.acquire();
    List<CompletableFuture<Void>> reports = new ArrayList<>(List.of(report(succeeded(0))));
    await().until(() -> tasks.held.get() == 1);
    Event[] many = IntStream.range(0, 100).mapToObj(i -> item(1, i)).toArray(Event[]::new);
    IntStream.range(0, 12).forEach(i -> reports.add(report(many)));

    tasks.gate.release();
    join(reports);

    assertThat(tasks.groups).extracting(List::size).containsExactly(1, 500, 500, 200);
  }

  @Test
  void one_poisonous_report_does_not_lose_the_others() throws Exception {
    tasks.poison.add(succeeded(5));
    reportTenOfWhichNineWaitForTheWriter();

    Set<Event> expected = new HashSet<>();
    IntStream.range(0, 10).filter(i -> i != 5).forEach(i -> expected.add(succeeded(i)));
    expected.add(notStored(5));
    assertThat(tasks.recorded).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void a_report_of_which_nothing_at_all_can_be_stored_holds_up_nobody() throws Exception {
    tasks.poison.add(succeeded(5));
    tasks.poison.add(notStored(5));
    reportTenOfWhichNineWaitForTheWriter();

    assertThat(tasks.recorded)
        .containsAll(IntStream.of(0, 1, 2, 3, 4, 6, 7, 8, 9).mapToObj(i -> succeeded(i)).toList());
  }

  @Test
  void an_attempt_with_a_poisonous_item_is_no_success() {
    tasks.poison.add(item(5, 0));

    tell(item(5, 0));
    assertThat(tasks.recorded).isEmpty();
    assertThat(tasks.failures).hasValueGreaterThan(1);

    tell(item(5, 1), succeeded(5));
    tell(succeeded(6));
    assertThat(tasks.recorded).containsExactlyInAnyOrder(item(5, 1), notStored(5), succeeded(6));
  }

  @Test
  void whoever_wants_to_become_another_node_waits_for_what_is_being_written() throws Exception {
    tasks.gate.acquire();
    CompletableFuture<Void> report = report(succeeded(1));
    await().until(() -> tasks.held.get() == 1);
    AtomicBoolean other = new AtomicBoolean();
    inThread(() -> identity.become(new UUID(0, 2), () -> other.set(true)));
    await().during(Duration.ofMillis(300)).untilFalse(other);

    tasks.gate.release();
    join(List.of(report));
    await().untilTrue(other);
    assertThat(tasks.nodes).containsExactly(NODE);
  }

  @Test
  void a_lost_race_is_simply_repeated() {
    tasks.failNext.set(2);

    tell(succeeded(1));

    assertThat(tasks.groups).containsExactly(List.of(succeeded(1)));
  }

  @Test
  void while_the_database_is_away_every_report_waits_however_long_it_takes() throws Exception {
    database.answers = false;
    tasks.failing = true;
    List<CompletableFuture<Void>> reports = List.of(report(succeeded(1)), report(succeeded(2)));
    await().until(() -> database.questions.get() > 10);
    assertThat(reports).noneMatch(CompletableFuture::isDone);

    tasks.failing = false;
    database.answers = true;
    join(reports);

    assertThat(tasks.recorded).containsExactlyInAnyOrder(succeeded(1), succeeded(2));
  }

  @Test
  void a_server_that_stops_lets_go_of_whoever_waits() {
    database.answers = false;
    tasks.failing = true;
    List<CompletableFuture<Void>> reports = List.of(report(succeeded(1)), report(succeeded(2)));
    await().until(() -> database.questions.get() > 1);

    outcomes.stop();

    await().until(() -> reports.stream().allMatch(CompletableFuture::isCompletedExceptionally));
    assertThat(tasks.recorded).isEmpty();
  }

  @Test
  void a_server_that_stops_lets_go_also_of_those_whose_turn_has_not_come() throws Exception {
    tasks.gate.acquire();
    CompletableFuture<Void> first = report(succeeded(0));
    await().until(() -> tasks.held.get() == 1);
    CompletableFuture<Void> second = report(succeeded(1));

    outcomes.stop();
    assertThat(second).isCompletedExceptionally();
    assertThat(tasks.recorded).isEmpty();

    tasks.gate.release();
    join(List.of(first));
    assertThat(tasks.recorded).containsExactly(succeeded(0));
  }

  @Test
  void a_server_that_has_stopped_takes_no_report() {
    outcomes.stop();

    assertThat(report(succeeded(1))).isCompletedExceptionally();
    assertThat(tasks.recorded).isEmpty();
  }

  @Test
  void without_a_thread_a_report_waits_for_the_next_that_wakes_the_writer() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    Outcomes starved =
        new Outcomes(
            tasks,
            new Identity(NODE),
            database,
            action -> {
              if (tries.getAndIncrement() == 0) {
                throw new RejectedExecutionException("no thread");
              }
              inThread(action);
            });
    CompletableFuture<Void> report = starved.on(List.of(succeeded(1))).toCompletableFuture();
    assertThat(report).isNotDone();

    starved.wake();

    join(List.of(report));
    assertThat(tasks.recorded).containsExactly(succeeded(1));
  }

  @Test
  void nobody_is_woken_when_nothing_waits() {
    AtomicInteger threads = new AtomicInteger();
    Outcomes idle =
        new Outcomes(tasks, new Identity(NODE), database, action -> threads.incrementAndGet());

    idle.wake();

    assertThat(threads).hasValue(0);
  }

  @Test
  void it_writes_in_the_name_of_the_node_that_the_server_is_now() {
    tell(succeeded(1));
    identity.become(new UUID(0, 2), () -> {});
    tell(succeeded(2));

    assertThat(tasks.nodes).containsExactly(NODE, new UUID(0, 2));
  }

  /** One reporter: nobody who comes later can wake the writer for it. */
  @Test
  @Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
  void a_report_that_comes_just_as_the_writer_ends_is_not_lost() {
    int reports = 50_000;
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Outcomes busy =
          new Outcomes(
              new FakeTasks() {
                @Override
                public void record(UUID by, List<Event> events) {}
              },
              new Identity(NODE),
              database,
              writer);
      for (int i = 0; i < reports; i++) {
        busy.on(List.of(item(1, i))).toCompletableFuture().join();
      }
    } finally {
      writer.shutdownNow();
    }
  }

  @Test
  void an_interrupted_thread_reports_all_the_same_and_stays_interrupted() {
    Thread.currentThread().interrupt();

    tell(succeeded(1));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(tasks.recorded).containsExactly(succeeded(1));
  }

  /** An interrupt in the middle of its work closes an embedded database. */
  @Test
  void an_interrupt_of_the_caller_never_reaches_the_database() {
    Thread.currentThread().interrupt();

    tell(succeeded(1));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(tasks.writers).isNotEmpty().doesNotContain(Thread.currentThread());
    assertThat(tasks.interrupted).isFalse();
  }

  @Test
  void a_thread_that_is_interrupted_while_it_waits_reports_all_the_same() throws Exception {
    tasks.gate.acquire();
    Thread reporter = new Thread(() -> tell(succeeded(0)));
    reporter.setDaemon(true);
    reporter.start();
    await().until(() -> reporter.getState() == Thread.State.WAITING && tasks.held.get() == 1);

    reporter.interrupt();
    tasks.gate.release();
    reporter.join();

    assertThat(tasks.recorded).containsExactly(succeeded(0));
    assertThat(tasks.interrupted).isFalse();
  }

  /** Keeps every group that was committed. */
  private static final class RecordingTasks extends FakeTasks {
    final List<List<Event>> groups = new CopyOnWriteArrayList<>();
    final Set<Event> recorded = ConcurrentHashMap.newKeySet();
    final Set<Event> poison = ConcurrentHashMap.newKeySet();
    final AtomicInteger failNext = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger held = new AtomicInteger();
    volatile boolean failing;
    final Semaphore gate = new Semaphore(1);
    final Set<Thread> writers = ConcurrentHashMap.newKeySet();
    final List<UUID> nodes = new CopyOnWriteArrayList<>();
    volatile boolean interrupted;

    @Override
    public void record(UUID node, List<Event> events) {
      writers.add(Thread.currentThread());
      nodes.add(node);
      interrupted |= Thread.currentThread().isInterrupted();
      held.incrementAndGet();
      gate.acquireUninterruptibly();
      gate.release();
      if (failing
          || events.stream().anyMatch(poison::contains)
          || failNext.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        failures.incrementAndGet();
        throw new IllegalStateException("not committed");
      }
      groups.add(events);
      recorded.addAll(events);
    }
  }

  /** There or not, as the test wants. */
  private static final class SwitchedDatabase extends Database {
    final AtomicInteger questions = new AtomicInteger();
    volatile boolean answers = true;

    @Override
    public boolean answers(int timeoutSeconds) {
      questions.incrementAndGet();
      return answers;
    }
  }
}

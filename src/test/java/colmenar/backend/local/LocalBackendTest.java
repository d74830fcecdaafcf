package colmenar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Backend.OutputStream;
import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Handle;
import colmenar.backend.Recovered;
import colmenar.backend.Recovered.Fate;
import colmenar.backend.Refusal;
import colmenar.backend.Resources;
import colmenar.backend.Status.Condition;
import colmenar.backend.Work;
import colmenar.backend.local.LocalSettings.KeepRunDirectories;
import colmenar.platform.DataDirectory;
import colmenar.platform.Threads;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bookkeeping of slots; that work is really done is tested on the servers. */
class LocalBackendTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-03-01T12:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path data;

  private final Queue<Runnable> handedOver = new ArrayDeque<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Runnable> timers = new ArrayList<>();
  private final List<Runnable> delayed = new ArrayList<>();
  private CompletableFuture<Void> committed = CompletableFuture.completedFuture(null);
  private boolean noThreads;
  private LocalBackend backend;

  @BeforeEach
  void start() {
    LocalSettings settings = SampleSettings.keep(KeepRunDirectories.NONE);
    DataDirectory directory = new DataDirectory(data.toString());
    RunDirectories directories = new RunDirectories(directory, settings);
    backend =
        new LocalBackend(
            settings,
            new QueueingThreads(),
            null,
            new IdleWorkers(settings, directory),
            directories,
            CLOCK);
    backend.start(
        told -> {
          events.addAll(told);
          return committed;
        });
  }

  private static Work work(int attempt) {
    return new Work(
        new UUID(0, attempt),
        new UUID(1, attempt),
        1,
        "m",
        new Code.Python(null, "m:f"),
        "[]",
        "{}",
        Resources.MINIMAL,
        null,
        0,
        "{}");
  }

  private static Handle handle(int attempt) {
    return new Handle(new UUID(0, attempt), null);
  }

  @Test
  void it_takes_as_many_as_it_has_slots_and_refuses_the_rest_for_now() {
    assertThat(backend.capacity()).isEqualTo(2);

    List<Refusal> refusals = backend.submit(List.of(work(1), work(2), work(3)));

    assertThat(refusals)
        .containsExactly(
            new Refusal(new UUID(0, 3), Refusal.Kind.UNAVAILABLE, "every slot is taken"));
    assertThat(backend.capacity()).isZero();
    assertThat(backend.status().busy()).isEqualTo(2);
  }

  @Test
  void a_slot_is_free_again_when_its_work_has_ended_and_the_outcome_is_told() {
    backend.submit(List.of(work(1)));

    handedOver.remove().run();

    assertThat(backend.status().busy()).isZero();
    assertThat(backend.capacity()).isGreaterThanOrEqualTo(2);
    assertThat(events).extracting(Event::attempt).containsExactly(new UUID(0, 1));
  }

  @Test
  void handing_over_the_same_attempt_again_changes_nothing() {
    backend.submit(List.of(work(1)));

    assertThat(backend.submit(List.of(work(1)))).isEmpty();
    assertThat(handedOver).hasSize(1);
    assertThat(backend.capacity()).isEqualTo(1);
  }

  @Test
  void without_a_thread_it_takes_nothing_and_loses_no_slot() {
    noThreads = true;

    assertThat(backend.submit(List.of(work(1), work(2))))
        .extracting(Refusal::kind)
        .containsExactly(Refusal.Kind.UNAVAILABLE, Refusal.Kind.UNAVAILABLE);
    assertThat(backend.capacity()).isEqualTo(2);
  }

  @Test
  void a_run_directory_that_cannot_be_made_costs_no_slot() throws IOException {
    Files.createFile(data.resolve("runs"));

    for (int attempt = 1; attempt <= 5; attempt++) {
      assertThat(backend.submit(List.of(work(attempt))))
          .extracting(Refusal::kind)
          .containsExactly(Refusal.Kind.UNAVAILABLE);
    }

    assertThat(backend.capacity()).isEqualTo(2);
    Files.delete(data.resolve("runs"));
    assertThat(backend.submit(List.of(work(7), work(8)))).isEmpty();
  }

  @Test
  void it_knows_what_runs_and_nothing_of_an_earlier_life() {
    backend.submit(List.of(work(1)));

    assertThat(backend.recover(List.of(handle(1), handle(2))))
        .extracting(Recovered::attempt, Recovered::fate)
        .containsExactly(tuple(new UUID(0, 1), Fate.ATTACHED), tuple(new UUID(0, 2), Fate.LOST));
  }

  @Test
  void an_attempt_is_known_until_its_outcome_is_committed_though_its_slot_is_free() {
    committed = new CompletableFuture<>();
    backend.submit(List.of(work(1)));

    handedOver.remove().run();
    assertThat(backend.status().busy()).isZero();
    assertThat(backend.recover(List.of(handle(1))))
        .extracting(Recovered::fate)
        .containsExactly(Fate.ATTACHED);

    committed.complete(null);
    assertThat(backend.recover(List.of(handle(1))))
        .extracting(Recovered::fate)
        .containsExactly(Fate.LOST);
  }

  @Test
  void an_attempt_whose_outcome_was_not_written_is_known_no_longer() {
    committed = new CompletableFuture<>();
    backend.submit(List.of(work(1)));
    handedOver.remove().run();

    committed.completeExceptionally(new IllegalStateException("the server is stopping"));

    assertThat(backend.recover(List.of(handle(1))))
        .extracting(Recovered::fate)
        .containsExactly(Fate.LOST);
  }

  @Test
  void what_recovery_does_not_name_is_not_its_own_any_more_and_is_ended() {
    backend.submit(List.of(work(1), work(2)));

    assertThat(backend.recover(List.of(handle(2))))
        .extracting(Recovered::fate)
        .containsExactly(Fate.ATTACHED);
    assertThat(delayed).hasSize(1);

    backend.recover(List.of(handle(2)));
    assertThat(delayed).as("asked to end once").hasSize(1);
  }

  @Test
  void a_line_that_moves_is_left_alone() {
    backend.submit(List.of(work(1), work(2)));

    assertThat(timers).hasSize(1);
    timers.get(0).run();

    assertThat(events).isEmpty();
    assertThat(backend.capacity()).isZero();
  }

  @Test
  void a_line_that_does_not_move_is_given_back() {
    backend.submit(List.of(work(1), work(2)));

    await()
        .until(
            () -> {
              timers.get(0).run();
              return !events.isEmpty();
            });

    assertThat(events)
        .containsExactly(new Event.GivenBack(new UUID(0, 1)), new Event.GivenBack(new UUID(0, 2)));
    assertThat(backend.capacity()).isEqualTo(2);
    assertThat(backend.recover(List.of(handle(1))))
        .extracting(Recovered::fate)
        .containsExactly(Fate.LOST);
  }

  @Test
  void a_stopped_backend_takes_nothing_more_and_tells_no_outcomes() {
    backend.submit(List.of(work(1)));

    backend.stop();
    handedOver.remove().run();

    assertThat(backend.capacity()).isZero();
    assertThat(backend.submit(List.of(work(2)))).hasSize(1);
    assertThat(backend.status().condition()).isEqualTo(Condition.DOWN);
    assertThat(events).isEmpty();
  }

  @Test
  void cancelling_an_unknown_attempt_is_ignored() {
    backend.cancel(List.of(new UUID(0, 9)));

    assertThat(events).isEmpty();
  }

  @Test
  void an_unknown_attempt_has_no_output() {
    assertThat(backend.output(new UUID(0, 9), OutputStream.STDOUT, 0, 10)).isEmpty();
  }

  /** Keeps what it is given until the test runs it. */
  private final class QueueingThreads extends Threads {
    @Override
    public ScheduledFuture<?> after(Duration delay, Runnable action) {
      delayed.add(action);
      return null;
    }

    @Override
    public ManagedScheduledExecutorService scheduler() {
      return (ManagedScheduledExecutorService)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {ManagedScheduledExecutorService.class},
              (proxy, method, arguments) -> {
                if (!method.getName().equals("scheduleWithFixedDelay")) {
                  throw new UnsupportedOperationException(method.getName());
                }
                timers.add((Runnable) arguments[0]);
                return null;
              });
    }

    @Override
    public ManagedExecutorService executor() {
      return (ManagedExecutorService)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {ManagedExecutorService.class},
              (proxy, method, arguments) -> {
                if (!method.getName().equals("execute")) {
                  throw new UnsupportedOperationException(method.getName());
                }
                if (noThreads) {
                  throw new RejectedExecutionException("no thread");
                }
                handedOver.add((Runnable) arguments[0]);
                return null;
              });
    }
  }

  /** A Python that is there, whose workers never start: every attempt ends at once. */
  private static final class IdleWorkers extends PythonWorkers {
    IdleWorkers(LocalSettings settings, DataDirectory data) {
      super(settings, data);
    }

    @Override
    void start() {}

    @Override
    Optional<String> unusable() {
      return Optional.empty();
    }

    @Override
    PythonWorker take() throws IOException {
      throw new IOException("no worker today");
    }
  }
}

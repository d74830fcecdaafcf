package colmenar.backend;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Backend.OutputStream;
import colmenar.backend.Recovered.Fate;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the engine relies on, of every adapter. */
public abstract class BackendContract {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String WAITING =
      """
      import time
      def f():
          print('begun', flush=True)
          time.sleep(600)
      """;

  private final Told told = new Told();

  /** A backend that tells this listener, has recovered nothing, and takes work. */
  protected abstract Backend started(Listener listener);

  private Backend started() {
    return started(told);
  }

  private static Work python(String source) {
    return SampleWork.of(UUID.randomUUID(), new Code.Python(source, "f"));
  }

  private static Work seven() {
    return python("def f(): return 7");
  }

  @Test
  void what_was_taken_has_one_outcome() {
    Backend backend = started();
    List<Work> works = IntStream.range(0, 8).mapToObj(i -> seven()).toList();

    assertThat(backend.submit(works)).isEmpty();

    for (Work work : works) {
      Event.Finished end = told.outcome(work.attempt(), LIMIT);
      assertThat(end.outcome()).isEqualTo(new Outcome.Succeeded("7"));
      assertThat(told.of(work.attempt(), Event.Finished.class)).hasSize(1);
    }
  }

  @Test
  void handing_over_again_changes_nothing() {
    Backend backend = started();
    Work work =
        python("import os\ndef f(): return os.path.exists('ran') or open('ran', 'w').close()");

    backend.submit(List.of(work));
    backend.submit(List.of(work));

    assertThat(told.outcome(work.attempt(), LIMIT).outcome())
        .isEqualTo(new Outcome.Succeeded("null"));
    assertThat(told.of(work.attempt(), Event.Finished.class)).hasSize(1);
  }

  @Test
  void running_is_told_with_the_worker_before_the_end() {
    Backend backend = started();
    Work work = seven();

    backend.submit(List.of(work));
    told.outcome(work.attempt(), LIMIT);

    List<Event> events = told.of(work.attempt());
    assertThat(events.get(events.size() - 1)).isInstanceOf(Event.Finished.class);
    if (!backend.profile().startsAtOnce()) {
      assertThat(told.of(work.attempt(), Event.Accepted.class)).isNotEmpty();
      assertThat(told.of(work.attempt(), Event.Running.class))
          .singleElement()
          .satisfies(running -> assertThat(running.worker()).containsKey("hostname"));
    }
  }

  @Test
  void streamed_items_are_told_in_order_without_a_gap() {
    Backend backend = started();
    Work work = python("def f():\n    for i in range(50): yield i * i\n    return 'end'");

    backend.submit(List.of(work));
    told.outcome(work.attempt(), LIMIT);

    assertThat(told.of(work.attempt(), Event.Item.class))
        .extracting(Event.Item::index)
        .containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
    assertThat(told.of(work.attempt(), Event.Item.class).get(7).value()).isEqualTo("49");
  }

  @Test
  void a_failure_of_the_code_is_the_application_s() {
    Backend backend = started();
    Work work = python("def f(): return 1 / 0");

    backend.submit(List.of(work));

    assertThat(told.outcome(work.attempt(), LIMIT).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.APPLICATION);
              assertThat(failed.failure().type()).isEqualTo("ZeroDivisionError");
              assertThat(failed.failure().traceback()).contains("1 / 0");
            });
  }

  @Test
  void a_time_limit_ends_it() {
    Backend backend = started();
    Work work =
        SampleWork.of(UUID.randomUUID(), new Code.Python(WAITING, "f"), Duration.ofMillis(1500));

    backend.submit(List.of(work));

    assertThat(told.outcome(work.attempt(), LIMIT).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed ->
                assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TIME_LIMIT));
  }

  @Test
  void what_it_writes_can_be_read_while_it_runs_and_it_ends_when_that_is_asked_for() {
    Backend backend = started();
    if (!backend.profile().endsRunning()) {
      givesUpWhatItCannotEnd(backend);
      return;
    }
    Work work = python(WAITING);

    backend.submit(List.of(work));
    org.awaitility.Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(backend.output(work.attempt(), OutputStream.STDOUT, 0, 100))
                    .hasValueSatisfying(
                        chunk -> {
                          assertThat(chunk.text()).isEqualTo("begun\n");
                          assertThat(chunk.nextOffset()).isEqualTo(6);
                        }));
    assertThat(backend.output(work.attempt(), OutputStream.STDOUT, 2, 2).orElseThrow().text())
        .isEqualTo("gu");
    backend.cancel(List.of(work.attempt()));
    backend.cancel(List.of(work.attempt()));

    assertThat(told.outcome(work.attempt(), LIMIT).outcome()).isInstanceOf(Outcome.Canceled.class);
  }

  private void givesUpWhatItCannotEnd(Backend backend) {
    Work work = python("import time\ndef f(): time.sleep(3)");

    backend.submit(List.of(work));
    told.first(work.attempt(), Event.Accepted.class, LIMIT);
    backend.cancel(List.of(work.attempt()));

    assertThat(backend.output(work.attempt(), OutputStream.STDOUT, 0, 100)).isEmpty();
    assertThat(told.outcome(work.attempt(), LIMIT).outcome()).isInstanceOf(Outcome.Canceled.class);
  }

  @Test
  void a_cancel_of_what_it_does_not_know_is_ignored() {
    started().cancel(List.of(UUID.randomUUID()));
  }

  @Test
  void what_it_does_not_know_has_no_output() {
    assertThat(started().output(UUID.randomUUID(), OutputStream.STDERR, 0, 10)).isEmpty();
  }

  @Test
  void what_never_arrived_is_not_attached() {
    UUID attempt = UUID.randomUUID();

    assertThat(started().recover(List.of(new Handle(attempt, null))))
        .singleElement()
        .satisfies(
            recovered -> {
              assertThat(recovered.attempt()).isEqualTo(attempt);
              assertThat(recovered.fate()).isIn(Fate.NEVER_ARRIVED, Fate.LOST);
            });
  }

  @Test
  void what_runs_is_attached_and_what_is_not_named_is_not_told_any_more() {
    Backend backend = started();
    Work kept = python("import time\ndef f():\n    time.sleep(3)\n    return 1");
    Work gone = python("import time\ndef f():\n    time.sleep(2)\n    return 1");
    backend.submit(List.of(kept, gone));

    assertThat(backend.recover(List.of(new Handle(kept.attempt(), null))))
        .containsExactly(new Recovered(kept.attempt(), Fate.ATTACHED, ""));

    told.outcome(kept.attempt(), LIMIT);
    assertThat(told.of(gone.attempt(), Event.Finished.class)).isEmpty();
  }

  @Test
  void its_profile_and_status_say_what_they_have_to() {
    Backend backend = started();

    assertThat(backend.profile().kinds()).contains("python", "command");
    assertThat(backend.status().slots()).isPositive();
    assertThat(backend.capacity()).isPositive();
    assertThat(backend.waiting(UUID.randomUUID())).isEmpty();
  }
}

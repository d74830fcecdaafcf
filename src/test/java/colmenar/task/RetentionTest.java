package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.limit.FakeLimits;
import colmenar.platform.FakeDatabase;
import colmenar.platform.Ids;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tasks are deleted when, on tables in memory. */
class RetentionTest {

  private static final Instant START = Instant.parse("2025-03-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(START, ZoneOffset.UTC);

  private final FakeTaskStore taskStore = new FakeTaskStore();
  private final FakeRetentionStore store = new FakeRetentionStore();
  private final FakeAnnouncer announcer = new FakeAnnouncer();
  private final FakeLimits limits = new FakeLimits(CLOCK);
  private final FakeStrandStore strandStore = new FakeStrandStore(taskStore);
  private final Strands strands = new Strands(strandStore);
  private final FakeBulkStore bulk = new FakeBulkStore(taskStore);
  private final Tasks tasks =
      new Tasks(
          taskStore,
          new QueueStore(
              FakeDatabase.alone(), taskStore, bulk, strandStore, strands, limits.rules(), limits),
          bulk,
          new SuccessStore(FakeDatabase.alone()),
          null,
          new Ids(CLOCK),
          CLOCK,
          announcer,
          strandStore,
          strands,
          limits.rules(),
          60);

  /** The old tasks of the tables in memory, and the round. */
  private final class FakeRetentionStore extends RetentionStore {
    private @Nullable UUID lastTask;
    private Instant goOnAt = Instant.MIN;
    private boolean taken;
    private @Nullable Instant operationsBefore;
    private final List<UUID> unacknowledged = new ArrayList<>();
    private int looks;

    FakeRetentionStore() {
      super(null);
    }

    @Override
    Optional<Round> locked(Instant now) {
      return taken || goOnAt.isAfter(now) ? Optional.empty() : Optional.of(new Round(lastTask));
    }

    @Override
    void moveTo(@Nullable UUID last, Instant at) {
      lastTask = last;
      goOnAt = at;
    }

    @Override
    List<Retention.Old> old(@Nullable UUID after, UUID before, int most) {
      looks++;
      return taskStore.tasks.values().stream()
          .filter(task -> after == null || task.id().compareTo(after) > 0)
          .filter(task -> task.id().getMostSignificantBits() < before.getMostSignificantBits())
          .sorted(Comparator.comparing(Task::id))
          .limit(most)
          .map(
              task ->
                  new Retention.Old(
                      task.id(),
                      task.state() == TaskState.FAILED,
                      !unacknowledged.contains(task.id()),
                      task.state().terminal() ? task.resultSentAt().orElseThrow() : null))
          .toList();
    }

    @Override
    void deleteOperations(Instant before) {
      operationsBefore = before;
    }
  }

  private Retention after(Duration time, String days, String failed, String unacknowledged) {
    Clock later = Clock.fixed(START.plus(time), ZoneOffset.UTC);
    return new Retention(store, taskStore, tasks, later, days, failed, unacknowledged);
  }

  private Retention afterDays(long days) {
    return after(Duration.ofDays(days), "30", "90", "365");
  }

  private Task submit() {
    return tasks.submit("ada", List.of(TaskRequests.any())).get(0).task();
  }

  private Task canceled() {
    Task task = submit();
    task.cancel(START);
    return task;
  }

  private Task failed() {
    Task task = submit();
    task.failed(new Failure(FailureClass.APPLICATION, "ValueError", "of a test", null), START);
    return task;
  }

  @Test
  void each_kind_of_task_is_kept_for_its_own_time() {
    Task waiting = submit();
    Task canceled = canceled();
    Task failed = failed();
    Task unread = canceled();
    store.unacknowledged.add(unread.id());

    afterDays(30).walk();
    assertThat(taskStore.tasks).hasSize(4);
    afterDays(31).walk();
    assertThat(taskStore.tasks).doesNotContainKey(canceled.id()).hasSize(3);
    afterDays(91).walk();
    assertThat(taskStore.tasks).doesNotContainKey(failed.id()).hasSize(2);
    afterDays(366).walk();
    assertThat(taskStore.tasks).containsOnlyKeys(waiting.id());
    assertThat(announcer.deeds)
        .filteredOn(Deed.Deleted.class::isInstance)
        .containsOnly(new Deed.Deleted(1, Deed.Deleted.Cause.RETENTION))
        .hasSize(3);
  }

  @Test
  void it_is_the_end_from_which_the_time_counts() {
    Task task = submit();
    task.cancel(START.plus(Duration.ofDays(20)));

    afterDays(31).walk();
    assertThat(taskStore.tasks).hasSize(1);
    afterDays(51).walk();
    assertThat(taskStore.tasks).isEmpty();
  }

  @Test
  void what_is_not_acknowledged_is_kept_no_shorter_than_what_is() {
    store.unacknowledged.add(canceled().id());

    after(Duration.ofDays(5), "10", "10", "1").walk();
    assertThat(taskStore.tasks).hasSize(1);
    after(Duration.ofDays(11), "10", "10", "1").walk();
    assertThat(taskStore.tasks).isEmpty();
  }

  @Test
  void zero_is_for_ever() {
    canceled();
    failed();
    store.unacknowledged.add(canceled().id());

    after(Duration.ofDays(9999), "0", "0", "1").walk();
    assertThat(taskStore.tasks).hasSize(3);
    assertThat(store.looks).isZero();
    after(Duration.ofDays(9999), "1", "0", "0").walk();
    assertThat(taskStore.tasks).hasSize(2);
  }

  @Test
  void many_are_deleted_in_steps_that_remember_how_far_they_came() {
    tasks
        .submit("ada", Collections.nCopies(1100, TaskRequests.any()))
        .forEach(submitted -> submitted.task().cancel(START));
    Retention retention = afterDays(40);

    assertThat(retention.walk()).isTrue();
    assertThat(taskStore.tasks).hasSize(600);
    assertThat(afterDays(40).walk()).as("another server").isTrue();
    assertThat(retention.walk()).isFalse();
    assertThat(taskStore.tasks).isEmpty();
    assertThat(store.lastTask).isNull();
    assertThat(store.operationsBefore).isEqualTo(START.plus(Duration.ofDays(10)));
  }

  @Test
  void after_a_round_it_rests_and_what_another_server_has_is_left_to_it() {
    canceled();
    store.taken = true;
    assertThat(afterDays(40).walk()).isFalse();
    assertThat(taskStore.tasks).hasSize(1);
    store.taken = false;

    afterDays(40).walk();
    int looks = store.looks;
    after(Duration.ofDays(40).plusMinutes(59), "30", "90", "365").walk();
    assertThat(store.looks).isEqualTo(looks);
    after(Duration.ofDays(40).plusMinutes(61), "30", "90", "365").walk();
    assertThat(store.looks).isEqualTo(looks + 1);
  }

  @Test
  void with_a_short_time_the_rests_are_short() {
    after(Duration.ofMinutes(10), "0.0005", "1", "1").walk();

    assertThat(store.goOnAt).isEqualTo(START.plus(Duration.ofMinutes(10)).plusSeconds(10));
  }

  @ParameterizedTest
  @CsvSource({"x, 1, 1, days", "1, -1, 1, failed-days", "1, 1, 1e9, unacknowledged-days"})
  void a_bad_setting_is_named(String days, String failed, String unacknowledged, String name) {
    assertThatThrownBy(() -> after(Duration.ZERO, days, failed, unacknowledged))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("colmenar.retention." + name + " is ");
  }
}

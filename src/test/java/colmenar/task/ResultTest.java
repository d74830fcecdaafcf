package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ResultTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final Task task = running();

  private static Task running() {
    Task task = new Task(new UUID(7, 0), "ada", TaskRequests.any(), SampleTasks.AGEING, NOW);
    task.claim(new UUID(0, 1), true, NOW);
    return task;
  }

  @Test
  void only_the_first_time_that_it_is_received_counts() {
    Result outcome = Result.outcome(task, "1", NOW);

    assertThat(outcome.receivedAt()).isEmpty();
    assertThat(outcome.received(NOW)).isTrue();
    assertThat(outcome.received(NOW.plusSeconds(1))).isFalse();
    assertThat(outcome.receivedAt()).contains(NOW);
  }

  @Test
  void an_outcome_has_the_place_after_the_items() {
    task.itemAdded();
    task.itemAdded();

    Result outcome = Result.outcome(task, "\"ä\"", NOW);

    assertThat(outcome.itemIndex()).isEqualTo(2);
    assertThat(outcome.attemptNumber()).isEqualTo(1);
    assertThat(outcome.complete()).isTrue();
    assertThat(outcome.success()).isTrue();
    assertThat(outcome.valueBytes()).isEqualTo(4);
    assertThat(outcome.deliveries()).isZero();
  }

  @Test
  void an_outcome_without_a_value_is_no_success() {
    Result outcome = Result.outcome(task, null, NOW);

    assertThat(outcome.success()).isFalse();
    assertThat(outcome.value()).isEmpty();
    assertThat(outcome.valueBytes()).isZero();
  }

  @Test
  void an_item_is_a_success_that_is_not_complete() {
    Result item = Result.item(task, 3, "1", NOW);

    assertThat(item.itemIndex()).isEqualTo(3);
    assertThat(item.complete()).isFalse();
    assertThat(item.success()).isTrue();
    assertThat(item.inbox()).contains(new Inbox("ada", "default"));
  }
}

package colmenar.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.problem.TooManyTasksException;
import colmenar.task.TaskState;
import colmenar.task.Unfinished;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BacklogTest {

  private static final long SECOND = 1_000_000_000;

  /** It need not begin at zero, nor be positive. */
  private long nanos = Long.MAX_VALUE - SECOND;

  private Unfinished unfinished = Unfinished.NONE;
  private int counts;
  private long countTakes;
  private final Backlog backlog = new Backlog(this::count, 10, 6, () -> nanos);

  private Unfinished count() {
    counts++;
    nanos += countTakes;
    return unfinished;
  }

  private static Unfinished of(String owner, long tasks) {
    return new Unfinished(Map.of(TaskState.PENDING, tasks), Map.of(owner, tasks));
  }

  private void refused(String owner, int tasks, String setting) {
    assertThatThrownBy(() -> backlog.add(owner, tasks))
        .isInstanceOf(TooManyTasksException.class)
        .hasMessageContaining(setting);
  }

  @Test
  void what_was_counted_and_what_was_added_since_count() {
    unfinished = of("ada", 3);
    backlog.refresh();
    backlog.add("ada", 2).over();
    refused("ada", 2, "colmenar.queue.max-tasks-per-owner");
    backlog.add("ada", 1);

    backlog.add("grace", 4);
    refused("grace", 1, "colmenar.queue.max-tasks)");
  }

  @Test
  void what_is_over_makes_place_with_the_next_count() {
    backlog.add("ada", 6).over();
    refused("ada", 1, "ada would have 7");

    unfinished = of("ada", 5);
    backlog.refresh();

    backlog.add("ada", 1);
  }

  @Test
  void what_is_not_committed_yet_is_not_lost_between_two_counts() {
    Admission admission = backlog.add("ada", 6);
    backlog.refresh();
    refused("ada", 1, "ada would have 7");

    unfinished = of("ada", 6);
    admission.over();
    nanos += SECOND;
    backlog.refresh();
    refused("ada", 1, "ada would have 7");

    unfinished = of("ada", 5);
    nanos += SECOND;
    backlog.refresh();
    backlog.add("ada", 1);
  }

  @Test
  void what_a_count_has_seen_before_it_was_told_to_be_over_is_not_counted_twice() {
    Admission admission = backlog.add("ada", 4);
    unfinished = of("ada", 4);
    backlog.refresh();
    admission.over();

    backlog.add("ada", 2).over();
    backlog.add("grace", 4);

    assertThat(counts).isEqualTo(2);
    refused("ada", 1, "ada would have 7");
    refused("grace", 1, "colmenar.queue.max-tasks)");
  }

  @Test
  void what_is_refused_does_not_count() {
    refused("ada", 7, "per-owner");

    assertThatCode(() -> backlog.add("ada", 6)).doesNotThrowAnyException();
  }

  @Test
  void counting_that_takes_long_is_done_less_often() {
    countTakes = SECOND;
    backlog.refresh();
    nanos += 19 * SECOND;
    backlog.refresh();
    assertThat(counts).isEqualTo(1);

    nanos += SECOND;
    backlog.refresh();
    assertThat(counts).isEqualTo(2);
  }

  @Test
  void a_bound_of_nothing_is_refused() {
    assertThatThrownBy(() -> new Backlog(this::count, 0, 1, () -> 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("colmenar.queue.max-tasks is 0");
  }
}

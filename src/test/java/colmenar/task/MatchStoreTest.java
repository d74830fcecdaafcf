package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.FailureClass;
import colmenar.json.Json;
import colmenar.platform.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How a filter becomes a question to the database; the answers are for the tests on servers. */
class MatchStoreTest {

  private static final UUID ID = new UUID(7, 7);
  private static final Instant TIME = Instant.parse("2025-03-01T12:00:00Z");

  private static TaskFilter of(FailureClass failureClass, TaskState... states) {
    return new TaskFilter(
        Set.of(states),
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        failureClass,
        null,
        null,
        null,
        null,
        Set.of());
  }

  @Test
  void terminal_states_are_looked_at_one_by_one_and_the_others_together() {
    assertThat(MatchStore.branches(TaskFilter.ALL)).isEqualTo(List.of(Set.of()));
    assertThat(MatchStore.branches(of(null, TaskState.values()))).isEqualTo(List.of(Set.of()));
    assertThat(
            MatchStore.branches(
                of(
                    null,
                    TaskState.PENDING,
                    TaskState.FAILED,
                    TaskState.RUNNING,
                    TaskState.CANCELED)))
        .containsExactlyInAnyOrder(
            Set.of(TaskState.FAILED),
            Set.of(TaskState.CANCELED),
            Set.of(TaskState.PENDING, TaskState.RUNNING));
  }

  @Test
  void only_a_failed_task_has_a_failure_class() {
    assertThat(MatchStore.branches(of(FailureClass.APPLICATION)))
        .isEqualTo(List.of(Set.of(TaskState.FAILED)));
    assertThat(MatchStore.branches(of(FailureClass.APPLICATION, TaskState.PENDING))).isEmpty();
  }

  @Test
  void without_a_filter_nothing_is_asked_but_the_order() {
    MatchStore.Question question =
        new MatchStore.Question(TaskFilter.ALL, Set.of(), Span.down(null));

    assertThat(question.text(5)).endsWith("ON r.task_id = t.id ORDER BY t.id DESC LIMIT 5");
    assertThat(question.parameters).isEmpty();
  }

  @Test
  void a_text_is_asked_of_each_task_and_chooses_none() {
    TaskFilter filter = FilterJson.read("", Json.object("{'method':'m','text':'50%_'}"));
    MatchStore.Question question = new MatchStore.Question(filter, Set.of(), Span.down(ID));

    assertThat(question.text(5))
        .contains("POSITION(lower(CAST(? AS varchar)) IN ", "CASE WHEN t.state = 'FAILED'")
        .endsWith(
            "> 0 FROM task t JOIN task_request r ON r.task_id = t.id WHERE r.method_name = ?"
                + " AND t.id < ? AND r.task_id < ?"
                + " ORDER BY r.method_name DESC, r.task_id DESC LIMIT 5");
    assertThat(question.parameters).containsExactly("50%_", "m", ID, ID);
  }

  @Test
  void tasks_that_are_named_are_found_by_their_keys() {
    UUID first = new UUID(7, 1);
    TaskFilter filter =
        FilterJson.read("", Json.object("{'ids':['%s','%s']}".formatted(ID, first)));
    MatchStore.Question question = new MatchStore.Question(filter, Set.of(), Span.up(null, ID));

    assertThat(question.text(5))
        .endsWith(
            " WHERE t.id = ANY (?) AND r.task_id = ANY (?) AND t.id < ? AND r.task_id < ?"
                + " ORDER BY t.id ASC LIMIT 5");
    assertThat((UUID[]) question.parameters.get(0)).containsExactly(first, ID);
  }

  @Test
  void what_is_left_of_a_look_lies_behind_the_last_task() {
    assertThat(Span.down(null).beyond(ID)).isEqualTo(Span.down(ID));
    assertThat(Span.up(null, ID).beyond(new UUID(7, 5))).isEqualTo(Span.up(new UUID(7, 5), ID));
  }

  @Test
  void a_failure_group_is_walked_along_its_own_index_among_failed_tasks() {
    TaskFilter filter = TaskFilter.ofFailureGroup("0123456789abcdef");

    assertThat(MatchStore.branches(filter)).containsExactly(Set.of(TaskState.FAILED));
    assertThat(new MatchStore.Question(filter, Set.of(TaskState.FAILED), Span.up(null, ID)).text(5))
        .contains("t.failure_group = ?")
        .endsWith("ORDER BY t.failure_group ASC, t.id ASC LIMIT 5");
  }

  @Test
  void bounds_are_said_of_every_table_and_the_index_in_use_names_the_order() {
    TaskFilter filter =
        new TaskFilter(
            Set.of(),
            null,
            "b",
            null,
            null,
            "c",
            Map.of("site", "north"),
            null,
            null,
            TIME,
            null,
            null,
            Set.of());
    MatchStore.Question question =
        new MatchStore.Question(filter, Set.of(TaskState.FAILED), Span.up(null, ID));

    assertThat(question.text(9))
        .endsWith(
            " JOIN task_label l2 ON l2.task_id = t.id AND l2.label = ? AND l2.label_value = ?"
                + " WHERE t.state IN ('FAILED') AND t.backend = ? AND r.campaign = ?"
                + " AND t.id < ? AND r.task_id < ? AND l2.task_id < ?"
                + " AND t.id > ? AND r.task_id > ? AND l2.task_id > ?"
                + " ORDER BY l2.label ASC, l2.label_value ASC, l2.task_id ASC LIMIT 9");
    UUID least = Ids.least(TIME);
    assertThat(question.parameters)
        .containsExactly("site", "north", "b", "c", ID, ID, ID, least, least, least);
  }
}

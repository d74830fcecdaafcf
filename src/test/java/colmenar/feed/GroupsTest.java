package colmenar.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.FailureClass;
import colmenar.feed.Group.Common;
import colmenar.platform.Ids;
import colmenar.task.EventKind;
import colmenar.task.TaskState;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GroupsTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final Ids ids = new Ids(Clock.systemUTC());

  private static Common common(EventKind kind, TaskState state) {
    return new Common(kind, state, 1, "ada", "chaos", null, "lorenz", "local", null);
  }

  private static final Common RUNNING = common(EventKind.RUNNING, TaskState.RUNNING);
  private static final Common ITEM = common(EventKind.ITEM, TaskState.RUNNING);
  private static final Common SUCCEEDED = common(EventKind.SUCCEEDED, TaskState.SUCCEEDED);

  private List<UUID> tasks(int number) {
    return Stream.generate(ids::next).limit(number).toList();
  }

  private static List<EventKind> kinds(List<Group> groups, UUID task) {
    List<EventKind> kinds = new ArrayList<>();
    for (Group group : groups) {
      group.tasks().stream().filter(task::equals).forEach(t -> kinds.add(group.common().kind()));
    }
    return kinds;
  }

  @Test
  void many_tasks_with_the_same_end_are_one_group_of_some_bytes_each() {
    Groups groups = new Groups();
    List<UUID> tasks = tasks(500);
    tasks.forEach(task -> groups.add(SUCCEEDED, task, null));

    String text = groups.text();

    assertThat(Groups.parse(text)).containsExactly(new Group(SUCCEEDED, tasks, List.of()));
    assertThat(text.length()).isLessThan(500 * 18);
  }

  @Test
  void what_is_different_is_a_group_of_its_own_and_nothing_is_lost() {
    Common failed =
        new Common(
            EventKind.FAILED,
            TaskState.FAILED,
            3,
            "a\"b",
            "ä",
            "c1",
            "m",
            "b",
            FailureClass.TIME_LIMIT);
    List<UUID> tasks = tasks(3);
    Groups groups = new Groups();
    groups.add(SUCCEEDED, tasks.get(0), null);
    groups.add(failed, tasks.get(1), null);
    groups.add(SUCCEEDED, tasks.get(2), null);

    assertThat(Groups.parse(groups.text()))
        .containsExactly(
            new Group(SUCCEEDED, List.of(tasks.get(0), tasks.get(2)), List.of()),
            new Group(failed, List.of(tasks.get(1)), List.of()));
  }

  @Test
  void what_happened_to_one_task_keeps_its_order_whatever_happened_to_others() {
    UUID one = ids.next();
    UUID other = ids.next();
    Groups groups = new Groups();
    groups.add(SUCCEEDED, other, null);
    groups.add(RUNNING, one, null);
    groups.add(ITEM, one, 0);
    groups.add(ITEM, one, 1);
    groups.add(RUNNING, one, null);
    groups.add(SUCCEEDED, one, null);

    List<Group> read = Groups.parse(groups.text());

    assertThat(kinds(read, one))
        .containsExactly(
            EventKind.RUNNING,
            EventKind.ITEM,
            EventKind.ITEM,
            EventKind.RUNNING,
            EventKind.SUCCEEDED);
    assertThat(kinds(read, other)).containsExactly(EventKind.SUCCEEDED);
    assertThat(read).anySatisfy(group -> assertThat(group.items()).containsExactly(0, 1));
  }

  @Test
  void the_id_of_an_attempt_is_no_id_of_a_task() {
    Groups groups = new Groups();
    groups.add(RUNNING, Ids.part(ids.next(), 1), null);

    assertThatThrownBy(groups::text).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_event_is_told_with_all_that_is_known() {
    UUID task = UUID.fromString("01956f3a-7c00-7000-8abc-def123000000");
    StringBuilder out = new StringBuilder();
    new Group(ITEM, List.of(task), List.of(4)).json(0, NOW, out);

    assertThat(out)
        .hasToString(
            "{\"task\":\"01956f3a-7c00-7000-8abc-def123000000\",\"kind\":\"ITEM\","
                + "\"state\":\"RUNNING\",\"attempt\":1,\"item\":4,\"owner\":\"ada\","
                + "\"topic\":\"chaos\",\"method\":\"lorenz\",\"backend\":\"local\","
                + "\"at\":\"2025-03-01T12:00:00Z\"}");
  }
}

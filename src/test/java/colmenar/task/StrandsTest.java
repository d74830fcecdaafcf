package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StrandsTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final FakeTaskStore store = new FakeTaskStore();
  private final FakeStrandStore strandStore = new FakeStrandStore(store);
  private final Strands strands = new Strands(strandStore);

  private static Task task(String method) {
    return new Task(
        UUID.randomUUID(), "ada", TaskRequests.taking(method, Map.of()), SampleTasks.AGEING, NOW);
  }

  private void written(Task task) {
    store.tasks.put(task.id(), task);
  }

  @Test
  void what_was_found_is_remembered_for_a_fifth_of_a_second() {
    assertThat(strands.waiting("local", NOW)).isEmpty();
    written(task("a"));

    assertThat(strands.waiting("local", NOW.plusMillis(199))).isEmpty();
    assertThat(strandStore.looks).isEqualTo(1);
    assertThat(strands.waiting("local", NOW.plusMillis(200))).containsExactly("a//ada");
  }

  @Test
  void what_this_server_writes_is_known_at_once() {
    strands.waiting("local", NOW);

    strands.note(List.of(task("a")), NOW);

    assertThat(strands.waiting("local", NOW)).containsExactly("a//ada");
  }

  @Test
  void what_is_not_committed_yet_is_not_forgotten_by_a_look() {
    strands.note(List.of(task("a")), NOW);

    assertThat(strands.waiting("local", NOW.plusSeconds(1))).containsExactly("a//ada");
    assertThat(strands.waiting("local", NOW.plusSeconds(3))).isEmpty();
  }

  @Test
  void what_does_not_wait_is_not_noted() {
    Task task = task("a");
    task.cancel(NOW);

    strands.note(List.of(task), NOW);

    assertThat(strands.waiting("local", NOW)).isEmpty();
  }
}

package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.platform.MemoryDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far a look for a text goes, among 2,500 tasks in three of which it stands. */
class TextSearchTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final int ALL = 2500;
  private static final Set<Integer> NEEDLES = Set.of(10, 1500, 2400);
  private static final Duration LONG = Duration.ofMinutes(10);

  private MemoryDatabase database;
  private MatchStore store;

  @BeforeEach
  void fill() throws Exception {
    database = new MemoryDatabase();
    store = new MatchStore(database);
    List<NewTask> made = new ArrayList<>();
    for (int i = 0; i < ALL; i++) {
      TaskRequest request = TaskRequests.in(NEEDLES.contains(i) ? "Needle" : null);
      Task task = new Task(id(i), "ada", request, SampleTasks.AGEING, NOW);
      made.add(new NewTask(task, new TaskInput(task.id(), request), Map.of()));
    }
    new BulkStore(database).insertTasks(made);
  }

  @AfterEach
  void leave() throws SQLException {
    database.close();
  }

  private static UUID id(int number) {
    return new UUID(7, number);
  }

  private static TaskFilter text(String text) {
    return new TaskFilter(
        Set.of(), null, null, null, null, null, Map.of(), null, null, null, null, text, Set.of());
  }

  private static List<UUID> ids(Search search) {
    return search.found().stream().map(Match::id).toList();
  }

  private Search search(Span span, int most, Patience patience) {
    return store.search(text("needle"), span, most, patience);
  }

  @Test
  void it_ends_when_enough_is_found_or_nothing_is_left() {
    Search some = search(Span.down(null), 2, Patience.ENDLESS);

    assertThat(ids(some)).containsExactly(id(2400), id(1500));
    assertThat(some.complete()).isFalse();
    assertThat(some.lookedAt()).isEqualTo(1000);
    assertThat(some.last()).isEqualTo(id(1500));

    Search all = search(Span.down(null), 4, Patience.ENDLESS);

    assertThat(ids(all)).containsExactly(id(2400), id(1500), id(10));
    assertThat(all.complete()).isTrue();
    assertThat(all.lookedAt()).isEqualTo(ALL);
  }

  @Test
  void it_looks_at_no_more_than_it_may_and_goes_on_from_there() {
    Patience few = new Patience(1200, LONG);
    UUID before = null;
    List<Search> pages = new ArrayList<>();
    do {
      pages.add(search(Span.down(before), 100, few));
      before = pages.get(pages.size() - 1).last();
    } while (!pages.get(pages.size() - 1).complete());

    assertThat(pages).extracting(Search::lookedAt).containsExactly(1200, 1200, 100);
    assertThat(pages)
        .extracting(TextSearchTest::ids)
        .containsExactly(List.of(id(2400), id(1500)), List.of(), List.of(id(10)));
  }

  @Test
  void when_its_time_is_over_it_says_how_far_it_came() {
    Search search = search(Span.up(null, id(ALL)), 100, new Patience(ALL, Duration.ZERO));

    assertThat(search.lookedAt()).isEqualTo(1000);
    assertThat(search.last()).isEqualTo(id(999));
    assertThat(search.complete()).isFalse();
    assertThat(ids(search)).containsExactly(id(10));
  }
}

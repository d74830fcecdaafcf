package colmenar.feed;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.feed.Group.Common;
import colmenar.task.EventKind;
import colmenar.task.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How a server keeps to what may still come. */
class TailTest {

  static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final Tail tail = new Tail(0, 10, List.of());

  /** An entry with this many events. */
  static Entry entry(long number, int events) {
    Groups groups = new Groups();
    Common common =
        new Common(
            EventKind.SUCCEEDED, TaskState.SUCCEEDED, 1, "ada", "t", null, "m", "local", null);
    for (int i = 0; i < events; i++) {
      groups.add(common, new UUID(number, (long) i << 24), null);
    }
    return new Entry(number, NOW, groups.text());
  }

  /** Seen when transactions from {@code oldest} on, up to {@code next}, were under way. */
  private Page read(long oldest, long next, long... numbers) {
    List<Entry> entries = LongStream.of(numbers).mapToObj(number -> entry(number, 2)).toList();
    return tail.advance(new Slice(entries, true, oldest, next));
  }

  private static List<Long> numbers(Page page) {
    return page.blocks().stream().map(Block::number).toList();
  }

  @Test
  void what_follows_without_a_gap_is_told_in_order() {
    assertThat(numbers(read(100, 100, 10, 11))).containsExactly(10L, 11L);
    assertThat(tail.position()).hasToString("12");
  }

  @Test
  void a_lower_number_that_is_committed_later_is_told_when_it_comes() {
    assertThat(numbers(read(100, 105, 11, 13))).containsExactly(11L, 13L);
    assertThat(tail.position()).hasToString("14-4-2");

    assertThat(numbers(read(101, 106, 10))).containsExactly(10L);
    assertThat(tail.position()).hasToString("14-2");
  }

  @Test
  void a_gap_is_waited_for_until_all_that_may_fill_it_are_over() {
    read(100, 105, 11);
    read(104, 200);
    assertThat(tail.position()).hasToString("12-2");

    read(105, 200);
    assertThat(tail.position()).hasToString("12");
  }

  @Test
  void a_gap_that_nobody_can_fill_any_more_is_none() {
    read(105, 105, 11);

    assertThat(tail.position()).hasToString("12");
  }

  @Test
  void gaps_from_before_are_judged_from_the_first_look_on() {
    Tail started = new Tail(0, 10, List.of(7L));
    started.advance(new Slice(List.of(), true, 100, 105));
    assertThat(started.position()).hasToString("10-3");

    started.advance(new Slice(List.of(), true, 104, 300));
    assertThat(started.position()).hasToString("10-3");
    started.advance(new Slice(List.of(), true, 105, 300));
    assertThat(started.position()).hasToString("10");
  }

  @Test
  void what_was_told_already_is_not_told_again() {
    read(100, 100, 10, 11);

    assertThat(numbers(read(100, 100, 10, 12))).containsExactly(12L);
  }

  @Test
  void only_so_many_are_kept_open_and_the_newest_of_them() {
    read(1, 500, 10 + 2 * Tail.MOST_OPEN);

    assertThat(tail.position().open()).hasSize(Tail.MOST_OPEN);
    assertThat(tail.position().open().lastKey()).isEqualTo(9 + 2 * Tail.MOST_OPEN);
  }

  @Test
  void a_counter_that_was_set_far_ahead_costs_nothing() {
    read(100, 100, Long.MAX_VALUE / 2);

    assertThat(tail.position().top()).isEqualTo(Long.MAX_VALUE / 2 + 1);
  }

  /** Whatever event a client had last, with its id he is told the rest and nothing else. */
  @Test
  void every_id_leads_to_exactly_what_comes_after_it() {
    read(100, 105, 12);
    Position begin = tail.position();
    List<Entry> entries = List.of(entry(10, 3), entry(13, 2), entry(15, 3), entry(16, 1));
    Page page = tail.advance(new Slice(entries, true, 101, 110));
    assertThat(begin).hasToString("13-3-2");
    assertThat(tail.position()).hasToString("17-6-3");

    for (Block block : page.blocks()) {
      for (int told = 1; told <= block.size(); told++) {
        Position after = Position.parse(block.after(told, block.size()).toString()).orElseThrow();
        for (Entry entry : entries) {
          int size = Groups.parse(entry.text()).get(0).size();
          int expected = entry.number() < block.number() ? size : 0;
          expected = entry.number() == block.number() ? told : expected;
          assertThat(Math.min(size, after.told(entry.number())))
              .as("of %d after %s", entry.number(), after)
              .isEqualTo(expected);
        }
        assertThat(after.told(11)).as("11 after %s", after).isZero();
        assertThat(after.told(14)).as("14 after %s", after).isZero();
        assertThat(after.told(12)).isEqualTo(Integer.MAX_VALUE);
      }
    }
  }

  @Test
  void what_it_never_saw_itself_is_not_known_to_it() {
    Tail late = new Tail(1000, 2000, List.of(1500L));

    assertThat(late.unknown(List.of(900L, 1500L, 1600L))).containsExactly(900L);

    late.open(List.of(900L), 50);
    assertThat(late.unknown(List.of(900L))).isEmpty();
    assertThat(late.position()).hasToString("2000-1100-500");
  }
}

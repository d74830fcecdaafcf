package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00.123Z");

  private static Ids at(Instant... instants) {
    Iterator<Instant> times = List.of(instants).iterator();
    return new Ids(
        new Clock() {
          private Instant last = Instant.EPOCH;

          @Override
          public Instant instant() {
            last = times.hasNext() ? times.next() : last;
            return last;
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }
        });
  }

  private static List<UUID> ids(Ids ids, int number) {
    return Stream.generate(ids::next).limit(number).toList();
  }

  @Test
  void an_id_is_a_uuid_of_version_7() {
    assertThat(ids(at(NOW), 1_000)).allMatch(id -> id.version() == 7 && id.variant() == 2);
  }

  @Test
  void an_id_begins_with_the_time_of_its_making() {
    assertThat(at(NOW).next().getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
  }

  /** As text and as bytes, which is how databases compare them; Java's own order is another one. */
  @Test
  void ids_sort_in_the_order_of_their_making_also_within_a_millisecond() {
    List<UUID> made = ids(at(NOW), 10_000);

    assertThat(made).extracting(UUID::toString).isSorted();
    assertThat(made).isSortedAccordingTo(Comparator.comparing(UUID::getMostSignificantBits));
  }

  @Test
  void a_clock_that_steps_back_does_not_disturb_the_order() {
    List<UUID> made = ids(at(NOW, NOW.plusSeconds(5), NOW.minusSeconds(3600), NOW), 100);

    assertThat(made).extracting(UUID::toString).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void later_ids_follow_the_clock_again() {
    Ids ids = at(NOW, NOW.minusSeconds(3600), NOW.plusSeconds(1));

    ids(ids, 2);

    assertThat(ids.next().getMostSignificantBits() >>> 16)
        .isEqualTo(NOW.plusSeconds(1).toEpochMilli());
  }

  @Test
  void ids_made_by_many_threads_at_once_are_unique_and_sorted_for_each() throws Exception {
    Ids ids = new Ids(Clock.fixed(NOW, ZoneOffset.UTC));
    Set<UUID> all = ConcurrentHashMap.newKeySet();
    Set<Integer> unsorted = ConcurrentHashMap.newKeySet();
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(
                t ->
                    new Thread(
                        () -> {
                          List<UUID> made = ids(ids, 5_000);
                          all.addAll(made);
                          List<UUID> sorted = new ArrayList<>(made);
                          sorted.sort(Comparator.comparing(UUID::toString));
                          if (!sorted.equals(made)) {
                            unsorted.add(t);
                          }
                        }))
            .toList();

    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(all).hasSize(40_000);
    assertThat(unsorted).isEmpty();
    Set<Long> ticks = new HashSet<>();
    all.forEach(id -> ticks.add(id.getMostSignificantBits()));
    assertThat(ticks).hasSize(40_000);
  }

  @Test
  void two_servers_make_different_ids_at_the_same_time() {
    assertThat(at(NOW).next()).isNotEqualTo(at(NOW).next());
  }

  @Test
  void an_id_ends_in_six_zeros_for_the_numbers_of_its_parts() {
    assertThat(ids(at(NOW), 1_000)).allMatch(id -> id.toString().endsWith("000000"));
  }

  @Test
  void what_is_left_of_chance_keeps_two_servers_apart() {
    Set<Long> low = new HashSet<>();
    Ids ids = at(NOW);
    for (int i = 0; i < 10_000; i++) {
      low.add(ids.next().getLeastSignificantBits());
    }

    assertThat(low).hasSizeGreaterThan(9_990);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 65_536, Ids.MOST_PARTS})
  void a_part_tells_of_what_it_is_a_part(int number) {
    UUID whole = at(NOW).next();

    UUID part = Ids.part(whole, number);

    assertThat(Ids.whole(part)).isEqualTo(whole);
    assertThat(part.toString()).endsWith("%06x".formatted(number));
    assertThat(part.version()).isEqualTo(7);
    assertThat(part.variant()).isEqualTo(2);
  }

  @Test
  void a_whole_is_its_own_whole() {
    UUID whole = at(NOW).next();

    assertThat(Ids.whole(whole)).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Ids.MOST_PARTS + 1, Integer.MAX_VALUE})
  void a_number_that_would_change_the_whole_is_refused(int number) {
    UUID whole = at(NOW).next();

    assertThatThrownBy(() -> Ids.part(whole, number))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(whole.toString());
  }

  @Test
  void the_least_id_of_a_time_parts_what_was_made_before_from_what_is_made_then() {
    UUID before = at(NOW.minusMillis(1)).next();
    UUID then = at(NOW).next();

    assertThat(Ids.least(NOW).toString()).isBetween(before.toString(), then.toString());
    assertThat(Ids.least(NOW.plusNanos(999_999))).isEqualTo(Ids.least(NOW));
  }

  @Test
  void every_time_has_a_least_id() {
    assertThat(Ids.least(Instant.MIN)).isEqualTo(Ids.least(Instant.EPOCH));
    assertThat(Ids.least(Instant.MAX).toString()).startsWith("ffffffff-ffff-7000");
  }

  @Test
  void an_id_can_be_made_to_come_after_one_of_a_server_whose_clock_is_ahead() {
    UUID ahead = at(NOW.plusSeconds(3600)).next();
    Ids ids = at(NOW);

    ids.goBeyond(ahead);

    UUID next = ids.next();
    assertThat(next.getMostSignificantBits()).isGreaterThan(ahead.getMostSignificantBits());
    assertThat(next.version()).isEqualTo(7);
    ids.goBeyond(at(NOW).next());
    assertThat(ids.next().getMostSignificantBits()).isGreaterThan(next.getMostSignificantBits());
  }

  @Test
  void they_are_ordered_as_their_texts_are() {
    List<UUID> ids =
        Stream.of(0L, 1L, Long.MAX_VALUE, Long.MIN_VALUE, -1L)
            .flatMap(high -> Stream.of(new UUID(high, -1), new UUID(high, 1)))
            .toList();

    assertThat(ids.stream().sorted(Ids.ORDER))
        .containsExactlyElementsOf(
            ids.stream().sorted(Comparator.comparing(UUID::toString)).toList());
  }
}

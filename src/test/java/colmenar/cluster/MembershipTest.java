package colmenar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.platform.FakeDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lease of ten seconds and a beat every two, on a clock that the test moves. */
class MembershipTest {

  private static final int LEASE = 10;
  private static final int INTERVAL = 2;
  private static final List<String> BACKENDS = List.of("local", "grid");

  private final FakeNodes nodes = new FakeNodes();

  /** It need not begin at zero, nor be positive. */
  private long nanos = -Duration.ofDays(1).toNanos();

  private final Membership here = member("here");
  private final Membership there = member("there");

  private Membership member(String name) {
    return member(name, FakeDatabase.shared());
  }

  private Membership member(String name, FakeDatabase database) {
    LongSupplier clock = () -> nanos;
    return new Membership(nodes, database, "0.1", name, LEASE, clock);
  }

  private void pass(int seconds) {
    nanos += Duration.ofSeconds(seconds).toNanos();
  }

  /** Beats and looks every two seconds; returns what is dead at the last look. */
  private List<UUID> watch(int seconds) {
    List<UUID> dead = List.of();
    for (int i = 0; i < seconds; i += INTERVAL) {
      pass(INTERVAL);
      here.beat();
      dead = here.dead();
    }
    return dead;
  }

  @BeforeEach
  void join() {
    here.join(BACKENDS);
    there.join(BACKENDS);
    here.dead();
  }

  @Test
  void a_node_is_known_by_its_name_and_version() {
    Node node = nodes.nodes.get(here.me());

    assertThat(node.name()).isEqualTo("here");
    assertThat(node.version()).isEqualTo("0.1");
    assertThat(here.me()).isNotEqualTo(there.me());
  }

  @Test
  void who_has_not_joined_is_nobody() {
    Membership stranger = member("stranger");

    assertThatThrownBy(stranger::me).isInstanceOf(IllegalStateException.class);
    stranger.leave();
    assertThat(nodes.nodes).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void a_lease_that_is_none_stops_the_start(int seconds) {
    assertThatThrownBy(
            () -> new Membership(nodes, FakeDatabase.shared(), "0.1", "n", seconds, () -> 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("colmenar.node.lease-seconds");
  }

  @Test
  void without_a_name_it_is_called_as_its_machine() {
    Membership unnamed =
        new Membership(nodes, FakeDatabase.shared(), "0.1", Optional.empty(), LEASE);

    unnamed.join(BACKENDS);

    assertThat(nodes.nodes.get(unnamed.me()).name()).isNotBlank();
  }

  @Test
  void a_node_beats_five_times_in_a_lease() {
    assertThat(here.interval()).isEqualTo(Duration.ofSeconds(INTERVAL));
  }

  @Test
  void a_node_that_does_not_beat_for_a_lease_is_declared_dead() {
    assertThat(watch(LEASE - INTERVAL)).isEmpty();
    assertThat(nodes.declared).isEmpty();

    assertThat(watch(INTERVAL)).containsExactly(there.me());
    assertThat(nodes.nodes.get(there.me()).diedAt()).isPresent();
  }

  @Test
  void a_node_is_declared_dead_once_and_stays_dead_until_it_is_buried() {
    UUID dead = there.me();
    assertThat(watch(LEASE)).containsExactly(dead);

    assertThat(watch(3 * LEASE)).containsExactly(dead);
    assertThat(nodes.declared).containsExactly(dead);

    here.buryOld();
    assertThat(watch(INTERVAL)).isEmpty();
  }

  @Test
  void a_node_that_beats_is_not_declared_dead_however_late_it_is() {
    for (int i = 0; i < 10; i++) {
      assertThat(watch(LEASE - INTERVAL)).isEmpty();
      there.beat();
    }

    assertThat(nodes.declared).isEmpty();
  }

  @Test
  void a_node_that_beats_at_the_last_moment_lives() {
    watch(LEASE - INTERVAL);
    nodes.afterList = there::beat;

    assertThat(watch(INTERVAL)).isEmpty();
    assertThat(nodes.declared).isEmpty();
    assertThat(here.alone()).isFalse();
  }

  @Test
  void nobody_declares_himself_dead() {
    for (int i = 0; i < LEASE; i++) {
      pass(INTERVAL);
      there.beat();
      assertThat(here.dead()).isEmpty();
    }
  }

  @Test
  void who_was_away_for_more_than_half_a_lease_watches_anew() {
    watch(LEASE - INTERVAL);

    pass(LEASE / 2 + 1);
    assertThat(here.dead()).isEmpty();
    assertThat(watch(LEASE - INTERVAL)).isEmpty();
    assertThat(watch(INTERVAL)).containsExactly(there.me());
  }

  @Test
  void half_a_lease_is_no_absence() {
    watch(LEASE - INTERVAL);

    pass(LEASE / 2);

    assertThat(here.dead()).containsExactly(there.me());
  }

  @Test
  void the_absence_of_the_database_makes_nobody_look_dead() {
    watch(LEASE - INTERVAL);
    nodes.away = true;
    for (int i = 0; i < LEASE; i++) {
      pass(INTERVAL);
      assertThatThrownBy(here::dead).isInstanceOf(IllegalStateException.class);
    }

    nodes.away = false;
    pass(INTERVAL);

    assertThat(here.dead()).isEmpty();
    there.beat();
    assertThat(watch(LEASE - INTERVAL)).isEmpty();
  }

  @Test
  void a_node_that_leaves_is_dead_at_once() {
    there.leave();

    assertThat(watch(INTERVAL)).containsExactly(there.me());
    assertThat(nodes.declared).isEmpty();
  }

  @Test
  void who_was_declared_dead_in_his_sleep_is_told_and_born_again_as_a_new_node() {
    UUID old = there.me();
    watch(LEASE);

    assertThat(there.beat()).isFalse();
    there.reborn((dead, node) -> {});

    assertThat(there.me()).isNotEqualTo(old);
    assertThat(nodes.nodes.get(there.me()).name()).isEqualTo("there");
    assertThat(nodes.nodes.get(there.me()).diedAt()).isEmpty();
    assertThat(there.dead()).containsExactly(old);
    assertThat(watch(INTERVAL)).containsExactly(old);
  }

  @Test
  void the_work_of_the_old_node_is_taken_over_before_anything_is_done_as_the_new_one() {
    UUID old = there.me();
    watch(LEASE);
    List<UUID> told = new ArrayList<>();

    there.reborn(
        (dead, node) -> {
          told.addAll(List.of(dead, node));
          assertThat(there.me()).isEqualTo(old);
        });

    assertThat(told).containsExactly(old, there.me());
  }

  @Test
  void who_cannot_take_over_stays_who_he_was_and_tries_again() {
    UUID old = there.me();
    watch(LEASE);

    assertThatThrownBy(
            () ->
                there.reborn(
                    (dead, node) -> {
                      throw new IllegalStateException("the database is away");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(there.me()).isEqualTo(old);
    assertThat(there.beat()).isFalse();
  }

  @Test
  void who_was_buried_in_his_sleep_is_told_too() {
    watch(LEASE);
    here.buryOld();

    assertThat(there.beat()).isFalse();
  }

  @Test
  void who_lives_stays_the_node_he_is() {
    UUID me = there.me();

    there.beat();

    assertThat(there.me()).isEqualTo(me);
    assertThat(nodes.nodes.get(me).beats()).isEqualTo(1);
  }

  @Test
  void a_node_is_alone_when_there_is_no_other_that_lives() {
    assertThat(here.alone()).isFalse();

    watch(LEASE);
    assertThat(here.alone()).isTrue();

    there.reborn((dead, node) -> {});
    watch(INTERVAL);
    assertThat(here.alone()).isFalse();

    there.leave();
    watch(INTERVAL);
    assertThat(here.alone()).isTrue();
  }

  @Test
  void before_it_has_looked_it_believes_to_be_alone() {
    assertThat(member("another").alone()).isTrue();
  }

  @Test
  void of_a_database_that_nobody_shares_any_other_node_is_of_an_earlier_life() {
    Membership reborn = member("here", FakeDatabase.alone());
    reborn.join(BACKENDS);

    assertThat(reborn.dead()).containsExactly(here.me(), there.me());
    assertThat(reborn.alone()).isTrue();
    assertThat(nodes.declared).containsExactly(here.me(), there.me());
  }

  /** Watched from the first sight on, not from the start of the watcher. */
  @Test
  void a_new_node_has_a_lease_of_its_own() {
    watch(LEASE / 2);
    Membership late = member("late");
    late.join(BACKENDS);

    assertThat(watch(LEASE)).containsExactly(there.me());
    assertThat(watch(INTERVAL)).containsExactly(there.me(), late.me());
  }

  @Test
  void one_that_was_declared_dead_serves_the_same_backends_as_a_new_node() {
    nodes.declareDead(here.me(), nodes.nodes.get(here.me()).beats());

    here.beat();

    assertThat(nodes.nodes.get(here.me()).backends()).isEqualTo(BACKENDS);
  }
}

package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.fault.Ending.Try;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitsCheckTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Bound METHOD = new Bound("METHOD/m", 2);
  private static final Bound LICENCES = new Bound("RESOURCE/r", 4);

  private final History history = new History();
  private final List<Ending> endings = new ArrayList<>();
  private final List<Execution> executions = new ArrayList<>();

  @Test
  void as_many_at_once_as_are_allowed_are_fine() {
    runs("one", "n1", 0, 10L);
    runs("two", "n2", 5, 15L);
    runs("three", "n1", 10, 20L);

    assertThat(found(METHOD)).isEmpty();
    assertThat(new LimitsCheck(evidence()).mostAtOnce(METHOD)).isEqualTo(2);
  }

  @Test
  void more_at_once_over_two_servers_are_found() {
    runs("one", "n1", 0, 10L);
    runs("two", "n2", 5, 15L);
    runs("three", "n1", 9, 20L);

    assertThat(found(METHOD)).containsExactly("G7 3 ran at once under METHOD/m, 2 may");
  }

  @Test
  void units_of_a_resource_are_added_up() {
    task("one", 0, null, Map.of("RESOURCE/r", 3));
    task("two", 0, null, Map.of("RESOURCE/r", 1));
    execution("one", "n1", 0, 10, 10L);
    execution("two", "n2", 5, 15, 15L);
    assertThat(found(LICENCES)).isEmpty();

    task("three", 0, null, Map.of("RESOURCE/r", 1));
    execution("three", "n2", 9, 15, 15L);

    assertThat(found(LICENCES)).containsExactly("G7 5 ran at once under RESOURCE/r, 4 may");
  }

  @Test
  void what_never_came_to_its_end_counts_as_long_as_it_was_seen() {
    runs("one", "n1", 0, 10L);
    runs("two", "n2", 0, 10L);
    task("three", 0, null, Map.of("METHOD/m", 1));
    execution("three", "n3", -5, -1, null);
    assertThat(found(METHOD)).isEmpty();

    executions.remove(2);
    execution("three", "n3", -5, 1, null);
    assertThat(found(METHOD)).hasSize(1);

    executions.remove(2);
    execution("three", "n3", 5, 5, null);
    assertThat(found(METHOD)).hasSize(1);
  }

  @Test
  void an_attempt_that_was_taken_away_counts_no_longer() {
    runs("one", "n1", 0, 10L);
    runs("two", "n2", 0, 10L);
    task("three", -5, SECOND.multipliedBy(5), Map.of("METHOD/m", 1));
    execution("three", "n3", -5, 7, 7L);
    assertThat(found(METHOD)).hasSize(1);
    assertThat(evidence().overtaken()).isOne();

    endings.remove(2);
    task("three", -5, Duration.ofSeconds(-1), Map.of("METHOD/m", 1));

    assertThat(found(METHOD)).isEmpty();
    assertThat(evidence().overtaken()).isOne();
  }

  @Test
  void more_at_once_in_one_server_than_it_has_workers_are_found() {
    runs("one", "n1", 0, 10L);
    runs("two", "n2", 5, 15L);
    assertThat(inPlaces()).isEmpty();

    runs("three", "n1", 9, 20L);

    assertThat(inPlaces()).containsExactly("G7 2 ran at once in n1, 1 may");
  }

  @Test
  void nothing_is_said_of_places_that_are_not_known() {
    runs("one", Execution.NOWHERE, 0, 10L);
    runs("two", Execution.NOWHERE, 5, 15L);

    assertThat(inPlaces()).isEmpty();
  }

  @Test
  void starts_within_the_rate_are_fine_and_more_are_found() {
    Bound rate = new Bound("METHOD/m", 1000, 10.0, 5);
    for (int i = 0; i < 100; i++) {
      started(i, Duration.ofMillis(100L * i));
    }
    assertThat(found(rate)).isEmpty();

    endings.clear();
    for (int i = 0; i < 100; i++) {
      started(i, Duration.ofMillis(80L * i));
    }

    assertThat(found(rate))
        .containsExactly("G7 more started under METHOD/m than 10.0 a second and 5 together");
  }

  @Test
  void a_burst_beyond_the_bucket_is_found() {
    Bound rate = new Bound("METHOD/m", 1000, 10.0, 5);
    for (int i = 0; i < 15; i++) {
      started(i, Duration.ofSeconds(60));
    }
    assertThat(found(rate)).isEmpty();

    started(15, Duration.ofSeconds(60));

    assertThat(found(rate)).hasSize(1);
  }

  private void started(int number, Duration at) {
    task("s" + number, at, null, Map.of("METHOD/m", 1));
  }

  private void runs(String name, String place, long from, Long until) {
    task(name, from, null, Map.of("METHOD/m", 1));
    execution(name, place, from, until, until);
  }

  private void task(String name, long from, Duration over, Map<String, Integer> shares) {
    task(name, Duration.ofSeconds(from), over, shares);
  }

  private void task(String name, Duration from, Duration over, Map<String, Integer> shares) {
    history.add(new Order(name, false, 0, 4, shares, Times.FREE));
    Try only =
        new Try(
            1,
            name + 1,
            "SUCCEEDED",
            null,
            BEGIN.plus(from),
            over == null ? null : BEGIN.plus(over));
    endings.add(new Ending(name, name, "SUCCEEDED", null, null, 0, 4, List.of(only)));
  }

  private void execution(String name, String place, long from, long seen, Long end) {
    executions.add(
        new Execution(
            name, name + 1, place, name, at(from), at(seen), end == null ? null : at(end)));
  }

  private static long at(long seconds) {
    return Execution.nanos(BEGIN.plusSeconds(seconds));
  }

  private Evidence evidence() {
    return new Evidence(history, endings, executions);
  }

  private List<String> found(Bound bound) {
    Evidence evidence = evidence();
    new LimitsCheck(evidence).bounds(List.of(bound));
    return texts(evidence);
  }

  private List<String> inPlaces() {
    Evidence evidence = evidence();
    new LimitsCheck(evidence).places(1);
    return texts(evidence);
  }

  private static List<String> texts(Evidence evidence) {
    return evidence.violations().stream().map(one -> one.guarantee() + " " + one.what()).toList();
  }
}

package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Code;
import colmenar.backend.Execution;
import colmenar.backend.SampleWork;
import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BundlesTest {

  private static final BatchKey KEY = key(new Code.Python("def f(): pass", "f"), null);

  private int workers = 2;
  private final Bundles bundles = new Bundles(20, () -> workers);

  private static BatchKey key(Code code, JsonObject specification) {
    return new BatchKey(code, JsonValue.EMPTY_JSON_OBJECT, specification);
  }

  private List<Integer> sizes(BatchKey key, int number) {
    List<Flight> batch =
        IntStream.range(0, number)
            .mapToObj(
                i ->
                    new Flight(
                        UUID.randomUUID(),
                        new Flight.Cargo(key, "m", "{}"),
                        Flight.Stage.SENDING,
                        Instant.EPOCH))
            .toList();
    List<List<Flight>> made = bundles.of(batch);
    assertThat(made.stream().flatMap(List::stream)).containsExactlyElementsOf(batch);
    return made.stream().map(List::size).toList();
  }

  private void ran(BatchKey key, double seconds, String value) {
    Instant end = Instant.EPOCH.plusNanos((long) (seconds * 1e9));
    bundles.ran(
        key,
        new Execution(Instant.EPOCH, Instant.EPOCH, end, Map.of(), Map.of(), null, null, null),
        value);
  }

  @Test
  void what_has_never_run_goes_alone() {
    assertThat(sizes(KEY, 3)).containsExactly(1, 1, 1);
  }

  @Test
  void short_ones_go_together_when_more_wait_than_there_are_workers() {
    ran(KEY, 0.001, "1");

    assertThat(sizes(KEY, 3)).containsExactly(1, 1, 1);
    assertThat(sizes(KEY, 10)).containsExactly(2, 2, 2, 2, 2);
    assertThat(sizes(KEY, 205)).hasSize(11).contains(20).endsWith(5);
    workers = 100;
    assertThat(sizes(KEY, 500)).containsOnly(2);
  }

  @Test
  void long_ones_and_large_ones_go_alone() {
    ran(KEY, 0.1, "1");
    assertThat(sizes(KEY, 100)).containsOnly(1);

    BatchKey large = key(new Code.Python("def g(): pass", "g"), null);
    ran(large, 0.001, "x".repeat(200_000));
    assertThat(sizes(large, 100)).containsOnly(1);
  }

  @Test
  void what_becomes_long_goes_alone() {
    ran(KEY, 0.001, "1");
    ran(KEY, 0.2, "1");

    assertThat(sizes(KEY, 100)).containsOnly(1);
  }

  @Test
  void commands_and_mpi_programs_go_alone() {
    BatchKey command = key(SampleWork.command(List.of(), "true"), null);
    BatchKey mpi = key(KEY.code(), JsonText.JSON.createObjectBuilder().add("num_nodes", 2).build());
    ran(command, 0.001, "1");
    ran(mpi, 0.001, "1");

    assertThat(sizes(command, 100)).containsOnly(1);
    assertThat(sizes(mpi, 100)).containsOnly(1);
  }

  @Test
  void one_that_ends_its_worker_makes_all_go_alone_for_some_time() {
    ran(KEY, 0.001, "1");
    bundles.lost(KEY);

    assertThat(sizes(KEY, 100)).containsOnly(1);

    IntStream.range(0, 200).forEach(i -> ran(KEY, 0.001, "1"));
    assertThat(sizes(KEY, 100)).containsOnly(20);
  }
}

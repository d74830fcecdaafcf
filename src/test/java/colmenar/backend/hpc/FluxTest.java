package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import colmenar.backend.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FluxTest extends DialectContract {

  private final Flux flux = new Flux();

  FluxTest() {
    super(new Flux());
  }

  @Override
  List<String> ours() {
    return List.of("--job-name=x", "--outp=/x", "-N 3", "-n3", "--wrap", "-x --cwd /x");
  }

  @Override
  List<String> submissions() {
    return List.of("1717983248384\n", "1717983248384");
  }

  @Test
  void all_that_a_plan_asks_for_is_in_its_directives() {
    Resources asked = new Resources(2, 4, 3, null, 2, 3725, "short", "geo");
    assertThat(flux.directives(SamplePlan.of(asked, null, "ib")))
        .containsExactly(
            "#flux: --job-name=colmenar-a1",
            "#flux: --output=/home/ada/run/job.out",
            "#flux: --error=/home/ada/run/job.err",
            "#flux: --cwd=/home/ada/run",
            "#flux: --nodes=2",
            "#flux: --nslots=2",
            "#flux: --cores-per-slot=12",
            "#flux: --gpus-per-slot=2",
            "#flux: --time-limit=3725s",
            "#flux: --queue=short",
            "#flux: --bank=geo",
            "#flux: --requires=ib");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> flux.directives(SamplePlan.of(SamplePlan.FULL, null, null)));
  }

  @Test
  void what_a_plan_leaves_open_is_left_to_the_scheduler() {
    assertThat(flux.directives(SamplePlan.minimal()))
        .hasSize(7)
        .endsWith("#flux: --cores-per-slot=1");
  }

  @Test
  void what_flux_jobs_says_is_read() {
    assertThat(flux.readStatus(SamplePlan.said("flux-jobs.json")))
        .extracting(JobStatus::id, JobStatus::state, JobStatus::reason, JobStatus::exitCode)
        .containsExactly(
            tuple("1717983248384", JobState.COMPLETED, "", 0),
            tuple("1717983248385", JobState.FAILED, "", 7),
            tuple(
                "1717983248386",
                JobState.NOT_LAUNCHED,
                "alloc denied due to type=\"unsatisfiable\" | 'x'\n&<y>",
                null),
            tuple("1717983248387", JobState.TIMED_OUT, "resource allocation expired", 143),
            tuple("1717983248388", JobState.CANCELED, "", null),
            tuple("1717983248389", JobState.FAILED, "", 137),
            tuple("1717983248390", JobState.STUCK, "", null),
            tuple("1717983248391", JobState.RUNNING, "", null));
    assertThat(flux.readStatus("{\"jobs\": []}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "DEPEND, WAITING",
    "PRIORITY, WAITING",
    "SCHED, WAITING",
    "RUN, RUNNING",
    "CLEANUP, RUNNING",
    "COMPLETED, COMPLETED",
    "FAILED, NOT_LAUNCHED",
    "CANCELED, CANCELED",
    "TIMEOUT, TIMED_OUT",
    "NEW, UNKNOWN"
  })
  void every_word_for_a_state_is_known(String word, JobState state) {
    assertThat(
            flux.readStatus("{\"jobs\":[{\"id\":1,\"name\":\"n\",\"status\":\"" + word + "\"}]}"))
        .containsExactly(new JobStatus("1", "n", state, "", null));
  }

  @Test
  void a_refusal_may_be_another_one_later() {
    assertThat(flux.refusedForNow("flux-batch: ERROR: Unable to connect to Flux")).isTrue();
  }
}

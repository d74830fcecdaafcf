package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import colmenar.backend.Resources;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtCondorTest extends DialectContract {

  private final HtCondor condor = new HtCondor();

  HtCondorTest() {
    super(new HtCondor());
  }

  @Override
  List<String> ours() {
    return List.of(
        "executable = /bin/x",
        "Output=/x",
        "queue 5",
        "Queue",
        "+ColmenarName = \"x\"",
        "MY.ColmenarArray = true",
        "arguments = x",
        "include : /etc/x",
        "# x");
  }

  @Override
  List<String> submissions() {
    return List.of("40.0 - 40.0\n", "40", "41.0 - 41.9\n", "41");
  }

  @Test
  void all_that_a_plan_asks_for_is_in_its_directives() {
    Resources one = new Resources(1, 4, 3, 6000, 2, 3725, null, "geo");
    assertThat(condor.directives(SamplePlan.of(one, null, "(Arch==1)")))
        .containsExactly(
            "environment = \"COLMENAR_JOB=$(ClusterId) COLMENAR_INDEX=\"",
            "batch_name = colmenar-a1",
            "+ColmenarName = \"colmenar-a1\"",
            "+ColmenarArray = false",
            "initialdir = /home/ada/run",
            "output = /home/ada/run/job.out",
            "error = /home/ada/run/job.err",
            "request_cpus = 12",
            "request_memory = 6000",
            "request_gpus = 2",
            "accounting_group = geo",
            "requirements = (Arch==1)",
            "periodic_remove = (JobStatus == 5 && HoldReasonCode == 34)"
                + " || (JobStatus == 2 && time() - EnteredCurrentStatus > 3725)",
            "queue 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> condor.directives(SamplePlan.of(SamplePlan.FULL, null, null)));
  }

  @Test
  void what_a_plan_leaves_open_is_left_to_the_scheduler() {
    assertThat(condor.directives(SamplePlan.minimal()))
        .hasSize(10)
        .endsWith(
            "periodic_remove = (JobStatus == 5 && HoldReasonCode == 34)"
                + " || (JobStatus == 1 && NumJobStarts > 0)",
            "queue 1");
  }

  @Test
  void an_array_is_a_cluster_of_processes() {
    assertThat(condor.directives(SamplePlan.array(10, null)))
        .startsWith(
            "environment = \"COLMENAR_JOB=$(ClusterId).$(ProcId) COLMENAR_INDEX=$(ProcId)\"")
        .contains("+ColmenarArray = true")
        .endsWith("queue 10");
    assertThat(condor.elementId("41", 3)).isEqualTo("41.3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> condor.directives(SamplePlan.array(10, 4)));
  }

  @Test
  void other_directives_come_before_the_queue() {
    assertThat(condor.directives(SamplePlan.with("request_disk = 1GB")))
        .endsWith("request_disk = 1GB", "queue 1");
  }

  @Test
  void what_condor_q_says_is_read() {
    assertThat(condor.readStatus(SamplePlan.said("condor_q.json")))
        .extracting(JobStatus::id, JobStatus::state, JobStatus::exitCode)
        .containsExactly(
            tuple("40", JobState.WAITING, null),
            tuple("41.0", JobState.RUNNING, null),
            tuple("41.1", JobState.COMPLETED, 0),
            tuple("41.2", JobState.FAILED, 7),
            tuple("42", JobState.FAILED, 137),
            tuple("43", JobState.STUCK, null),
            tuple("44", JobState.WAITING, null),
            tuple("45", JobState.SUSPENDED, null));
    assertThat(condor.readStatus("")).isEmpty();
  }

  @Test
  void what_condor_history_says_is_read() {
    assertThat(condor.readAccount(SamplePlan.said("condor_history.json")))
        .extracting(JobStatus::id, JobStatus::state)
        .containsExactly(
            tuple("50", JobState.CANCELED),
            tuple("51", JobState.TIMED_OUT),
            tuple("52", JobState.OUT_OF_MEMORY));
    assertThat(condor.account(List.of("50", "51.3"), Instant.ofEpochSecond(7)))
        .hasValueSatisfying(command -> assertThat(command).endsWith(" -completedsince 7 50 51.3"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, WAITING",
    "2, RUNNING",
    "3, CANCELED",
    "4, FAILED",
    "5, STUCK",
    "6, RUNNING",
    "7, SUSPENDED",
    "8, UNKNOWN",
    "null, UNKNOWN"
  })
  void every_number_of_a_state_is_known(String number, JobState state) {
    assertThat(condor.readStatus("[{\"ClusterId\":1,\"ProcId\":0,\"JobStatus\":" + number + "}]"))
        .containsExactly(new JobStatus("1", "", state, "", null));
  }

  @Test
  void a_refusal_may_be_another_one_later() {
    assertThat(condor.refusedForNow("ERROR: Failed to connect to local queue manager")).isTrue();
  }
}

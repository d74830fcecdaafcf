package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorqueTest extends DialectContract {

  private final Torque torque = new Torque();

  TorqueTest() {
    super(new Torque());
  }

  @Override
  List<String> ours() {
    return List.of(
        "-N x", "-t 0-9", "-d /x", "-j oe", "-VN x", "-l prologue=/x", "-l nice=1,epilogue=/x");
  }

  @Override
  List<String> submissions() {
    return List.of("20.napali\n", "20.napali", "22[].napali\n", "22[].napali");
  }

  @Test
  void all_that_a_plan_asks_for_is_in_its_directives() {
    assertThat(torque.directives(SamplePlan.of(SamplePlan.FULL, "high", "ib")))
        .containsExactly(
            "#PBS -N colmenar-a1",
            "#PBS -S /bin/sh",
            "#PBS -o /home/ada/run/job.out",
            "#PBS -e /home/ada/run/job.err",
            "#PBS -d /home/ada/run",
            "#PBS -l nodes=2:ppn=12:gpus=2:ib",
            "#PBS -l mem=12000mb",
            "#PBS -l walltime=1:02:05",
            "#PBS -l qos=high",
            "#PBS -q short",
            "#PBS -A geo",
            "#PBS -r y");
  }

  @Test
  void what_a_plan_leaves_open_is_left_to_the_scheduler() {
    assertThat(torque.directives(SamplePlan.minimal()))
        .hasSize(7)
        .endsWith("#PBS -l nodes=1:ppn=1", "#PBS -r n");
  }

  @Test
  void an_array_counts_from_0_and_may_be_limited() {
    assertThat(torque.directives(SamplePlan.array(10, 4))).endsWith("#PBS -t 0-9%4");
    assertThat(torque.elementId("22[].napali", 3)).isEqualTo("22[3].napali");
  }

  @Test
  void what_qstat_says_is_read() {
    assertThat(torque.readStatus(SamplePlan.said("qstat-torque.xml")))
        .extracting(JobStatus::id, JobStatus::name, JobStatus::state, JobStatus::exitCode)
        .containsExactly(
            tuple("20.napali", "colmenar-a", JobState.COMPLETED, 0),
            tuple("21.napali", "colmenar-b", JobState.TIMED_OUT, 143),
            tuple("22[3].napali", "colmenar-c", JobState.FAILED, 7),
            tuple("22[4].napali", "colmenar-c", JobState.RUNNING, null),
            tuple("23.napali", "a&b<c>|\"d\"", JobState.STUCK, null),
            tuple("24.napali", "colmenar-d", JobState.CANCELED, null),
            tuple("25.napali", "colmenar-e", JobState.OUT_OF_MEMORY, null));
    assertThat(torque.readStatus("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Q, WAITING",
    "W, WAITING",
    "T, WAITING",
    "H, STUCK",
    "R, RUNNING",
    "E, RUNNING",
    "S, SUSPENDED",
    "C, CANCELED",
    "?, UNKNOWN"
  })
  void every_letter_for_a_state_is_known(String letter, JobState state) {
    String xml = "<Data><Job><Job_Id>1.a</Job_Id><job_state>%s</job_state></Job></Data>";
    assertThat(torque.readStatus(xml.formatted(letter)))
        .containsExactly(new JobStatus("1.a", "", state, "", null));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, NOT_LAUNCHED", "-2, NOT_LAUNCHED", "-3, NOT_LAUNCHED", "-4, NODE_FAILED",
    "-5, NODE_FAILED", "-6, NODE_FAILED", "-7, NOT_LAUNCHED", "-8, NOT_LAUNCHED",
    "-9, NOT_LAUNCHED", "-10, OUT_OF_MEMORY", "-11, TIMED_OUT", "-12, TIMED_OUT",
    "-99, NOT_LAUNCHED", "0, COMPLETED", "1, FAILED"
  })
  void every_exit_code_of_its_own_is_known(int code, JobState state) {
    String xml =
        "<Data><Job><Job_Id>1.a</Job_Id><job_state>C</job_state><exit_status>%d</exit_status></Job></Data>";
    assertThat(torque.readStatus(xml.formatted(code)))
        .extracting(JobStatus::state)
        .containsExactly(state);
  }

  @Test
  void a_refusal_may_be_another_one_later() {
    assertThat(torque.refusedForNow("qsub: Maximum number of jobs already in queue")).isTrue();
  }
}

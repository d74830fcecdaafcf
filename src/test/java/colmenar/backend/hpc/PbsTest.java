package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PbsTest extends DialectContract {

  private final Pbs pbs = new Pbs();

  PbsTest() {
    super(new Pbs());
  }

  @Override
  List<String> ours() {
    return List.of("-N x", "-Nx", "-VN x", "-l mem=1gb -o /x", "-J 0-9", "-r y", "-h", "-I");
  }

  @Override
  List<String> submissions() {
    return List.of("12.pbs01\n", "12.pbs01", "13[].pbs-01.hpc.org\n", "13[].pbs-01.hpc.org");
  }

  @Test
  void all_that_a_plan_asks_for_is_in_its_directives() {
    assertThat(pbs.directives(SamplePlan.of(SamplePlan.FULL, null, "arch=skylake")))
        .containsExactly(
            "#PBS -N colmenar-a1",
            "#PBS -S /bin/sh",
            "#PBS -o /home/ada/run/job.out",
            "#PBS -e /home/ada/run/job.err",
            "#PBS -l select=2:ncpus=12:mpiprocs=4:ompthreads=3:mem=6000mb:ngpus=2:arch=skylake",
            "#PBS -l place=scatter",
            "#PBS -l walltime=1:02:05",
            "#PBS -q short",
            "#PBS -A geo",
            "#PBS -r y");
  }

  @Test
  void what_a_plan_leaves_open_is_left_to_the_scheduler() {
    assertThat(pbs.directives(SamplePlan.minimal()))
        .hasSize(6)
        .endsWith("#PBS -l select=1:ncpus=1:mpiprocs=1:ompthreads=1", "#PBS -r n");
  }

  @Test
  void an_array_counts_from_0_and_may_be_limited() {
    assertThat(pbs.directives(SamplePlan.array(10, 4)))
        .endsWith("#PBS -J 0-9%4")
        .noneMatch(line -> line.contains("-r "));
    assertThat(pbs.elementId("13[].pbs01", 3)).isEqualTo("13[3].pbs01");
  }

  @Test
  void what_qstat_says_is_read() {
    assertThat(pbs.readStatus(SamplePlan.said("qstat-pbs.json")))
        .extracting(JobStatus::id, JobStatus::state, JobStatus::exitCode)
        .containsExactly(
            tuple("10.centos7", JobState.COMPLETED, 0),
            tuple("11.centos7", JobState.FAILED, 7),
            tuple("12.centos7", JobState.TIMED_OUT, 143),
            tuple("13.centos7", JobState.FAILED, 137),
            tuple("14.centos7", JobState.CANCELED, null),
            tuple("15.centos7", JobState.STUCK, null),
            tuple("16.centos7", JobState.RUNNING, null),
            tuple("17[].centos7", JobState.RUNNING, null),
            tuple("17[0].centos7", JobState.FAILED, 3),
            tuple("17[1].centos7", JobState.RUNNING, null),
            tuple("18.centos7", JobState.STUCK, null),
            tuple("19.centos7", JobState.TIMED_OUT, null));
  }

  @Test
  void a_name_is_any_text() {
    assertThat(pbs.readStatus(SamplePlan.said("qstat-pbs.json")))
        .extracting(JobStatus::name)
        .contains("a|\"b\" 'c'\n&<d>", "123");
  }

  @ParameterizedTest
  @CsvSource({
    "Q, WAITING",
    "W, WAITING",
    "T, WAITING",
    "M, WAITING",
    "H, STUCK",
    "B, RUNNING",
    "R, RUNNING",
    "E, RUNNING",
    "S, SUSPENDED",
    "U, SUSPENDED",
    "F, CANCELED",
    "X, COMPLETED",
    "?, UNKNOWN"
  })
  void every_letter_for_a_state_is_known(String letter, JobState state) {
    assertThat(pbs.readStatus("{\"Jobs\":{\"1.a\":{\"job_state\":\"" + letter + "\"}}}"))
        .containsExactly(new JobStatus("1.a", "", state, "", null));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, NOT_LAUNCHED",
    "-2, NOT_LAUNCHED",
    "-3, NOT_LAUNCHED",
    "-4, NODE_FAILED",
    "-5, NODE_FAILED",
    "-6, NODE_FAILED",
    "-10, NOT_LAUNCHED",
    "-11, NODE_FAILED",
    "-12, PREEMPTED",
    "-20, NODE_FAILED",
    "-24, FAILED",
    "-25, FAILED",
    "-26, OUT_OF_MEMORY",
    "-27, OUT_OF_MEMORY",
    "-28, TIMED_OUT",
    "-29, TIMED_OUT",
    "-99, NOT_LAUNCHED",
    "0, COMPLETED",
    "1, FAILED"
  })
  void every_exit_code_of_its_own_is_known(int code, JobState state) {
    assertThat(
            pbs.readStatus(
                "{\"Jobs\":{\"1.a\":{\"job_state\":\"F\",\"Exit_status\":" + code + "}}}"))
        .extracting(JobStatus::state)
        .containsExactly(state);
  }

  @Test
  void without_jobs_there_is_nothing_or_no_list_of_them() {
    assertThat(pbs.readStatus("")).isEmpty();
    assertThat(pbs.readStatus("{\"timestamp\":1,\"pbs_version\":\"19\"}")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> pbs.readStatus("{}"));
  }

  @Test
  void a_refusal_may_be_another_one_later() {
    assertThat(pbs.refusedForNow("qsub: would exceed complex's per-user limit")).isTrue();
    assertThat(pbs.refusedForNow("qsub: cannot connect to server pbs01 (errno=111)")).isTrue();
  }
}

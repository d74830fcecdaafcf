package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LsfTest extends DialectContract {

  private final Lsf lsf = new Lsf();

  LsfTest() {
    super(new Lsf());
  }

  @Override
  List<String> ours() {
    return List.of(
        "-J x",
        "-Jd x",
        "-oo /x",
        "-q a -o /x",
        "-eo /x",
        "-E /x",
        "-Ep /x",
        "-cwd /x",
        "-K",
        "-Is",
        "-H");
  }

  @Override
  List<String> submissions() {
    return List.of("Job <301> is submitted to default queue <normal>.\n", "301");
  }

  @Test
  void all_that_a_plan_asks_for_is_in_its_directives() {
    assertThat(lsf.directives(SamplePlan.of(SamplePlan.FULL, null, "avx512")))
        .containsExactly(
            "#BSUB -J colmenar-a1",
            "#BSUB -Jd colmenar-a1",
            "#BSUB -o /home/ada/run/job.out",
            "#BSUB -e /home/ada/run/job.err",
            "#BSUB -cwd /home/ada/run",
            "#BSUB -n 24",
            "#BSUB -R \"span[ptile=12]\"",
            "#BSUB -M 6000MB",
            "#BSUB -R \"rusage[mem=6000MB]\"",
            "#BSUB -R \"select[avx512]\"",
            "#BSUB -gpu num=2",
            "#BSUB -W 63",
            "#BSUB -q short",
            "#BSUB -P geo",
            "#BSUB -r");
  }

  @Test
  void what_a_plan_leaves_open_is_left_to_the_scheduler() {
    assertThat(lsf.directives(SamplePlan.minimal())).hasSize(8).endsWith("#BSUB -rn");
  }

  @Test
  void an_array_counts_from_1_and_may_be_limited() {
    assertThat(lsf.directives(SamplePlan.array(10, 4)))
        .startsWith("#BSUB -J \"colmenar-a1[1-10]%4\"");
    assertThat(lsf.directives(SamplePlan.array(10, null)))
        .startsWith("#BSUB -J \"colmenar-a1[1-10]\"");
    assertThat(lsf.elementId("301", 3)).isEqualTo("301[3]");
  }

  @Test
  void what_bjobs_says_is_read() {
    assertThat(lsf.readStatus(SamplePlan.said("bjobs.json")))
        .extracting(JobStatus::id, JobStatus::name, JobStatus::state, JobStatus::exitCode)
        .containsExactly(
            tuple("301", "colmenar-a", JobState.COMPLETED, 0),
            tuple("302", "colmenar-b", JobState.FAILED, 7),
            tuple("303", "colmenar-c", JobState.TIMED_OUT, 140),
            tuple("304", "colmenar-d", JobState.CANCELED, 130),
            tuple("305[2]", "colmenar-e", JobState.WAITING, null),
            tuple("306[4]", "a|\"b\" 'c'\n&<d>", JobState.RUNNING, null),
            tuple("307", "colmenar-f", JobState.OUT_OF_MEMORY, 137));
    assertThat(lsf.readStatus("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PEND, WAITING", "PROV, WAITING", "WAIT, WAITING", "FWD_PEND, WAITING", "PSUSP, STUCK",
    "RUN, RUNNING", "USUSP, SUSPENDED", "SSUSP, SUSPENDED", "UNKWN, UNKNOWN", "ZOMBI, NODE_FAILED",
    "DONE, COMPLETED", "EXIT, FAILED", "?, UNKNOWN"
  })
  void every_word_for_a_state_is_known(String word, JobState state) {
    assertThat(lsf.readStatus("{\"RECORDS\":[{\"JOBID\":\"1\",\"STAT\":\"" + word + "\"}]}"))
        .extracting(JobStatus::state)
        .containsExactly(state);
  }

  @ParameterizedTest
  @CsvSource({
    "TERM_RUNLIMIT, TIMED_OUT", "TERM_DEADLINE, TIMED_OUT", "TERM_CPULIMIT, TIMED_OUT",
    "TERM_MEMLIMIT, OUT_OF_MEMORY", "TERM_SWAP, OUT_OF_MEMORY", "TERM_PREEMPT, PREEMPTED",
    "TERM_OWNER, CANCELED", "TERM_ADMIN, CANCELED", "TERM_FORCE_OWNER, CANCELED",
    "TERM_FORCE_ADMIN, CANCELED", "TERM_UNKNOWN, FAILED", "TERM_CWD_NOTEXIST, NOT_LAUNCHED",
    "TERM_REMOVE_HUNG_JOB, NODE_FAILED", "TERM_NEW, FAILED"
  })
  void every_reason_for_an_end_is_known(String reason, JobState state) {
    String json =
        "{\"RECORDS\":[{\"JOBID\":\"1\",\"STAT\":\"EXIT\",\"EXIT_REASON\":\"%s: job killed\"}]}";
    assertThat(lsf.readStatus(json.formatted(reason)))
        .extracting(JobStatus::state)
        .containsExactly(state);
  }

  @Test
  void a_refusal_may_be_another_one_later() {
    assertThat(lsf.refusedForNow("User <ada>: pending job threshold reached. Retrying in 60 s"))
        .isTrue();
  }
}

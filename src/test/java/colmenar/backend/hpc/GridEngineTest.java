package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridEngineTest extends DialectContract {

  private final GridEngine engine = new GridEngine();

  GridEngineTest() {
    super(new GridEngine());
  }

  @Override
  List<String> ours() {
    return List.of(
        "-N x",
        "-o /x",
        "-l mem=1 -e /x",
        "-t 1-9",
        "-tc 2",
        "-cwd",
        "-wd /x",
        "-j y",
        "-clear",
        "-@ file",
        "-h",
        "-sync y",
        "-r y");
  }

  @Override
  List<String> submissions() {
    return List.of("42\n", "42", "42.1-20:1\n", "42");
  }

  @Test
  void all_that_a_plan_asks_for_is_in_its_directives() {
    assertThat(engine.directives(SamplePlan.of(SamplePlan.FULL, null, "arch=lx-amd64")))
        .containsExactly(
            "#$ -N colmenar-a1",
            "#$ -S /bin/sh",
            "#$ -o /home/ada/run/job.out",
            "#$ -e /home/ada/run/job.err",
            "#$ -wd /home/ada/run",
            "#$ -r y",
            "#$ -pe mpi 24",
            "#$ -l h_vmem=500M",
            "#$ -l gpu=2",
            "#$ -l h_rt=1:02:05",
            "#$ -l arch=lx-amd64",
            "#$ -q short",
            "#$ -P geo");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> engine.directives(SamplePlan.of(SamplePlan.FULL, "high", null)));
  }

  @Test
  void what_a_plan_leaves_open_is_left_to_the_scheduler() {
    assertThat(engine.directives(SamplePlan.minimal())).hasSize(6).endsWith("#$ -r n");
  }

  @Test
  void an_array_counts_from_1_and_may_be_limited() {
    assertThat(engine.directives(SamplePlan.array(10, 4))).endsWith("#$ -t 1-10", "#$ -tc 4");
    assertThat(engine.firstIndex()).hasValue(1);
    assertThat(engine.elementId("42", 3)).isEqualTo("42.3");
  }

  @Test
  void what_qstat_has_said_is_read() {
    assertThat(engine.readStatus(SamplePlan.said("qstat-gridengine.xml")))
        .extracting(JobStatus::id, JobStatus::state, JobStatus::reason)
        .containsExactly(
            tuple("9.1", JobState.RUNNING, ""),
            tuple("9.2", JobState.RUNNING, ""),
            tuple("11", JobState.RUNNING, ""),
            tuple("17", JobState.RUNNING, ""),
            tuple("19", JobState.SUSPENDED, ""),
            tuple("16", JobState.WAITING, ""),
            tuple("7", JobState.STUCK, "Eqw"),
            tuple("8", JobState.STUCK, "hqw"),
            tuple("9.3", JobState.WAITING, ""),
            tuple("9.4", JobState.WAITING, ""),
            tuple("9.5", JobState.WAITING, ""),
            tuple("10.1", JobState.STUCK, "hqw"),
            tuple("10.2", JobState.STUCK, "hqw"));
  }

  @Test
  void a_name_may_hold_what_xml_has_a_meaning_for() {
    // It escapes the first of them wrongly itself.
    assertThat(engine.readStatus(SamplePlan.said("qstat-gridengine.xml")))
        .filteredOn(job -> job.id().equals("17"))
        .extracting(JobStatus::name)
        .containsExactly("a|b%lt;q>\"&'");
  }

  @Test
  void an_entity_from_elsewhere_is_not_read() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                engine.readStatus(
                    "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><job_info>&e;</job_info>"));
  }

  @ParameterizedTest
  @CsvSource({
    "qw, WAITING",
    "Rq, WAITING",
    "hqw, STUCK",
    "hRwq, STUCK",
    "r, RUNNING",
    "hr, RUNNING",
    "t, RUNNING",
    "Rr, RUNNING",
    "Rt, RUNNING",
    "s, SUSPENDED",
    "ts, SUSPENDED",
    "S, SUSPENDED",
    "tS, SUSPENDED",
    "T, SUSPENDED",
    "tT, SUSPENDED",
    "Rs, SUSPENDED",
    "RtT, SUSPENDED",
    "Eqw, STUCK",
    "Ehqw, STUCK",
    "dr, RUNNING",
    "dt, RUNNING",
    "dRr, RUNNING",
    "ds, RUNNING",
    "dS, RUNNING",
    "dT, RUNNING",
    "?, UNKNOWN",
    "'', UNKNOWN"
  })
  void every_word_for_a_state_is_known(String word, JobState state) {
    String xml =
        "<job_info><job_list><JB_job_number>1</JB_job_number><state>%s</state></job_list></job_info>";
    assertThat(engine.readStatus(xml.formatted(word)))
        .extracting(JobStatus::state)
        .containsExactly(state);
  }

  @Test
  void what_qacct_has_said_is_read() {
    assertThat(engine.readAccount(SamplePlan.said("qacct.txt")))
        .extracting(JobStatus::id, JobStatus::state, JobStatus::reason, JobStatus::exitCode)
        .containsExactly(
            tuple("1", JobState.COMPLETED, "", 0),
            tuple("2", JobState.FAILED, "", 7),
            tuple("3", JobState.FAILED, "assumedly after job", 139),
            tuple("4", JobState.TIMED_OUT, "qmaster enforced h_rt, h_cpu, or h_vmem limit", 137),
            tuple("5", JobState.FAILED, "assumedly after job", 138),
            tuple("6", JobState.FAILED, "", 1),
            tuple("7", JobState.NOT_LAUNCHED, "changing into working directory", null),
            tuple("9.1", JobState.FAILED, "", 1),
            tuple("9.2", JobState.FAILED, "", 2),
            tuple("9.3", JobState.FAILED, "", 3),
            tuple("9.4", JobState.FAILED, "", 4),
            tuple("18", JobState.FAILED, "assumedly after job", 137));
  }

  @Test
  void of_several_starts_the_last_counts() {
    String twice =
        """
        ==============================================================
        jobnumber    5
        taskid       undefined
        failed       25  : rescheduling
        exit_status  0
        ==============================================================
        jobnumber    5
        taskid       undefined
        failed       0
        exit_status  3
        """;
    assertThat(engine.readAccount(twice))
        .containsExactly(new JobStatus("5", "", JobState.FAILED, "", 3));
  }

  @Test
  void who_has_deleted_a_job_is_told_by_some() {
    String deleted = "====\njobnumber 5\nfailed 100 : assumedly after job\nexit_status 137\n";
    assertThat(engine.readAccount(deleted + "deleted_by ada@node1\n"))
        .extracting(JobStatus::state)
        .containsExactly(JobState.CANCELED);
    assertThat(engine.readAccount(deleted + "deleted_by NONE\n"))
        .extracting(JobStatus::state)
        .containsExactly(JobState.FAILED);
  }

  @ParameterizedTest
  @CsvSource({
    "0, COMPLETED",
    "12, COMPLETED",
    "13, COMPLETED",
    "14, COMPLETED",
    "15, COMPLETED",
    "16, COMPLETED",
    "17, FAILED",
    "18, NODE_FAILED",
    "19, NODE_FAILED",
    "20, NODE_FAILED",
    "22, NODE_FAILED",
    "24, WAITING",
    "25, WAITING",
    "30, FAILED",
    "37, TIMED_OUT",
    "100, FAILED",
    "1, NOT_LAUNCHED",
    "26, NOT_LAUNCHED",
    "99, NOT_LAUNCHED"
  })
  void every_kind_of_end_is_known(int failed, JobState state) {
    assertThat(engine.readAccount("====\njobnumber 5\nfailed " + failed + " : x\nexit_status 0\n"))
        .extracting(JobStatus::state)
        .containsExactly(state);
  }

  @Test
  void an_account_that_is_none_is_not_taken_for_an_empty_one() {
    assertThatIllegalArgumentException().isThrownBy(() -> engine.readAccount("Segmentation fault"));
    assertThat(engine.readAccount("")).isEmpty();
  }

  @Test
  void the_account_is_asked_for_arrays_as_a_whole() {
    assertThat(engine.account(List.of("9.1", "9.2", "10"), Instant.EPOCH))
        .hasValueSatisfying(command -> assertThat(command).startsWith("for job in 9 10;"));
  }

  @Test
  void a_refusal_may_be_another_one_later() {
    assertThat(
            engine.refusedForNow(
                "Unable to run job: unable to send message to qmaster using port 6444 on host \"vm\""))
        .isTrue();
  }
}

package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlurmTest extends DialectContract {

  private final Slurm slurm = new Slurm();

  SlurmTest() {
    super(new Slurm());
  }

  @Override
  List<String> ours() {
    return List.of(
        "--job-name=x",
        "--job-n=x",
        "-Jx",
        "-HJ x",
        "--gres=gpu:1 --output=/x",
        "\"--output\" /x",
        "-p debug -o /x",
        "\\-o /x",
        "--array=0-9",
        "--uid=0",
        "--requeue",
        "-W");
  }

  @Override
  List<String> submissions() {
    return List.of("1147\n", "1147", "1147;cluster\n", "1147", "a banner\n12\n", "12");
  }

  @Test
  void all_that_a_plan_asks_for_is_in_its_directives() {
    assertThat(slurm.directives(SamplePlan.of(SamplePlan.FULL, "high", "nvme&rack1")))
        .containsExactly(
            "#SBATCH --job-name=colmenar-a1",
            "#SBATCH --comment=colmenar-a1",
            "#SBATCH --output=/home/ada/run/job.out",
            "#SBATCH --error=/home/ada/run/job.err",
            "#SBATCH --open-mode=append",
            "#SBATCH --chdir=/home/ada/run",
            "#SBATCH --nodes=2",
            "#SBATCH --ntasks-per-node=4",
            "#SBATCH --cpus-per-task=3",
            "#SBATCH --mem=6000M",
            "#SBATCH --gpus-per-node=2",
            "#SBATCH --time=1:02:05",
            "#SBATCH --partition=short",
            "#SBATCH --account=geo",
            "#SBATCH --qos=high",
            "#SBATCH --constraint=nvme&rack1",
            "#SBATCH --requeue");
  }

  @Test
  void what_a_plan_leaves_open_is_left_to_the_scheduler() {
    assertThat(slurm.directives(SamplePlan.minimal()))
        .hasSize(10)
        .endsWith("#SBATCH --cpus-per-task=1", "#SBATCH --no-requeue");
  }

  @Test
  void an_array_counts_from_0_and_may_be_limited() {
    assertThat(slurm.directives(SamplePlan.array(10, 4))).contains("#SBATCH --array=0-9%4");
    assertThat(slurm.directives(SamplePlan.array(10, null))).contains("#SBATCH --array=0-9");
    assertThat(slurm.elementId("1147", 3)).isEqualTo("1147_3");
  }

  @Test
  void other_directives_come_last() {
    assertThat(slurm.directives(SamplePlan.with("--gres=gpu:a100:1", "-x n7")))
        .endsWith("#SBATCH --gres=gpu:a100:1", "#SBATCH -x n7");
  }

  @Test
  void what_squeue_has_said_is_read() {
    assertThat(slurm.readStatus(SamplePlan.said("squeue.txt")))
        .extracting(JobStatus::id, JobStatus::state, JobStatus::reason, JobStatus::exitCode)
        .containsExactly(
            tuple("9", JobState.CANCELED, "", 143),
            tuple("8", JobState.CANCELED, "JobHeldUser", 0),
            tuple("1", JobState.COMPLETED, "", 0),
            tuple("2", JobState.FAILED, "NonZeroExitCode", 7),
            tuple("3", JobState.FAILED, "JobLaunchFailure", 139),
            tuple("5", JobState.FAILED, "JobLaunchFailure", 137),
            tuple("6", JobState.NOT_LAUNCHED, "JobLaunchFailure", null),
            tuple("10_2", JobState.WAITING, "JobArrayTaskLimit", null),
            tuple("10_3", JobState.WAITING, "JobArrayTaskLimit", null),
            tuple("12", JobState.STUCK, "DependencyNeverSatisfied", null),
            tuple("13", JobState.WAITING, "Resources", null),
            tuple("14", JobState.WAITING, "Priority", null),
            tuple("15", JobState.WAITING, "Priority", null),
            tuple("16", JobState.STUCK, "PartitionConfig", null),
            tuple("17", JobState.WAITING, "Priority", null),
            tuple("11_0", JobState.STUCK, "JobHeldUser", null),
            tuple("11_1", JobState.STUCK, "JobHeldUser", null),
            tuple("7", JobState.STUCK, "JobHeldUser", null),
            tuple("10_0", JobState.RUNNING, "", null),
            tuple("10_1", JobState.RUNNING, "", null),
            tuple("4", JobState.TIMED_OUT, "TimeLimit", 143));
  }

  @Test
  void a_name_may_hold_what_separates_columns() {
    assertThat(slurm.readStatus(SamplePlan.said("squeue.txt")))
        .filteredOn(job -> job.id().equals("14"))
        .extracting(JobStatus::name)
        .containsExactly("a|b \"q\" 'x' <&>");
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING, WAITING",
    "CONFIGURING, WAITING",
    "REQUEUED, WAITING",
    "REQUEUE_FED, WAITING",
    "REQUEUE_HOLD, STUCK",
    "RESV_DEL_HOLD, STUCK",
    "SPECIAL_EXIT, STUCK",
    "RUNNING, RUNNING",
    "COMPLETING, RUNNING",
    "SIGNALING, RUNNING",
    "STAGE_OUT, RUNNING",
    "RESIZING, RUNNING",
    "SUSPENDED, SUSPENDED",
    "STOPPED, SUSPENDED",
    "COMPLETED, COMPLETED",
    "FAILED, FAILED",
    "TIMEOUT, TIMED_OUT",
    "DEADLINE, TIMED_OUT",
    "OUT_OF_MEMORY, OUT_OF_MEMORY",
    "NODE_FAIL, NODE_FAILED",
    "PREEMPTED, PREEMPTED",
    "CANCELLED, CANCELED",
    "BOOT_FAIL, NOT_LAUNCHED",
    "LAUNCH_FAILED, NOT_LAUNCHED",
    "RECONFIG_FAIL, NOT_LAUNCHED",
    "REVOKED, CANCELED",
    "QUANTUM, UNKNOWN",
    "'', UNKNOWN"
  })
  void every_word_for_a_state_is_known(String word, JobState state) {
    assertThat(slurm.readStatus("1|" + word + "|None|0|a"))
        .extracting(JobStatus::state)
        .containsExactly(state);
    assertThat(slurm.readAccount("1|" + word + "|0:0|a"))
        .extracting(JobStatus::state)
        .containsExactly(state);
  }

  @Test
  void what_sacct_says_is_read() {
    assertThat(
            slurm.readAccount(
                "4|CANCELLED by 1001|0:15|n\n5_3|FAILED|7:0|n\n6|FAILED|0:53|a|b\n7|FAILED|0:11|n\n"))
        .containsExactly(
            new JobStatus("4", "n", JobState.CANCELED, "", 143),
            new JobStatus("5_3", "n", JobState.FAILED, "", 7),
            new JobStatus("6", "a|b", JobState.NOT_LAUNCHED, "", null),
            new JobStatus("7", "n", JobState.FAILED, "", 139));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> slurm.readAccount("Slurm accounting storage is disabled"));
  }

  @Test
  void the_account_is_asked_in_universal_time() {
    assertThat(slurm.account(List.of("1", "2_3"), Instant.parse("2025-03-01T12:00:00Z")))
        .hasValueSatisfying(
            command ->
                assertThat(command)
                    .startsWith("TZ=UTC sacct ")
                    .contains("--starttime=2025-03-01T12:00:00 ")
                    .endsWith("--jobs=1,2_3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
        "sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job"
            + " violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
        "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying"
      })
  void a_refusal_may_be_another_one_later(String complaint) {
    assertThat(slurm.refusedForNow(complaint)).isTrue();
  }
}

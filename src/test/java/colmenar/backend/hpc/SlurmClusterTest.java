package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.FailureClass;
import colmenar.backend.Handle;
import colmenar.backend.Outcome;
import colmenar.backend.Resources;
import colmenar.backend.Status.Condition;
import colmenar.backend.Work;
import colmenar.container.Services;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** It takes longest, and so begins first. */
@Order(0)
class SlurmClusterTest extends ClusterContract {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** {@code -Dcolmenar.test.hpc.away-seconds=60} for longer. */
  private static final Duration AWAY =
      Duration.ofSeconds(Integer.getInteger("colmenar.test.hpc.away-seconds", 5));

  @Override
  Dialect dialect() {
    return new Slurm();
  }

  @Override
  RealScheduler bringUp() {
    Services.require("Slurm", Services.onPath("sbatch") && Services.onPath("munge"));
    Services.require(
        "root, who alone can bring up Slurm", "root".equals(System.getProperty("user.name")));
    return hasAccount() ? RealScheduler.slurmWithAccount() : RealScheduler.slurm();
  }

  private static boolean hasAccount() {
    return Services.onPath("slurmdbd") && Services.onPath("mariadbd");
  }

  @Test
  void what_became_of_a_job_that_the_controller_has_forgotten_is_in_the_account() {
    Services.require("slurmdbd and MariaDB", hasAccount());
    Work work = marking(600);
    submit(List.of(work));
    awaitRun(work);
    String job = jobOf(work);
    backend().stop();
    scheduler().command("scancel " + job);
    Awaitility.await("the end of memory")
        .atMost(LIMIT)
        .until(() -> !scheduler().command("squeue --noheader --states=all").contains(job));

    startAnew();

    backend().recover(List.of(new Handle(work.attempt(), null)));
    assertThat(failure(work).type()).isEqualTo("CanceledOnSite");
  }

  @Override
  String[] launch() {
    return new String[] {"srun", "--overlap", "-n", "{total_ranks}"};
  }

  @Override
  String submitByHand() {
    return scheduler().command("sbatch --parsable --output=/dev/null --wrap='sleep 300'").strip();
  }

  @Test
  void a_submission_that_is_accepted_and_then_dies_is_found_by_its_name() throws IOException {
    wrap("sbatch", "/usr/bin/sbatch \"$@\" >/dev/null\nkill -KILL $$\n");
    List<Work> works = marks(3, 0);

    submit(works);

    assertRanOnce(works);
  }

  @Test
  void a_controller_that_is_away_for_a_while_loses_nothing() {
    List<Work> works = marks(8, 1);
    submit(works.subList(0, 4));
    jobOf(works.get(0));
    scheduler().stop("run/slurmctld.pid");
    submit(works.subList(4, 8));
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> backend().status().condition() == Condition.DEGRADED);
    LockSupport.parkNanos(AWAY.toNanos());

    scheduler().start();

    assertRanOnce(works);
    Awaitility.await().atMost(LIMIT).until(() -> backend().status().condition() == Condition.UP);
  }

  @Test
  void an_operator_s_cancel_is_not_tried_again() {
    Work work = marking(600);
    submit(List.of(work));
    awaitRun(work);

    scheduler().command("scancel " + jobOf(work));

    assertThat(failure(work).type()).isEqualTo("CanceledOnSite");
    assertThat(failure(work).failureClass()).isEqualTo(FailureClass.REJECTED);
  }

  @Test
  void a_job_that_was_put_back_into_the_queue_runs_again_and_ends_once() {
    Work work = marking(600, Resources.MINIMAL, null, "{\"requeue\": true}");
    submit(List.of(work));
    awaitRun(work);
    String job = jobOf(work);

    scheduler().command("scontrol requeue " + job);
    // By itself it would wait for two minutes. A node does not take a job again in the moment in
    // which it has ended it.
    LockSupport.parkNanos(Duration.ofSeconds(4).toNanos());
    Awaitility.await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> {
              if (runs(work) == 1) {
                scheduler().command("scontrol update JobId=" + job + " StartTime=now");
              }
              return runs(work) == 2;
            });

    assertThat(told().outcome(work.attempt(), LIMIT).outcome())
        .isInstanceOf(Outcome.Succeeded.class);
  }

  @Test
  void a_job_that_can_never_start_is_shown_with_the_reason() {
    Work work = marking(0, new Resources(50, 1, 1, null, null, 60, null, null), null, "{}");
    submit(List.of(work));

    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        backend().waiting(work.attempt()).orElse("") + told().end(work.attempt()))
                    .containsAnyOf("PartitionConfig", "Requested node configuration"));
    backend().cancel(List.of(work.attempt()));
    told().outcome(work.attempt(), LIMIT);
  }

  @Test
  void an_unknown_partition_is_refused_with_the_scheduler_s_words() {
    Work work = marking(0, new Resources(1, 1, 1, null, null, 60, "nowhere", null), null, "{}");
    submit(List.of(work));

    assertThat(failure(work).failureClass()).isEqualTo(FailureClass.REJECTED);
    assertThat(failure(work).message()).contains("partition");
  }

  @Test
  void a_node_that_is_lost_is_not_the_application_s_fault() {
    Work work = marking(600);
    submit(List.of(work));
    awaitRun(work);
    String node =
        scheduler().command("squeue --noheader --format=%N --jobs=" + jobOf(work)).strip();

    scheduler().kill("run/slurmd." + node + ".pid");

    assertThat(failure(work).type()).isEqualTo("NodeFailed");
    assertThat(failure(work).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
    scheduler().start();
  }
}

package colmenar.backend.parsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Backend;
import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.Resources;
import colmenar.backend.SampleWork;
import colmenar.backend.Told;
import colmenar.backend.Work;
import colmenar.backend.hpc.RealScheduler;
import colmenar.container.Services;
import colmenar.remote.SshServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Pilot jobs of a real scheduler, on a cluster that is reached by SSH. */
@TestInstance(Lifecycle.PER_CLASS)
class ParslSlurmTest {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  private static final String SLURM =
      """
      {'strategy_period': 1, 'max_idletime': 5,
       'executors': [
         {'class': 'HighThroughputExecutor', 'label': 'cpu', 'address': '127.0.0.1',
          'max_workers_per_node': 2, 'cores_per_worker': 0.5,
          'heartbeat_period': 2, 'heartbeat_threshold': 6,
          'provider': {'class': 'SlurmProvider', 'partition': 'debug', 'exclusive': false,
                       'init_blocks': 0, 'max_blocks': 1, 'walltime': '00:01:00'}},
         {'class': 'MPIExecutor', 'label': 'mpi', 'address': '127.0.0.1',
          'max_workers_per_block': 1, 'mpi_launcher': 'srun',
          'heartbeat_period': 2, 'heartbeat_threshold': 6,
          'provider': {'class': 'SlurmProvider', 'partition': 'debug', 'exclusive': false,
                       'init_blocks': 0, 'nodes_per_block': 2, 'max_blocks': 1,
                       'walltime': '00:05:00', 'launcher': {'class': 'SimpleLauncher'}}}]}
      """;

  private final Told told = new Told();
  private RealScheduler slurm;
  private SshServer ssh;
  private ParslSite site;

  @BeforeAll
  void bringUp(@TempDir Path directory) throws Exception {
    Services.require("Slurm", Services.onPath("sbatch") && Services.onPath("munge"));
    Services.require(
        "root, who alone can bring up Slurm", "root".equals(System.getProperty("user.name")));
    ssh = new SshServer(Files.createDirectory(directory.resolve("ssh"))).start();
    slurm = RealScheduler.slurm();
    site =
        new ParslSite(directory.resolve("site"), SLURM).over(ssh.settings()).setup(slurm.setup());
  }

  @AfterEach
  void stop() {
    site.stopAll();
  }

  @AfterAll
  void bringDown() {
    Stream.of(site, slurm, ssh).filter(part -> part != null).forEach(ParslSlurmTest::close);
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Work python(String source) {
    return SampleWork.of(UUID.randomUUID(), new Code.Python(source, "f"));
  }

  private Failure failure(Work work) {
    Outcome outcome = told.outcome(work.attempt(), LIMIT).outcome();
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }

  private String job(Backend backend) {
    return await("a block that runs")
        .atMost(LIMIT)
        .until(
            () ->
                backend.status().facts().entrySet().stream()
                    .filter(fact -> fact.getKey().startsWith("block."))
                    .map(java.util.Map.Entry::getValue)
                    .filter(block -> block.startsWith("RUNNING"))
                    .findFirst()
                    .orElse(""),
            block -> !block.isEmpty())
        .replaceAll(".*job (\\d+).*", "$1");
  }

  @Test
  void a_function_runs_on_a_node_of_the_cluster() {
    Backend backend = site.started("cpu", told);
    Work work = python("import os\ndef f(): return os.environ['SLURM_JOB_ID']");

    backend.submit(List.of(work));

    String job = job(backend);
    assertThat(told.outcome(work.attempt(), LIMIT).outcome())
        .isEqualTo(new Outcome.Succeeded("\"" + job + "\""));
    assertThat(slurm.command("squeue --noheader --format=%i")).contains(job);
    assertThat(backend.status().facts().get("workers")).isEqualTo("2");
  }

  @Test
  void an_mpi_program_runs_on_two_nodes() {
    Backend backend = site.started("mpi", told);
    Code.Command program =
        SampleWork.command(
            List.of("mpirun", "-np", "{total_ranks}"),
            "sh",
            "-c",
            "echo rank $SLURM_PROCID of $SLURM_NTASKS on $SLURMD_NODENAME");
    Resources resources = new Resources(2, 1, 1, null, null, null, null, null);
    Work work = SampleWork.of(UUID.randomUUID(), program, resources, null, "{}");

    backend.submit(List.of(work));

    Outcome outcome = told.outcome(work.attempt(), LIMIT).outcome();
    assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
    assertThat(((Outcome.Succeeded) outcome).value())
        .contains("rank 0 of 2 on n1", "rank 1 of 2 on n2");
  }

  @Test
  void the_end_of_a_block_s_walltime_is_told_with_its_job() {
    Backend backend = site.started("cpu", told);
    Work work = python("import time\ndef f(): time.sleep(600)");

    backend.submit(List.of(work));
    told.first(work.attempt(), Event.Running.class, LIMIT);
    String job = job(backend);

    assertThat(failure(work).type()).isEqualTo("BlockEnded");
    assertThat(failure(work).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
    assertThat(failure(work).message()).contains("job " + job, "walltime", "TIMEOUT");
  }

  @Test
  void why_a_block_waits_is_why_its_tasks_do() {
    Backend backend = site.started("cpu", told);
    slurm.command("scontrol update PartitionName=debug State=DOWN");
    try {
      await("no block")
          .atMost(LIMIT)
          .until(() -> backend.status().facts().get("workers").equals("0"));
      Work work = python("def f(): return 1");
      backend.submit(List.of(work));

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(backend.waiting(work.attempt()).orElse(""))
                      .contains("no worker is there yet", "PENDING", "PartitionDown"));
    } finally {
      slurm.command("scontrol update PartitionName=debug State=UP");
    }
  }
}

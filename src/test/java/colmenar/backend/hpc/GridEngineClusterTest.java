package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.FailureClass;
import colmenar.backend.Resources;
import colmenar.backend.Work;
import colmenar.container.Services;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridEngineClusterTest extends ClusterContract {

  @Override
  Dialect dialect() {
    return new GridEngine();
  }

  @Override
  RealScheduler bringUp() {
    Services.require("Grid Engine", Services.onPath("qsub") && Services.onPath("qconf"));
    Services.require(
        "root, who alone can bring up Grid Engine", "root".equals(System.getProperty("user.name")));
    return RealScheduler.gridEngine();
  }

  /** Without the parallel environment's own way, which would want rsh. */
  @Override
  String[] launch() {
    return new String[] {
      "env",
      "OMPI_ALLOW_RUN_AS_ROOT=1",
      "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
      "OMPI_MCA_oob_tcp_if_include=lo",
      "OMPI_MCA_plm=isolated",
      "OMPI_MCA_ras=^gridengine",
      "mpirun",
      "--oversubscribe",
      "-np",
      "{total_ranks}"
    };
  }

  @Override
  String submitByHand() {
    return scheduler().command("qsub -terse -b y -o /dev/null -e /dev/null sleep 300").strip();
  }

  @Test
  void a_queue_that_is_not_there_is_told_with_the_scheduler_s_words() {
    Work work = marking(0, new Resources(1, 1, 1, null, null, 60, "nowhere", null), null, "{}");
    submit(List.of(work));

    assertThat(failure(work).failureClass()).isEqualTo(FailureClass.REJECTED);
    assertThat(failure(work).message()).contains("nowhere");
  }
}

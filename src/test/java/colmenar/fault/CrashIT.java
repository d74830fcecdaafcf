package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import colmenar.container.ColmenarServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import colmenar.fault.Orders.Trait;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One server with an embedded database, which ends in every way but in good order. */
@SharedServer
class CrashIT {

  private static final int KILLS = 4;
  private static final Set<Trait> ALL = EnumSet.of(Trait.REPEATED, Trait.DELIVERED);

  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    assumeThat(ColmenarServer.database())
        .as("with PostgreSQL there are several servers")
        .isEqualTo("h2");
    Services.require("python3", Services.onPath("python3"));
    server = Cluster.start(new ServerProcess("crash"));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void no_acknowledged_task_is_lost_by_a_server_that_is_killed_again_and_again() throws Exception {
    // What was not answered is not asked again: nothing repairs a loss.
    try (Trial trial = new Trial("kills", List.of(server), EnumSet.of(Trait.DELIVERED))) {
      int share = Trial.tasks() / KILLS;
      for (int kill = 0; kill < KILLS; kill++) {
        long before = trial.workload().history().outcomes();
        Future<?> submits = trial.workload().submitMeanwhile(share);
        trial.awaitOutcomes(before + share / 5);
        trial.killServerOnly(server);
        submits.get(10, TimeUnit.MINUTES);
      }
      trial.reckon();
    }
  }

  @Test
  void a_server_may_end_at_every_step_of_a_task() throws Exception {
    List<String> steps =
        List.of(Steps.SUBMIT, Steps.CLAIM, Steps.OUTCOME, Steps.RECEIVE, Steps.ACKNOWLEDGE);
    try (Trial trial = new Trial("steps", List.of(server), ALL)) {
      trial.haltAtEach(server, steps, Trial.tasks());
      trial.reckon();
    }
  }

  @Test
  void a_claim_that_succeeds_and_is_told_to_have_failed_leaves_no_task_behind() throws Exception {
    try (Trial trial = new Trial("claim", List.of(server), ALL)) {
      int before = server.faultsSoFar().size();
      server.fail("fail=AFTER_COMMIT", "sql=" + Steps.CLAIM.replace("\\", "\\\\"));
      trial.workload().submit(20);
      Awaitility.await("the fault")
          .atMost(Duration.ofMinutes(1))
          .until(() -> server.faultsSoFar().size() > before);
      trial.reckon();
    }
  }

  @Test
  void a_database_that_fails_now_and_then_changes_no_promise() throws Exception {
    try (Trial trial = new Trial("flaky", List.of(server), ALL)) {
      server.fail("rate=0.005", "seed=1");
      trial.workload().submit(Trial.tasks());
      trial.reckon();
      assertThat(server.faultsSoFar()).anyMatch(fault -> fault.startsWith("fail AFTER_COMMIT"));
    }
  }
}

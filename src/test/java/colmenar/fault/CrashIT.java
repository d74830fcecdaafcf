package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One server, on each database. */
@ExtendWith(ColmenarServer.class)
class CrashIT {

  private static final int KILLS = 3;

  @BeforeAll
  static void needs() {
    Services.require("python3", Services.onPath("python3"));
  }

  @Test
  void no_acknowledged_task_is_lost_by_a_server_that_is_killed_again_and_again() throws Exception {
    try (ServerProcess server = new ServerProcess("crash").start();
        Trial trial = new Trial("crash", List.of(server), false, false)) {
      Workload workload = trial.workload();
      for (int kill = 0; kill < KILLS; kill++) {
        int before = workload.acknowledged().size();
        Future<?> submits = workload.submitMeanwhile(Trial.tasks());
        Awaitility.await("acknowledged submits")
            .atMost(Duration.ofMinutes(1))
            .until(() -> workload.acknowledged().size() - before > Trial.tasks() / 5);

        server.killServerOnly();
        submits.get(5, TimeUnit.MINUTES);
        server.start();
      }
      trial.reckon();
    }
  }

  @Test
  void a_server_may_end_at_every_step_of_a_task() throws Exception {
    try (ServerProcess server = new ServerProcess("step").withFaults().start();
        Trial trial = new Trial("step", List.of(server), false, false)) {
      for (String sql :
          new String[] {"insert into task ", "insert into attempt", "insert into result"}) {
        for (String step : new String[] {"BEFORE_COMMIT", "AFTER_COMMIT"}) {
          server.fail("halt=" + step, "sql=" + sql, "at=3");
          Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks() / 10);
          Trial.restartAfterHalt(server);
          submits.get(5, TimeUnit.MINUTES);
        }
      }
      assertThat(server.faultsSoFar()).hasSize(6);
      trial.reckon();
    }
  }

  @Test
  void a_claim_that_succeeds_and_is_told_to_have_failed_leaves_no_task_behind() throws Exception {
    try (ServerProcess server = new ServerProcess("claim").withFaults().start();
        Trial trial = new Trial("claim", List.of(server), false, false)) {
      server.fail("fail=AFTER_COMMIT", "sql=insert into attempt|update task t\\\\s+set state");
      trial.workload().submit(10);
      Awaitility.await("the fault").until(() -> server.faultsSoFar().size() == 1);
      trial.reckon();
    }
  }

  @Test
  void a_database_that_fails_now_and_then_changes_no_promise() throws Exception {
    try (ServerProcess server = new ServerProcess("flaky").withFaults().start();
        Trial trial = new Trial("flaky", List.of(server), false, false)) {
      server.fail("rate=0.005", "seed=1");
      trial.workload().submit(Trial.tasks());
      assertThat(server.faultsSoFar()).anyMatch(fault -> fault.startsWith("fail AFTER_COMMIT"));
      trial.reckon();
    }
  }
}

package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import colmenar.container.ColmenarServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two servers with one PostgreSQL, on which whatever can fail does. */
@ExtendWith(ColmenarServer.class)
class ClusterFaultsIT {

  private static final Duration LEASE = Duration.ofSeconds(3);

  private static final String SUBMIT = "insert into task ";
  private static final String CLAIM = "update task t\\\\s+set state";
  private static final String OUTCOME = "insert into result";
  private static final String RECEIVE = "update result .*deliveries";
  private static final String ACKNOWLEDGE = "update result .*inbox ?= ?null";

  private static ServerProcess one;
  private static ServerProcess two;

  @BeforeAll
  static void start() throws Exception {
    assumeThat(ColmenarServer.database())
        .as("only PostgreSQL is shared by servers")
        .isEqualTo("postgresql");
    Services.require("python3", Services.onPath("python3"));
    one = node(new ServerProcess("one"));
    two = node(one.beside("two"));
  }

  private static ServerProcess node(ServerProcess server) throws Exception {
    return server
        .withFaults()
        .with("COLMENAR_NODE_LEASE_SECONDS", Long.toString(LEASE.toSeconds()))
        .with("COLMENAR_LOCAL_WORKERS", Integer.toString(ServerProcess.localWorkers()))
        .start();
  }

  @AfterAll
  static void stop() {
    for (ServerProcess node : new ServerProcess[] {two, one}) {
      if (node != null) {
        node.close();
      }
    }
  }

  @Test
  void a_node_may_end_at_every_step_of_a_task() throws Exception {
    List<String> steps =
        Trial.large()
            ? List.of(SUBMIT, CLAIM, OUTCOME, RECEIVE, ACKNOWLEDGE)
            : List.of(SUBMIT, CLAIM, OUTCOME, RECEIVE);
    List<String> moments =
        Trial.large() ? List.of("BEFORE_COMMIT", "AFTER_COMMIT") : List.of("AFTER_COMMIT");
    int share = Trial.tasks() / steps.size() / moments.size();
    try (Trial trial = trial("steps")) {
      for (String sql : steps) {
        for (String moment : moments) {
          two.fail("halt=" + moment, "sql=" + sql, "at=3");
          Future<?> submits = trial.workload().submitMeanwhile(share);
          Trial.restartAfterHalt(two);
          submits.get(5, TimeUnit.MINUTES);
        }
      }
      assertThat(two.faultsSoFar()).hasSizeGreaterThanOrEqualTo(steps.size() * moments.size());
      trial.reckon();
    }
  }

  @Test
  void a_node_may_stand_still_for_longer_than_its_lease() throws Exception {
    try (Trial trial = trial("stands")) {
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      Awaitility.await("work")
          .atMost(Duration.ofMinutes(1))
          .until(() -> trial.workload().acknowledged().size() > Trial.tasks() / 10);
      for (ServerProcess node : List.of(two, one)) {
        node.pause();
        try {
          Awaitility.await("the end of its lease, and of the time to notice")
              .pollDelay(LEASE.multipliedBy(3))
              .atMost(LEASE.multipliedBy(4))
              .until(node::running);
        } finally {
          node.resume();
        }
      }
      submits.get(10, TimeUnit.MINUTES);
      trial.reckon();
    }
  }

  @Test
  void the_database_may_go_away_and_connections_may_break() throws Exception {
    try (Trial trial = trial("breaks")) {
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      for (int part = 1; part < 5; part++) {
        int enough = part * Trial.tasks() / 5;
        Awaitility.await("work")
            .atMost(Duration.ofMinutes(5))
            .until(() -> trial.workload().acknowledged().size() >= enough);
        if (part == 3) {
          ServerProcess.restartPostgresql();
        } else {
          one.disconnect();
        }
      }
      submits.get(10, TimeUnit.MINUTES);
      trial.reckon();
    }
  }

  @Test
  void statements_and_commits_may_fail_now_and_then() throws Exception {
    try (Trial trial = trial("flaky")) {
      one.fail("rate=0.005", "seed=1");
      two.fail("rate=0.005", "seed=2");
      trial.workload().submit(Trial.tasks());
      trial.reckon();
    }
  }

  private static Trial trial(String name) throws Exception {
    return new Trial(name, List.of(one, two), true, true);
  }
}

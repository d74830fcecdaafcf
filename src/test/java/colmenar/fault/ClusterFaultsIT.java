package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import colmenar.container.ColmenarServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import colmenar.fault.Orders.Trait;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two servers with one PostgreSQL, on which whatever can fail does. */
@SharedServer
class ClusterFaultsIT {

  /** By then every server has seen how the gates stand. */
  private static final Duration SEEN = Duration.ofMillis(500);

  private static ServerProcess one;
  private static ServerProcess two;

  @BeforeAll
  static void start() throws Exception {
    assumeThat(ColmenarServer.database())
        .as("only PostgreSQL is shared by servers")
        .isEqualTo("postgresql");
    Services.require("python3", Services.onPath("python3"));
    one = Cluster.node(new ServerProcess("one"));
    two = Cluster.node(one.beside("two"));
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
        List.of(Steps.SUBMIT, Steps.CLAIM, Steps.OUTCOME, Steps.RECEIVE, Steps.ACKNOWLEDGE);
    try (Trial trial = trial("steps")) {
      trial.haltAtEach(two, steps, Trial.tasks());
      trial.reckon();
    }
  }

  @Test
  void limits_hold_over_nodes_that_are_killed_stand_still_and_are_taken_over() throws Exception {
    try (Trial trial = trial("limits", Trait.LIMITED)) {
      trial.limitEverything();
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      trial.awaitOutcomes(Trial.tasks() / 5);
      trial.kill(two);
      trial.standStill(one, Cluster.LEASE.multipliedBy(3));
      trial.awaitOutcomes(Trial.tasks() / 2);
      trial.standStill(two, Cluster.LEASE.multipliedBy(3));
      trial.killServerOnly(one);
      trial.upgrade(two);
      submits.get(20, TimeUnit.MINUTES);

      Evidence evidence = trial.reckon();

      for (Bound bound : trial.bounds()) {
        assertThat(new LimitsCheck(evidence).mostAtOnce(bound))
            .as("what %s let run at once", bound.limit())
            .isEqualTo(bound.most());
      }
    }
  }

  @Test
  void a_node_may_stand_still_for_longer_than_its_lease() throws Exception {
    try (Trial trial = trial("stands", Trait.STREAMING)) {
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      for (int part = 1; part < 5; part++) {
        trial.awaitOutcomes(part * Trial.tasks() / 6);
        trial.standStill(part % 2 == 0 ? one : two, Cluster.LEASE.multipliedBy(3));
      }
      submits.get(20, TimeUnit.MINUTES);
      trial.reckon();
    }
  }

  @Test
  void the_database_may_go_away_and_connections_may_break() throws Exception {
    try (Trial trial = trial("breaks")) {
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      for (int part = 1; part < 7; part++) {
        trial.awaitOutcomes(part * Trial.tasks() / 7);
        if (part % 3 == 0) {
          ServerProcess.restartPostgresql();
          trial.did("restarted PostgreSQL");
        } else {
          one.disconnect();
          trial.did("broke connections");
        }
      }
      submits.get(20, TimeUnit.MINUTES);
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
      assertThat(one.faultsSoFar()).anyMatch(fault -> fault.startsWith("fail AFTER_COMMIT"));
    }
  }

  @Test
  void times_hold_over_the_ends_of_nodes() throws Exception {
    try (Trial trial = trial("times", Trait.TIMED)) {
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      trial.awaitOutcomes(Trial.tasks() / 3);
      trial.kill(one);
      trial.awaitOutcomes(Trial.tasks() / 2);
      trial.killServerOnly(two);
      submits.get(20, TimeUnit.MINUTES);
      // nobody is there when many of the times come
      one.kill();
      two.kill();
      trial.did("killed both");
      Trial.rest(Duration.ofSeconds(8));
      trial.reckon();
    }
  }

  @Test
  void nodes_may_be_stopped_and_started_one_after_the_other() throws Exception {
    try (Trial trial = trial("upgrade", Trait.STREAMING)) {
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      for (int part = 1; part < 5; part++) {
        trial.awaitOutcomes(part * Trial.tasks() / 6);
        trial.upgrade(part % 2 == 0 ? one : two);
      }
      submits.get(20, TimeUnit.MINUTES);
      trial.reckon();
    }
  }

  @Test
  void gates_stay_as_they_are_while_nodes_end_and_begin() throws Exception {
    try (Trial trial = trial("gates")) {
      Client first = trial.workload().administrators().get(0);
      Client second = trial.workload().administrators().get(1);
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      trial.awaitOutcomes(Trial.tasks() / 4);

      first.move("server/pause", "");
      Instant paused = Instant.now().plus(SEEN);
      trial.kill(one);
      trial.upgrade(two);
      assertThat(gate(first)).isEqualTo("PAUSED");
      assertThat(gate(second)).isEqualTo("PAUSED");
      trial.workload().history().add(new History.Shut(paused, Instant.now()));
      second.move("server/resume", "");
      trial.awaitOutcomes(Trial.tasks() / 2);

      second.move("server/drain", "");
      Trial.rest(SEEN);
      long accepted = trial.workload().acknowledged();
      trial.killServerOnly(two);
      trial.upgrade(one);
      assertThat(gate(first)).isEqualTo("DRAINING");
      Awaitility.await("the end of what was accepted")
          .atMost(Duration.ofMinutes(10))
          .until(() -> first.read("server").asJsonObject().getBoolean("drained"));
      assertThat(trial.workload().acknowledged())
          .as("what is accepted while the server drains")
          .isLessThanOrEqualTo(accepted + Workload.MOST_ON_THE_WAY);
      first.move("server/resume", "");

      submits.get(20, TimeUnit.MINUTES);
      trial.reckon();
    }
  }

  private static String gate(Client at) {
    JsonValue server = at.read("server");
    return server.asJsonObject().getString("gate");
  }

  private static Trial trial(String name, Trait... more) throws Exception {
    EnumSet<Trait> traits = EnumSet.of(Trait.REPEATED, Trait.DELIVERED);
    traits.addAll(List.of(more));
    return new Trial(name, List.of(one, two), traits);
  }
}

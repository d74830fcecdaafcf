package colmenar.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import colmenar.container.ColmenarServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import colmenar.fault.Orders.Trait;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A few minutes' worth of {@link CrashIT} and {@link ClusterFaultsIT}, for every build. */
@ExtendWith(ColmenarServer.class)
class FaultsIT {

  @BeforeAll
  static void needs() {
    Services.require("python3", Services.onPath("python3"));
  }

  @Test
  void a_server_with_an_embedded_database_that_is_killed_keeps_its_promises() throws Exception {
    assumeThat(ColmenarServer.database()).isEqualTo("h2");
    try (ServerProcess server = Cluster.start(new ServerProcess("faults"));
        Trial trial =
            new Trial("alone", List.of(server), EnumSet.of(Trait.REPEATED, Trait.DELIVERED))) {
      server.fail("rate=0.01", "seed=1");
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      trial.awaitOutcomes(Trial.tasks() / 5);

      trial.killServerOnly(server);
      trial.halt(server, "AFTER_COMMIT", Steps.OUTCOME, Trial.tasks() / 10);

      submits.get(5, TimeUnit.MINUTES);
      trial.reckon();
      assertThat(server.faultsSoFar()).anyMatch(fault -> fault.startsWith("fail"));
    }
  }

  @Test
  void two_servers_of_which_one_or_the_other_fails_keep_their_promises() throws Exception {
    assumeThat(ColmenarServer.database()).isEqualTo("postgresql");
    try (ServerProcess one = Cluster.node(new ServerProcess("faults-one"));
        ServerProcess two = Cluster.node(one.beside("faults-two"));
        Trial trial =
            new Trial(
                "together",
                List.of(one, two),
                EnumSet.of(Trait.REPEATED, Trait.DELIVERED, Trait.LIMITED))) {
      trial.limitEverything();
      one.fail("rate=0.01", "seed=1");
      two.fail("rate=0.01", "seed=2");
      Future<?> submits = trial.workload().submitMeanwhile(Trial.tasks());
      trial.awaitOutcomes(Trial.tasks() / 5);

      trial.standStill(two, Cluster.LEASE.multipliedBy(2));
      one.disconnect();
      trial.kill(one);

      submits.get(5, TimeUnit.MINUTES);
      trial.reckon();
      assertThat(one.faultsSoFar()).anyMatch(fault -> fault.startsWith("fail"));
    }
  }
}

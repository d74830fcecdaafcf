package colmenar.fault;

import colmenar.container.ServerProcess;
import java.time.Duration;

/** How servers are set up that share a database. */
final class Cluster {

  /** After which a server is missed. */
  static final Duration LEASE = Duration.ofSeconds(3);

  private Cluster() {}

  /** Starts a server, with no fault for now. */
  static ServerProcess node(ServerProcess server) throws Exception {
    return server
        .withFaults()
        .with("COLMENAR_NODE_LEASE_SECONDS", Long.toString(LEASE.toSeconds()))
        .with("COLMENAR_LOCAL_WORKERS", Integer.toString(ServerProcess.localWorkers()))
        .start();
  }
}

package colmenar.fault;

import colmenar.container.ServerProcess;
import java.time.Duration;

/** How servers are set up that are to fail. */
final class Cluster {

  /** After which a server is missed. */
  static final Duration LEASE = Duration.ofSeconds(3);

  private Cluster() {}

  /** Starts a server, with no fault for now. */
  static ServerProcess start(ServerProcess server) throws Exception {
    return server.withFaults().start();
  }

  /** As {@link #start}, one of several that share a database. */
  static ServerProcess node(ServerProcess server) throws Exception {
    return start(
        server
            .with("COLMENAR_NODE_LEASE_SECONDS", Long.toString(LEASE.toSeconds()))
            .with("COLMENAR_LOCAL_WORKERS", Integer.toString(ServerProcess.localWorkers())));
  }
}

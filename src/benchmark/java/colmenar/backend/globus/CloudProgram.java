package colmenar.backend.globus;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The stand-in of the service and a real endpoint in a process of their own, until there is nothing
 * more to read from whoever started it.
 */
public final class CloudProgram {

  /** Without limits to how values are written: the SDK has its own ways. */
  private static final String CONFIGURATION =
      """
      heartbeat_period: 5
      engine:
        type: GlobusComputeEngine
        max_workers_per_node: 2
        address: 127.0.0.1
        provider: {type: LocalProvider, init_blocks: 1, min_blocks: 1, max_blocks: 1}
      """;

  private CloudProgram() {}

  /**
   * @param args the program of the endpoint, an empty directory, the id of the endpoint, and name
   *     and secret of the one account
   */
  public static void main(String[] args) {
    Path program = Path.of(args[0]);
    if (!Files.isExecutable(program)) {
      System.out.printf("skip there is no %s%n", program);
      return;
    }
    int status = 0;
    try {
      serve(program, Path.of(args[1]), UUID.fromString(args[2]), args[3], args[4]);
    } catch (Exception e) {
      e.printStackTrace();
      status = 1;
    }
    // The broker leaves threads behind.
    System.exit(status);
  }

  private static void serve(Path program, Path directory, UUID id, String account, String secret)
      throws Exception {
    try (Broker broker = new Broker(Files.createDirectory(directory.resolve("broker")));
        CloudStandIn cloud = new CloudStandIn(broker, account, secret);
        RealEndpoint endpoint = new RealEndpoint(id, broker, program, directory, CONFIGURATION)) {
      cloud.addEndpoint(endpoint.id());
      System.out.printf("ready %s%n", cloud.uri());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}

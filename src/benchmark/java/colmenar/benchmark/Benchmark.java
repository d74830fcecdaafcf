package colmenar.benchmark;

import java.nio.file.Files;

/** The command: a table of figures, or a soak. */
public final class Benchmark {

  private Benchmark() {}

  public static void main(String[] args) throws Exception {
    Files.createDirectories(Options.directory());
    try (PostgresqlCluster postgresql =
        PostgresqlCluster.start(Options.directory().resolve("postgresql"))) {
      System.out.printf(
          "%s; %s %s; %d processors%n",
          postgresql.describe(),
          System.getProperty("java.vm.name"),
          System.getProperty("java.version"),
          Runtime.getRuntime().availableProcessors());
      if (Options.soakMinutes() > 0) {
        new Soak(postgresql).run();
      } else if (Options.parts().contains("parsl")) {
        new ParslComparison(postgresql).run();
      } else if (Options.parts().contains("globus")) {
        new GlobusComparison(postgresql).run();
      } else {
        new Comparison(postgresql).run();
      }
    }
    // the peers leave threads behind
    System.exit(0);
  }
}

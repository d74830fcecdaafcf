package colmenar.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The Parsl backend beside bare Parsl and Colmena's task server, which runs on Parsl too. */
final class ParslComparison {

  private static final int WORKERS = 2;
  private static final String BARE = "bare Parsl";
  private static final String COLMENA = "Colmena's ParslTaskServer, Redis";
  private static final String OURS = "Colmenar on Parsl, PostgreSQL";

  /** The same as in {@code parsl_peers.py}. */
  private static final String CONFIGURATION =
      """
      {"strategy_period": 1,
       "executors": [
         {"class": "HighThroughputExecutor", "label": "cpu", "address": "127.0.0.1",
          "max_workers_per_node": 2, "cores_per_worker": 0.5,
          "provider": {"class": "LocalProvider"}}]}
      """;

  private static final String METHOD =
      """
      {"kind": "python", "function": "noop", "source": "def noop(value):\\n    return value\\n",
       "backends": ["here-cpu"]}
      """;

  private final PostgresqlCluster postgresql;
  private final List<Entrant> entrants = new ArrayList<>();

  ParslComparison(PostgresqlCluster postgresql) {
    this.postgresql = postgresql;
  }

  void run() throws Exception {
    try {
      enter();
      for (Entrant entrant : entrants) {
        warmUp(entrant);
      }
      for (int round = 1; round <= Options.rounds(); round++) {
        for (Entrant entrant : entrants) {
          wake(entrant);
          entrant.many(round, Options.parslTasks(), postgresql);
        }
        for (Entrant entrant : entrants) {
          single(round, entrant);
        }
      }
    } finally {
      for (Entrant entrant : entrants) {
        entrant.close();
      }
    }
    figures();
    ratios();
  }

  private void enter() throws Exception {
    enterPeer("bare", BARE, "in process: submit to result");
    if (entrants.isEmpty()) {
      System.out.printf("%s is skipped, as it needs Parsl too%n", OURS);
    } else {
      enterPeer("colmena", COLMENA, "send_inputs to get_result, one thread for each");
      enterOurs();
    }
  }

  private void enterPeer(String which, String name, String includes) throws IOException {
    Family family = new Family(which);
    Path directory = Files.createDirectories(Options.directory().resolve(which));
    ProcessBuilder command =
        new ProcessBuilder(
            Options.python(),
            Options.scripts().resolve("parsl_peers.py").toString(),
            which,
            directory.toString());
    Optional<PythonPeer> peer =
        PythonPeer.start(name, includes, command, family, directory.resolve("log"));
    if (peer.isPresent()) {
      entrants.add(new Entrant(peer.get(), family));
    } else {
      family.close();
    }
  }

  private void enterOurs() throws Exception {
    Family family = new Family("ours");
    Path directory = Files.createDirectories(Options.directory().resolve("parslsite"));
    Path methods = Files.createDirectories(directory.resolve("methods"));
    Files.writeString(methods.resolve("noop.json"), METHOD);
    Path configuration = directory.resolve("configuration.json");
    Files.writeString(configuration, CONFIGURATION);
    Server server =
        new Server("manyparsl", "postgresql", postgresql)
            .with(Family.VARIABLE, family.name())
            .with("COLMENAR_METHODS_DIR", methods.toString())
            .with("COLMENAR_PARSL_SITES", "here")
            .with(
                "COLMENAR_PARSL_HERE_DIRECTORY",
                Files.createTempDirectory(directory, "root").toString())
            .with("COLMENAR_PARSL_HERE_PYTHON", Options.python())
            .with("COLMENAR_PARSL_HERE_CONFIGURATION", configuration.toString());
    entrants.add(new Entrant(new Colmenar(OURS, "noop", WORKERS, server), family));
  }

  /** The JVM needs it; the others only once, for their workers to be there. */
  private void warmUp(Entrant entrant) throws Exception {
    int times = entrant.name().equals(OURS) ? Math.max(1, Options.warmups()) : 1;
    for (int i = 0; i < times; i++) {
      entrant.warmUp(Options.parslTasks());
    }
    entrant.contender().oneAtATime(Options.samples());
  }

  /** Parsl gives a block back that has had nothing to do for two minutes. */
  private static void wake(Entrant entrant) throws Exception {
    entrant.contender().oneAtATime(1);
  }

  private static void single(int round, Entrant entrant) throws Exception {
    wake(entrant);
    entrant.took(round, entrant.contender().oneAtATime(Options.samples()).orElseThrow());
  }

  private void figures() {
    Table table = new Table("what", "tasks/s", "p50 ms", "p95 ms", "CPU us a task", "includes");
    for (Entrant entrant : entrants) {
      table.add(
          entrant.name(),
          Rounds.join(entrant.rates(), Table::whole),
          Rounds.join(Rounds.p50(entrant.latencies()), Table::millis),
          Rounds.join(Rounds.p95(entrant.latencies()), Table::millis),
          Rounds.describe(entrant.micros()),
          entrant.contender().includes());
    }
    table.print();
  }

  private void ratios() {
    Table ratios = new Table("ratio", "of each round", "median", "goal");
    Optional<Entrant> ours = named(OURS);
    if (ours.isPresent()) {
      named(BARE).ifPresent(bare -> rates(ratios, ours.get(), bare, ">= 0.9"));
      named(COLMENA)
          .ifPresent(
              peer -> {
                rates(ratios, ours.get(), peer, ">= 2");
                p50(ratios, ours.get(), peer, "< 1");
              });
      named(BARE).ifPresent(bare -> p50(ratios, ours.get(), bare, ""));
    }
    ratios.print();
  }

  private static void rates(Table ratios, Entrant ours, Entrant peer, String goal) {
    String what = "tasks/s, Colmenar / %s".formatted(peer.name());
    Rounds.ratio(ratios, what, ours.rates(), peer.rates(), goal);
  }

  private static void p50(Table ratios, Entrant ours, Entrant peer, String goal) {
    String what = "p50, Colmenar / %s".formatted(peer.name());
    Rounds.ratio(ratios, what, Rounds.p50(ours.latencies()), Rounds.p50(peer.latencies()), goal);
  }

  private Optional<Entrant> named(String name) {
    return entrants.stream().filter(entrant -> entrant.name().equals(name)).findFirst();
  }
}

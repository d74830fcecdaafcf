package colmenar.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The Globus backend beside the executor of the service's own SDK, each within the limits that it
 * keeps to when nobody tells it otherwise. Service and endpoint are the same for both.
 */
final class GlobusComparison {

  private static final int WORKERS = 2;
  private static final String SDK = "SDK of Globus Compute, Executor";
  private static final String OURS = "Colmenar on Globus Compute, PostgreSQL";

  /** The executor lets four small submits go in 16 s, and then one each 4 s. */
  private static final long APART_MILLIS = 4200;

  /** Of endpoint and executor for results: to begin always as long before would favour one. */
  private static final long LOOK_MILLIS = 500;

  /** After that nobody has any request to make up for. */
  private static final long REST_MILLIS = 17_000;

  private static final String METHOD =
      """
      {"kind": "python", "function": "noop", "source": "def noop(value):\\n    return value\\n",
       "backends": ["cloud"]}
      """;

  private final PostgresqlCluster postgresql;
  private final List<Entrant> entrants = new ArrayList<>();

  /** Of service and endpoint, while an entrant had many tasks there. */
  private final Map<String, List<Map<String, Long>>> elsewhere = new HashMap<>();

  /** How many seconds it took to run some one after the other. */
  private final Map<String, List<Double>> rows = new HashMap<>();

  GlobusComparison(PostgresqlCluster postgresql) {
    this.postgresql = postgresql;
  }

  void run() throws Exception {
    Optional<GlobusCloud> started = GlobusCloud.start();
    if (started.isEmpty()) {
      return;
    }
    try (GlobusCloud cloud = started.get()) {
      try {
        measure(cloud);
      } finally {
        for (Entrant entrant : entrants) {
          entrant.close();
        }
      }
    }
    figures();
    ratios();
  }

  private void measure(GlobusCloud cloud) throws Exception {
    if (!enterSdk(cloud)) {
      return;
    }
    enterOurs(cloud);
    warmUp();
    for (int round = 1; round <= Options.rounds(); round++) {
      rest();
      for (Entrant entrant : entrants) {
        many(round, entrant, cloud);
      }
      rest();
      singles(round);
      for (Entrant entrant : entrants) {
        rest();
        row(round, entrant);
      }
    }
  }

  private boolean enterSdk(GlobusCloud cloud) throws IOException {
    Family family = new Family("sdk");
    Path directory = Files.createDirectories(Options.directory().resolve("sdk"));
    ProcessBuilder command =
        new ProcessBuilder(
            Options.globusPython().toString(),
            Options.scripts().resolve("globus_peer.py").toString(),
            cloud.url(),
            GlobusCloud.ENDPOINT.toString());
    command
        .environment()
        .putAll(
            Map.of(
                "HOME",
                Files.createTempDirectory(directory, "home").toString(),
                "GLOBUS_COMPUTE_CLIENT_ID",
                GlobusCloud.ACCOUNT,
                "GLOBUS_COMPUTE_CLIENT_SECRET",
                GlobusCloud.SECRET,
                "GLOBUS_SDK_SERVICE_URL_AUTH",
                cloud.url() + "/"));
    Optional<PythonPeer> peer =
        PythonPeer.start(
            SDK, "in process: submit to result", command, family, directory.resolve("log"));
    if (peer.isEmpty()) {
      family.close();
      return false;
    }
    entrants.add(new Entrant(peer.get(), family));
    return true;
  }

  private void enterOurs(GlobusCloud cloud) throws Exception {
    Family family = new Family("ours");
    Path methods = Files.createDirectories(Options.directory().resolve("globusmethods"));
    Files.writeString(methods.resolve("noop.json"), METHOD);
    Server server =
        new Server("manyglobus", "postgresql", postgresql)
            .with(Family.VARIABLE, family.name())
            .with("COLMENAR_METHODS_DIR", methods.toString())
            .with("COLMENAR_GLOBUS_COMPUTE_URL", cloud.url())
            .with("COLMENAR_GLOBUS_AUTH_URL", cloud.url())
            .with("COLMENAR_GLOBUS_CLIENT_ID", GlobusCloud.ACCOUNT)
            .with("COLMENAR_GLOBUS_CLIENT_SECRET", GlobusCloud.SECRET)
            .with("COLMENAR_GLOBUS_ENDPOINTS", "cloud")
            .with("COLMENAR_GLOBUS_CLOUD_ID", GlobusCloud.ENDPOINT.toString());
    entrants.add(new Entrant(new Colmenar(OURS, "noop", WORKERS, server), family));
  }

  /** The JVM needs it; the other only once. */
  private void warmUp() throws Exception {
    for (Entrant entrant : entrants) {
      int times = entrant.name().equals(OURS) ? Math.max(1, Options.warmups()) : 1;
      for (int i = 0; i < times; i++) {
        entrant.warmUp(Options.globusTasks());
      }
    }
  }

  private static void rest() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
  }

  private void many(int round, Entrant entrant, GlobusCloud cloud) throws Exception {
    int tasks = Options.globusTasks();
    Map<String, Long> before = cloud.micros();
    entrant.many(round, tasks, postgresql);
    elsewhere
        .computeIfAbsent(entrant.name(), name -> new ArrayList<>())
        .add(Entrant.eachSince(before, cloud.micros(), tasks));
  }

  /** In turn, each so long after its own last one that it sends the next at once. */
  private void singles(int round) throws Exception {
    Map<Entrant, long[]> nanos = new HashMap<>();
    for (int i = 0; i < Options.globusSamples(); i++) {
      for (Entrant entrant : entrants) {
        nanos.computeIfAbsent(entrant, key -> new long[Options.globusSamples()])[i] =
            entrant.contender().single();
        TimeUnit.MILLISECONDS.sleep(
            APART_MILLIS / entrants.size() + LOOK_MILLIS * i / Options.globusSamples());
      }
    }
    for (Entrant entrant : entrants) {
      entrant.took(round, Latencies.of(nanos.get(entrant)));
    }
  }

  private void row(int round, Entrant entrant) throws Exception {
    long begin = System.nanoTime();
    for (int i = 0; i < Options.globusRow(); i++) {
      entrant.contender().single();
    }
    double rate = Parallel.perSecond(Options.globusRow(), System.nanoTime() - begin);
    rows.computeIfAbsent(entrant.name(), name -> new ArrayList<>()).add(Options.globusRow() / rate);
    System.out.printf(
        "round %d, %s: %d one after the other, %s/s%n",
        round, entrant.name(), Options.globusRow(), Table.ratio(rate));
  }

  private void figures() {
    if (entrants.isEmpty()) {
      return;
    }
    Table table =
        new Table(
            "what",
            "tasks/s",
            "p50 ms",
            "p95 ms",
            Options.globusRow() + " in a row, s",
            "CPU us a task",
            "service and endpoint",
            "includes");
    for (Entrant entrant : entrants) {
      table.add(
          entrant.name(),
          Rounds.join(entrant.rates(), Table::whole),
          Rounds.join(Rounds.p50(entrant.latencies()), Table::millis),
          Rounds.join(Rounds.p95(entrant.latencies()), Table::millis),
          Rounds.join(rows.get(entrant.name()), Table::ratio),
          Rounds.describe(entrant.micros()),
          Rounds.describe(elsewhere.get(entrant.name())),
          entrant.contender().includes());
    }
    table.print();
  }

  private void ratios() {
    if (entrants.isEmpty()) {
      return;
    }
    Entrant sdk = entrants.get(0);
    Entrant ours = entrants.get(1);
    Table ratios = new Table("Colmenar / SDK", "of each round", "median", "better");
    Rounds.ratio(ratios, "tasks/s", ours.rates(), sdk.rates(), "above 1");
    Rounds.ratio(
        ratios, "p50", Rounds.p50(ours.latencies()), Rounds.p50(sdk.latencies()), "below 1");
    Rounds.ratio(
        ratios, "p95", Rounds.p95(ours.latencies()), Rounds.p95(sdk.latencies()), "below 1");
    Rounds.ratio(ratios, "a row", rows.get(ours.name()), rows.get(sdk.name()), "below 1");
    Rounds.ratio(ratios, "CPU a task", sums(ours), sums(sdk), "below 1");
    ratios.print();
  }

  private static List<Double> sums(Entrant entrant) {
    return entrant.micros().stream().map(each -> (double) Rounds.sum(each)).toList();
  }
}

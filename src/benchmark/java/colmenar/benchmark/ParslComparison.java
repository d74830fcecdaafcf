package colmenar.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

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
          many(round, entrant);
        }
        for (Entrant entrant : entrants) {
          single(round, entrant);
        }
      }
    } finally {
      for (Entrant entrant : entrants) {
        entrant.contender.close();
        entrant.family.close();
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
    Optional<ParslPeer> peer = ParslPeer.start(which, name, includes, family);
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
      double rate = entrant.contender.tasksPerSecond(Options.parslTasks());
      System.out.printf("warm-up, %s: %s tasks/s%n", entrant.name(), Table.whole(rate));
    }
    entrant.contender.oneAtATime(Options.samples());
  }

  private void many(int round, Entrant entrant) throws Exception {
    int tasks = Options.parslTasks();
    wake(entrant);
    Map<String, Long> before = micros(entrant);
    double rate = entrant.contender.tasksPerSecond(tasks);
    Map<String, Long> each = new TreeMap<>();
    micros(entrant)
        .forEach((role, time) -> each.put(role, (time - before.getOrDefault(role, 0L)) / tasks));
    entrant.rates.add(rate);
    entrant.micros.add(each);
    System.out.printf(
        "round %d, %s: %s tasks/s; CPU us a task %s%n",
        round, entrant.name(), Table.whole(rate), sum(each));
  }

  /** Parsl gives a block back that has had nothing to do for two minutes. */
  private static void wake(Entrant entrant) throws Exception {
    entrant.contender.oneAtATime(1);
  }

  private Map<String, Long> micros(Entrant entrant) throws IOException {
    Map<String, Long> micros = entrant.family.micros();
    if (entrant.contender.server() != 0) {
      CpuTime time = CpuTime.now(0, postgresql.pid());
      micros.put("client", time.client());
      micros.put("database", time.database());
    }
    return micros;
  }

  private static void single(int round, Entrant entrant) throws Exception {
    wake(entrant);
    Latencies measured = entrant.contender.oneAtATime(Options.samples()).orElseThrow();
    entrant.latencies.add(measured);
    System.out.printf(
        "round %d, %s: p50 %s ms, p95 %s ms%n",
        round, entrant.name(), Table.millis(measured.p50()), Table.millis(measured.p95()));
  }

  private void figures() {
    Table table = new Table("what", "tasks/s", "p50 ms", "p95 ms", "CPU us a task", "includes");
    for (Entrant entrant : entrants) {
      table.add(
          entrant.name(),
          join(entrant.rates, rate -> rate, Table::whole),
          join(entrant.latencies, Latencies::p50, Table::millis),
          join(entrant.latencies, Latencies::p95, Table::millis),
          describe(entrant.micros),
          entrant.contender.includes());
    }
    table.print();
  }

  private void ratios() {
    Table ratios = new Table("ratio", "of each round", "median", "goal");
    Optional<Entrant> ours = named(OURS);
    if (ours.isPresent()) {
      named(BARE).ifPresent(bare -> ratio(ratios, "tasks/s", ours.get(), bare, rates(), ">= 0.9"));
      named(COLMENA)
          .ifPresent(
              peer -> {
                ratio(ratios, "tasks/s", ours.get(), peer, rates(), ">= 2");
                ratio(ratios, "p50", ours.get(), peer, p50(), "< 1");
              });
      named(BARE).ifPresent(bare -> ratio(ratios, "p50", ours.get(), bare, p50(), ""));
    }
    ratios.print();
  }

  private interface Figures {
    List<Double> of(Entrant entrant);
  }

  private static Figures rates() {
    return entrant -> entrant.rates;
  }

  private static Figures p50() {
    return entrant -> entrant.latencies.stream().map(Latencies::p50).toList();
  }

  private static void ratio(
      Table ratios, String what, Entrant ours, Entrant peer, Figures figures, String goal) {
    List<Double> each = new ArrayList<>();
    for (int i = 0; i < figures.of(ours).size(); i++) {
      each.add(figures.of(ours).get(i) / figures.of(peer).get(i));
    }
    ratios.add(
        "%s, Colmenar / %s".formatted(what, peer.name()),
        join(each, ratio -> ratio, Table::ratio),
        Table.ratio(median(each)),
        goal);
  }

  private Optional<Entrant> named(String name) {
    return entrants.stream().filter(entrant -> entrant.name().equals(name)).findFirst();
  }

  private static double median(List<Double> values) {
    return Latencies.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private interface Format {
    String of(double value);
  }

  private static <T> String join(List<T> rounds, ToDoubleFunction<T> of, Format format) {
    return String.join("; ", rounds.stream().map(of::applyAsDouble).map(format::of).toList());
  }

  /** The median of each role, and of the sums. */
  private static String describe(List<Map<String, Long>> rounds) {
    List<String> roles = new ArrayList<>();
    for (String role : rounds.get(0).keySet()) {
      double median =
          median(rounds.stream().map(round -> (double) round.getOrDefault(role, 0L)).toList());
      if (median >= 1) {
        roles.add("%s %.0f".formatted(role, median));
      }
    }
    double all = median(rounds.stream().map(round -> (double) sum(round)).toList());
    return String.format(Locale.ROOT, "%s = %.0f", String.join(" + ", roles), all);
  }

  private static long sum(Map<String, Long> micros) {
    return micros.values().stream().mapToLong(Long::longValue).sum();
  }

  /** One that takes part, with what was measured in each round. */
  private record Entrant(
      Contender contender,
      Family family,
      List<Double> rates,
      List<Latencies> latencies,
      List<Map<String, Long>> micros) {

    Entrant(Contender contender, Family family) {
      this(contender, family, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    String name() {
      return contender.name();
    }
  }
}

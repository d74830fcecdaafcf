package colmenar.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All contenders in turn, several rounds of it; the medians count. */
final class Comparison {

  private static final String NOTHING = "";
  private static final String DB_SCHEDULER = "db-scheduler, PostgreSQL";
  private static final String BARE = "bare JDBC, PostgreSQL";

  private final PostgresqlCluster postgresql;
  private final Map<String, List<Double>> rates = new LinkedHashMap<>();
  private final Map<String, List<CpuTime>> cpuTimes = new LinkedHashMap<>();
  private final Map<String, List<Latencies>> latencies = new LinkedHashMap<>();
  private final Table table =
      new Table(
          "what",
          "tasks/s",
          "p50 ms",
          "p95 ms",
          "p99 ms",
          "rounds or size",
          "CPU us a task",
          "includes");

  Comparison(PostgresqlCluster postgresql) {
    this.postgresql = postgresql;
  }

  void run() throws Exception {
    if (Options.parts().contains("throughput") || Options.parts().contains("latency")) {
      compare();
    }
    if (Options.parts().contains("stored") || Options.parts().contains("console")) {
      for (String database : Options.databases()) {
        new StoredTasks(database, postgresql).measure(table);
      }
    }
    table.print();
    ratios();
  }

  private void compare() throws Exception {
    List<Contender> contenders = new ArrayList<>();
    try {
      enter(contenders);
      if (Options.parts().contains("throughput")) {
        throughput(contenders);
      }
      if (Options.parts().contains("latency")) {
        latency(contenders);
      }
    } finally {
      for (Contender contender : contenders) {
        contender.close();
      }
    }
  }

  private void enter(List<Contender> contenders) throws Exception {
    List<String> names = Options.contenders();
    if (names.contains("bare")) {
      contenders.add(new BareJdbc(postgresql));
    }
    if (names.contains("jobrunr")) {
      contenders.add(new JobRunrPeer(postgresql));
    }
    if (names.contains("dbscheduler")) {
      contenders.add(new DbScheduler(postgresql));
    }
    if (names.contains("colmenar")) {
      for (String database : Options.databases()) {
        contenders.add(new Colmenar(database, postgresql));
      }
    }
  }

  private void throughput(List<Contender> contenders) throws Exception {
    for (Contender contender : contenders) {
      warmUp(contender);
    }
    for (int round = 1; round <= Options.rounds(); round++) {
      for (Contender contender : contenders) {
        int tasks = contender.round(Options.tasks());
        CpuTime before = CpuTime.now(contender.server(), postgresql.pid());
        double rate = contender.tasksPerSecond(tasks);
        CpuTime each = CpuTime.now(contender.server(), postgresql.pid()).eachSince(before, tasks);
        say("round " + round, contender, Table.whole(rate) + " tasks/s; CPU us a task " + each);
        cpuTimes.computeIfAbsent(contender.name(), name -> new ArrayList<>()).add(each);
        rates.computeIfAbsent(contender.name(), name -> new ArrayList<>()).add(rate);
      }
    }
    for (Contender contender : contenders) {
      List<Double> all = rates.get(contender.name());
      table.add(
          contender.name() + ", many",
          Table.whole(median(contender.name()).orElseThrow()),
          NOTHING,
          NOTHING,
          NOTHING,
          String.join(" ", all.stream().map(Table::whole).toList()),
          CpuTime.median(cpuTimes.get(contender.name())).toString(),
          contender.includes());
    }
  }

  private static void warmUp(Contender contender) throws Exception {
    for (int i = 0; i < Options.warmups(); i++) {
      double rate = contender.tasksPerSecond(contender.round(Options.tasks()));
      say("warm-up", contender, Table.whole(rate) + " tasks/s");
    }
  }

  private static void warmUpSingles(Contender contender) throws Exception {
    for (int i = 0; i < Options.warmups(); i++) {
      Optional<Latencies> measured = contender.oneAtATime(Options.samples());
      if (measured.isPresent()) {
        say("warm-up", contender, measured.get().toString());
      }
    }
  }

  private void latency(List<Contender> contenders) throws Exception {
    for (Contender contender : contenders) {
      warmUpSingles(contender);
    }
    for (int round = 1; round <= Options.rounds(); round++) {
      for (Contender contender : contenders) {
        Optional<Latencies> measured = contender.oneAtATime(Options.samples());
        if (measured.isPresent()) {
          say("round " + round, contender, measured.get().toString());
          latencies
              .computeIfAbsent(contender.name(), name -> new ArrayList<>())
              .add(measured.get());
        }
      }
    }
    latencies.forEach(
        (name, rounds) -> {
          Latencies median = Latencies.median(rounds);
          table.add(
              name + ", one at a time",
              NOTHING,
              Table.millis(median.p50()),
              Table.millis(median.p95()),
              Table.millis(median.p99()),
              String.join(" ", rounds.stream().map(r -> Table.millis(r.p50())).toList()),
              NOTHING,
              name.startsWith("Colmenar")
                  ? "HTTP: from submit until a waiting receiver has the result"
                  : "from submit until it is called, in process");
        });
  }

  private void ratios() {
    Table ratios = new Table("ratio", "measured", "goal");
    for (String database : List.of("PostgreSQL", "H2")) {
      String ours = "Colmenar, " + database;
      ratio(ratios, ours + " / db-scheduler", median(ours), median(DB_SCHEDULER), ">= 1.25");
      ratio(ratios, ours + " / bare JDBC", median(ours), median(BARE), ">= 0.33");
      ratio(
          ratios,
          ours + " / db-scheduler, p50 of one at a time",
          latency(ours).map(Latencies::p50),
          latency(DB_SCHEDULER).map(Latencies::p50),
          "<= 2");
      latency(ours)
          .ifPresent(
              ms -> ratios.add(ours + ", p99 of one at a time", Table.millis(ms.p99()), "< 20 ms"));
    }
    ratios.print();
  }

  private static void ratio(
      Table ratios, String name, Optional<Double> ours, Optional<Double> theirs, String goal) {
    if (ours.isPresent() && theirs.isPresent()) {
      ratios.add(name, Table.ratio(ours.get() / theirs.get()), goal);
    }
  }

  private Optional<Double> median(String name) {
    return Optional.ofNullable(rates.get(name))
        .map(all -> Latencies.median(all.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  private Optional<Latencies> latency(String name) {
    return Optional.ofNullable(latencies.get(name)).map(Latencies::median);
  }

  /** Progress, for whoever watches. */
  private static void say(String when, Contender contender, String figures) {
    System.out.printf("%s, %s: %s%n", when, contender.name(), figures);
  }
}

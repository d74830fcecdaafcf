package colmenar.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One that takes part, with all its processes and what was measured in each round. */
record Entrant(
    Contender contender,
    Family family,
    List<Double> rates,
    List<Latencies> latencies,
    List<Map<String, Long>> micros)
    implements AutoCloseable {

  Entrant(Contender contender, Family family) {
    this(contender, family, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  String name() {
    return contender.name();
  }

  void warmUp(int tasks) throws Exception {
    double rate = contender.tasksPerSecond(tasks);
    System.out.printf("warm-up, %s: %s tasks/s%n", name(), Table.whole(rate));
  }

  /** Many tasks as fast as it can, as one of the rounds. */
  void many(int round, int tasks, PostgresqlCluster postgresql) throws Exception {
    Map<String, Long> before = microsSoFar(postgresql);
    double rate = contender.tasksPerSecond(tasks);
    Map<String, Long> each = eachSince(before, microsSoFar(postgresql), tasks);
    rates.add(rate);
    micros.add(each);
    System.out.printf(
        "round %d, %s: %s tasks/s; CPU us a task %s%n",
        round, name(), Table.whole(rate), Rounds.sum(each));
  }

  /** Processor time so far in microseconds, by what the processes do. */
  private Map<String, Long> microsSoFar(PostgresqlCluster postgresql) throws IOException {
    Map<String, Long> soFar = family.micros();
    if (contender.server() != 0) {
      CpuTime time = CpuTime.now(0, postgresql.pid());
      soFar.put("client", time.client());
      soFar.put("database", time.database());
    }
    return soFar;
  }

  /** For each of so many tasks. */
  static Map<String, Long> eachSince(Map<String, Long> before, Map<String, Long> after, int tasks) {
    Map<String, Long> each = new TreeMap<>();
    after.forEach((role, time) -> each.put(role, (time - before.getOrDefault(role, 0L)) / tasks));
    return each;
  }

  /** One at a time, as one of the rounds. */
  void took(int round, Latencies measured) {
    latencies.add(measured);
    System.out.printf(
        "round %d, %s: p50 %s ms, p95 %s ms%n",
        round, name(), Table.millis(measured.p50()), Table.millis(measured.p95()));
  }

  @Override
  public void close() {
    contender.close();
    family.close();
  }
}

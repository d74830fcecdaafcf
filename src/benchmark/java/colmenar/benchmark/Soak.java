package colmenar.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Steady load over HTTP on PostgreSQL, a line each minute, and whether anything has grown. */
final class Soak {

  private static final String TOPIC = "soak";
  private static final int BATCHES_PER_SECOND = 10;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HEAP_SAMPLE = Duration.ofSeconds(10);
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  /** Only of a result itself: its size is called value too. */
  private static final String VALUE = "\"complete\":true,\"value\":";

  private static final double MEGA = 1024 * 1024;

  private final PostgresqlCluster postgresql;
  private final ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();

  /** MB of the heap after a full collection, at the end of each third. */
  private final List<Double> kept = new ArrayList<>();

  private final AtomicLong submitted = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final long end = System.nanoTime() + Duration.ofMinutes(Options.soakMinutes()).toNanos();
  private volatile boolean over;

  Soak(PostgresqlCluster postgresql) {
    this.postgresql = postgresql;
  }

  void run() throws Exception {
    try (Server server = new Server("soak", "postgresql", postgresql)) {
      Client client = server.start();
      List<Minute> minutes = new ArrayList<>();
      List<Callable<Void>> threads =
          List.of(
              () -> submit(client),
              () -> receive(client),
              () -> receive(client),
              () -> watch(server, minutes));
      Parallel.run(threads);
      verdicts(minutes);
    }
  }

  private Void submit(Client client) throws Exception {
    int batch = Math.max(1, Options.soakRate() / BATCHES_PER_SECOND);
    long interval = TimeUnit.SECONDS.toNanos(batch) / Options.soakRate();
    try {
      for (long next = System.nanoTime(); next < end; next += interval) {
        LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
        // It comes back with the result. Odd: zeros at its end might come back as an exponent.
        String body = Client.echoes(batch, TOPIC, System.nanoTime() | 1);
        client.submitAll(BodyPublishers.ofString(body), batch);
        submitted.addAndGet(batch);
      }
    } finally {
      over = true;
    }
    return null;
  }

  private Void receive(Client client) throws Exception {
    String lease = null;
    while (!over || received.get() < submitted.get()) {
      Client.Delivery delivery = client.receive(TOPIC, 1000, 1, lease);
      note(delivery.text(), System.nanoTime());
      lease = delivery.lease();
      received.addAndGet(delivery.results());
    }
    if (lease != null) {
      client.acknowledge(TOPIC, lease);
    }
    return null;
  }

  private void note(String results, long now) {
    for (int at = results.indexOf(VALUE); at >= 0; at = results.indexOf(VALUE, at + 1)) {
      int from = at + VALUE.length();
      int to = from;
      while (Character.isDigit(results.charAt(to))) {
        to++;
      }
      if (to > from) {
        latencies.add(now - Long.parseLong(results, from, to, 10));
      }
    }
  }

  private Void watch(Server server, List<Minute> minutes) throws Exception {
    System.out.printf(
        "%n| minute | done | p50 ms | p95 ms | p99 ms | RSS MB | heap MB | task MB | input MB | attempt MB | result MB | dead rows |%n"
            + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |%n");
    long pid = server.jvm().orElseThrow().pid();
    try (Connection connection = server.store().connect()) {
      for (int number = 1; number <= Options.soakMinutes(); number++) {
        double heap = lowestHeap(pid);
        Minute minute =
            new Minute(
                number,
                received.get(),
                drainLatencies(),
                resident(pid),
                heap,
                sizes(connection),
                deadRows(connection));
        minutes.add(minute);
        System.out.println(minute.row());
        if (number % Math.max(1, Options.soakMinutes() / 3) == 0) {
          // After the minute has been measured: it stops the server for a moment.
          jcmd(pid, "GC.run");
          kept.add(heap(pid));
        }
      }
    }
    return null;
  }

  /** Over one minute: what is left after collections, without asking for one. */
  private static double lowestHeap(long pid) throws Exception {
    double lowest = Double.MAX_VALUE;
    long minuteEnds = System.nanoTime() + MINUTE.toNanos();
    while (System.nanoTime() < minuteEnds) {
      LockSupport.parkNanos(Math.min(HEAP_SAMPLE.toNanos(), minuteEnds - System.nanoTime()));
      lowest = Math.min(lowest, heap(pid));
    }
    return lowest;
  }

  private static double heap(long pid) throws IOException {
    Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
    return used.find() ? Long.parseLong(used.group(1)) / 1024.0 : Double.NaN;
  }

  private static String jcmd(long pid, String command) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  private static double resident(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    return Double.NaN;
  }

  private Latencies drainLatencies() {
    List<Long> minute = new ArrayList<>();
    for (Long nanos = latencies.poll(); nanos != null; nanos = latencies.poll()) {
      minute.add(nanos);
    }
    return Latencies.of(minute.stream().mapToLong(Long::longValue).toArray());
  }

  private static List<Double> sizes(Connection connection) throws SQLException {
    List<Double> sizes = new ArrayList<>();
    for (String table : List.of("task", "task_request", "attempt", "result")) {
      sizes.add(number(connection, "select pg_total_relation_size('" + table + "')") / MEGA);
    }
    return sizes;
  }

  private static long deadRows(Connection connection) throws SQLException {
    return number(connection, "select coalesce(sum(n_dead_tup), 0) from pg_stat_user_tables");
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void verdicts(List<Minute> minutes) {
    System.out.printf("%nsubmitted %,d, received %,d%n", submitted.get(), received.get());
    int third = minutes.size() / 3;
    if (third == 0) {
      System.out.println("too short to tell whether it is level");
      return;
    }
    List<Minute> first = minutes.subList(0, third);
    List<Minute> last = minutes.subList(minutes.size() - third, minutes.size());
    verdict("p50", first, last, minute -> minute.latencies().p50(), 1.3);
    verdict("p99", first, last, minute -> minute.latencies().p99(), 1.5);
    verdict("resident memory", first, last, Minute::resident, 1.1);
    verdict("heap between collections", first, last, Minute::heap, 1.5);
    System.out.printf(
        "heap after a full collection: %s (MB at the end of each third: %s; up to 1.1 times is level)%n",
        kept.get(kept.size() - 1) <= 1.1 * kept.get(0) ? "level" : "not level",
        kept.stream().map("%.0f"::formatted).toList());
    verdict("bytes a task", first, last, Minute::bytesPerTask, 1.1);
  }

  private static void verdict(
      String what,
      List<Minute> first,
      List<Minute> last,
      ToDoubleFunction<Minute> of,
      double tolerated) {
    double before = Latencies.median(first.stream().mapToDouble(of).toArray());
    double after = Latencies.median(last.stream().mapToDouble(of).toArray());
    System.out.printf(
        "%s: %s (median of the first third %.2f, of the last %.2f; up to %.1f times is level)%n",
        what, after <= tolerated * before ? "level" : "not level", before, after, tolerated);
  }

  /**
   * What was seen at the end of a minute.
   *
   * @param sizes in MB: task, task_request, attempt, result, with their indexes
   */
  private record Minute(
      int number,
      long done,
      Latencies latencies,
      double resident,
      double heap,
      List<Double> sizes,
      long deadRows) {

    double bytesPerTask() {
      return sizes.stream().mapToDouble(Double::doubleValue).sum() * MEGA / done;
    }

    String row() {
      return "| %d | %,d | %.1f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %,d |"
          .formatted(
              number,
              done,
              latencies.p50(),
              latencies.p95(),
              latencies.p99(),
              resident,
              heap,
              sizes.get(0),
              sizes.get(1),
              sizes.get(2),
              sizes.get(3),
              deadRows);
    }
  }
}

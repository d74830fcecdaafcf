package colmenar.benchmark;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** What requests and claims cost while there are few or many tasks in the database. */
final class StoredTasks {

  private static final int CHUNK = 100_000;
  private static final int BATCH = 100;
  private static final int WARM_UPS = 20;
  private static final int REPEATS = 50;
  private static final int CLAIM_WARM_UPS = 3;
  private static final int CLAIMS = 20;

  private static final String SUBMITTED = "submitted";

  /** Where no backend of the server takes them. */
  private static final String ELSEWHERE = "elsewhere";

  private static final List<String> LISTS =
      List.of(
          "tasks?limit=100",
          "tasks?limit=100&state=FAILED",
          "tasks?limit=100&topic=topic-7",
          "tasks?limit=100&method=method-3",
          "tasks?limit=100&state=FAILED&topic=topic-7&method=method-7");

  /** What the views of the console ask for, with their windows of time. */
  private static List<String> views(Instant now) {
    String hour = "since=" + now.minus(Duration.ofHours(1));
    String day = "since=" + now.minus(Duration.ofDays(1));
    String month = "since=" + now.minus(Duration.ofDays(30));
    return List.of(
        "server",
        "backends",
        "backends/local",
        "nodes",
        "waiting",
        "topics",
        "methods",
        "operations?limit=25",
        "failures?limit=100",
        "failures?sort=largest&limit=3&" + hour,
        "tasks?limit=50",
        "tasks?limit=50&state=PENDING",
        "tasks?limit=50&state=SUCCEEDED",
        "tasks?limit=50&state=FAILED&failureClass=APPLICATION",
        "tasks?limit=50&owner=administrator",
        "tasks?limit=50&backend=local&state=RUNNING",
        "tasks?limit=50&" + day,
        "tasks?limit=50&text=topic-7",
        "tasks?limit=50&text=stands-nowhere",
        "tasks?limit=50&state=FAILED&text=stands-nowhere",
        "history?bins=60&" + hour,
        "history?bins=60&" + day,
        "history?bins=1&groupBy=method&" + day,
        "history?bins=200&groupBy=backend&groupBy=method&" + day,
        "history?bins=200&groupBy=backend&groupBy=method&" + month);
  }

  private static final List<String> PREVIEWS =
      List.of(
          "{\"action\":\"CANCEL\",\"filter\":{\"all\":true},\"dryRun\":true}",
          "{\"action\":\"RERUN\",\"filter\":{\"state\":\"FAILED\"},\"dryRun\":true}");

  /** Every fourth task waits, so those that do are of every second method. */
  private static final List<String> WAITING_STRANDS =
      Stream.of(0, 2, 4, 6, 8).map("method-%d//administrator"::formatted).toList();

  private static final String HAS_FAILED = "mod(s.n * 7919, 1009) < 10 and mod(s.n, 4) <> 0";

  /** A quarter waits, a hundredth has failed; columns that are not named are the template's. */
  private static final Map<String, Map<String, String>> COLUMNS =
      Map.of(
          "task",
          Map.of(
              "id", "s.id",
              "state",
                  "case when mod(s.n, 4) = 0 then 'PENDING' when mod(s.n * 7919, 1009) < 10"
                      + " then 'FAILED' else 'SUCCEEDED' end",
              "backend", "case when mod(s.n, 4) = 0 then '" + ELSEWHERE + "' else t.backend end",
              "strand", "replace(t.strand, 'echo', 'method-' || mod(s.n, 10))",
              "inbox", "'administrator/topic-' || mod(s.n, 100)",
              "failure_class", "case when " + HAS_FAILED + " then 'APPLICATION' end",
              "failure_group",
                  "case when " + HAS_FAILED + " then '000000000000000' || mod(s.n, 7) end"),
          "task_request",
          Map.of(
              "task_id", "s.id",
              "topic", "'topic-' || mod(s.n, 100)",
              "method_name", "'method-' || mod(s.n, 10)"),
          "attempt",
          Map.of(
              "id", "random_id",
              "task_id", "s.id",
              "outcome", "case when " + HAS_FAILED + " then 'FAILED' else t.outcome end",
              "failure_class", "case when " + HAS_FAILED + " then 'APPLICATION' end",
              "failure_type", "case when " + HAS_FAILED + " then 'ValueError' end",
              "failure_message", "case when " + HAS_FAILED + " then 'it was ' || s.n end"),
          "result",
          Map.of(
              "task_id", "s.id",
              "inbox",
                  "case when mod(s.n, 10) = 1 then 'administrator/topic-' || mod(s.n, 100) end"));

  private final String database;
  private final PostgresqlCluster postgresql;

  StoredTasks(String database, PostgresqlCluster postgresql) {
    this.database = database;
    this.postgresql = postgresql;
  }

  void measure(Table table) throws Exception {
    try (Server server = new Server("stored" + database, database, postgresql)) {
      UUID template = template(server);
      int stored = 0;
      for (int size : Options.stored()) {
        long begin = System.nanoTime();
        fill(server.store(), template, stored, size);
        stored = size;
        System.out.printf(
            "%s: %,d tasks stored after %.0f s%n",
            database, size, (System.nanoTime() - begin) / 1e9);
        if (Options.parts().contains("stored")) {
          claims(server.store(), table, size);
          requests(server, table, size);
        }
        if (Options.parts().contains("console")) {
          views(server, table, size);
        }
      }
    }
  }

  /** A finished task of the server's own making, which the others are copies of. */
  private static UUID template(Server server) throws Exception {
    Client client = server.start();
    client.submit(Client.echo("template", 1));
    String task = client.get("tasks?topic=template");
    String mark = "\"id\":\"";
    int from = task.indexOf(mark) + mark.length();
    String id = task.substring(from, task.indexOf('"', from));
    client.get("tasks/" + id + "/result?wait=30");
    server.stop();
    return UUID.fromString(id);
  }

  private static void fill(Store store, UUID template, int from, int to) throws SQLException {
    try (Connection connection = store.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table if not exists stored_id (n bigint primary key, id uuid not null)");
      for (int first = from; first < to; first += CHUNK) {
        chunk(connection, store.postgresql(), template, first, Math.min(to, first + CHUNK));
      }
      statement.execute(store.postgresql() ? "vacuum analyze" : "analyze");
    }
  }

  private static void chunk(
      Connection connection, boolean postgresql, UUID template, int from, int to)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(newIds(postgresql, from, to));
    }
    for (String table : List.of("task", "task_request", "attempt", "result")) {
      try (PreparedStatement insert =
          connection.prepareStatement(copies(connection, postgresql, table))) {
        insert.setObject(1, template);
        insert.setInt(2, from);
        insert.setInt(3, to);
        insert.executeUpdate();
      }
    }
  }

  /** In the order of n, and before those that the server makes now. */
  private static String newIds(boolean postgresql, int from, int to) {
    return postgresql
        ? """
          insert into stored_id select n, (lpad(to_hex(%d + n / 4096), 12, '0') || '7'
            || lpad(to_hex(n %% 4096), 3, '0') || '8' || substr(md5(n::text), 1, 9) || '000000')::uuid
          from generate_series(%d::bigint, %d) n"""
            .formatted(System.currentTimeMillis() - 86_400_000L * 365, from, to - 1)
        : "insert into stored_id select x, random_uuid(7) from system_range(%d, %d)"
            .formatted(from, to - 1);
  }

  private static String copies(Connection connection, boolean postgresql, String table)
      throws SQLException {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
      ResultSetMetaData columns = none.getMetaData();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        if (!columns.isAutoIncrement(i)) {
          String name = columns.getColumnName(i).toLowerCase(Locale.ROOT);
          names.add(name);
          values.add(COLUMNS.get(table).getOrDefault(name, "t." + name));
        }
      }
    }
    String key = table.equals("task") ? "id" : "task_id";
    String onlyEnded =
        table.equals("attempt") || table.equals("result") ? " and mod(s.n, 4) <> 0" : "";
    return "insert into %s (%s) select %s from stored_id s, %s t where t.%s = ? and s.n >= ? and s.n < ?%s"
        .formatted(
            table,
            String.join(", ", names),
            String.join(", ", values)
                .replace("random_id", postgresql ? "gen_random_uuid()" : "random_uuid()"),
            table,
            key,
            onlyEnded);
  }

  private void claims(Store store, Table table, int size) throws Exception {
    Iterator<String> strands =
        Stream.generate(WAITING_STRANDS::stream).flatMap(all -> all).iterator();
    try (ServerStatements statements = new ServerStatements(store, ELSEWHERE, "none")) {
      long[] nanos =
          repeat(
              CLAIM_WARM_UPS,
              CLAIMS,
              () -> {
                if (statements.claim(strands.next(), BATCH).size() != BATCH) {
                  throw new IllegalStateException("not enough tasks to claim");
                }
              },
              () -> {});
      add(table, "claim of 100", size, nanos, "JDBC: the server's statements and the commit");
    }
    try (Connection connection = store.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "update task set state = 'CANCELED' where backend = '%s' and state = 'RUNNING'"
              .formatted(ELSEWHERE));
    }
  }

  private void requests(Server server, Table table, int size) throws Exception {
    Client client = server.start();
    BodyPublisher body = BodyPublishers.ofString(Client.echoes(BATCH, SUBMITTED));
    long[] submits =
        repeat(5 * WARM_UPS, REPEATS, () -> client.submitAll(body, BATCH), () -> receive(client));
    add(table, "submit of 100", size, submits, "HTTP");
    for (String list : LISTS) {
      add(
          table,
          "GET " + list,
          size,
          repeat(WARM_UPS, REPEATS, () -> client.get(list), () -> {}),
          "HTTP");
    }
    server.stop();
  }

  private void views(Server server, Table table, int size) throws Exception {
    addHistory(server.store());
    Client client = server.start();
    for (String view : views(Instant.now())) {
      String what = "GET " + view.replaceFirst("&?since=[^&]*", "");
      add(table, what, size, repeat(WARM_UPS, REPEATS, () -> client.get(view), () -> {}), "HTTP");
    }
    for (String preview : PREVIEWS) {
      add(
          table,
          "POST operations " + preview,
          size,
          repeat(WARM_UPS, REPEATS, () -> client.post("operations", preview), () -> {}),
          "HTTP");
    }
    server.stop();
  }

  /** Two days of minutes and sixty of hours, of twenty methods on one backend. */
  private static void addHistory(Store store) throws SQLException {
    String rows =
        """
        insert into history (span_seconds, began_at, node_id, backend, method, node_name, submitted,
          succeeded, failed, canceled, retried, busy_ms, slot_ms, waiting, running, delivery)
        select %1$d, %2$s, cast('00000000-0000-7000-8000-000000000000' as uuid), 'local',
          'method-' || m.m, 'bench', 100, 97, 2, 1, 3, 55000, 0,
          '10:50,11:40,12:10', '14:60,15:30,22:10', '6:70,7:20,8:10'
        from %3$s, %4$s
        where not exists (select 1 from history where node_name = 'bench' and span_seconds = %1$d)""";
    boolean postgresql = store.postgresql();
    for (int span : List.of(60, 3600)) {
      int many = span == 60 ? 2880 : 1440;
      String at =
          postgresql
              ? "date_trunc('hour', now()) - n.n * interval '%d seconds'".formatted(span)
              : "dateadd(second, -%d * n.n, date_trunc('hour', current_timestamp))".formatted(span);
      try (Connection connection = store.connect();
          Statement statement = connection.createStatement()) {
        statement.execute(
            rows.formatted(span, at, series(postgresql, "n", many), series(postgresql, "m", 20)));
        if (postgresql) {
          statement.execute("analyze history");
        }
      }
    }
  }

  private static String series(boolean postgresql, String name, int many) {
    return postgresql
        ? "generate_series(1, %2$d) %1$s(%1$s)".formatted(name, many)
        : "system_range(1, %2$d) %1$s(%1$s)".formatted(name, many);
  }

  private void add(Table table, String what, int size, long[] nanos, String includes) {
    Latencies latencies = Latencies.of(nanos);
    System.out.printf("%s, %,d stored, %s: %s%n", database, size, what, latencies);
    table.add(
        what + ", " + database,
        "",
        Table.millis(latencies.p50()),
        Table.millis(latencies.p95()),
        Table.millis(latencies.p99()),
        Table.whole(size) + " stored",
        "",
        includes);
  }

  /** So that what was submitted is not being run while more is. */
  private static void receive(Client client) throws Exception {
    for (int received = 0; received < BATCH; ) {
      Client.Delivery delivery = client.receive(SUBMITTED, BATCH, 30, null);
      if (delivery.lease() == null) {
        throw new IllegalStateException("only " + received + " results came");
      }
      client.acknowledge(SUBMITTED, delivery.lease());
      received += delivery.results();
    }
  }

  private static long[] repeat(int warmUps, int times, Action action, Action untimed)
      throws Exception {
    long[] nanos = new long[times];
    for (int i = -warmUps; i < times; i++) {
      long begin = System.nanoTime();
      action.run();
      if (i >= 0) {
        nanos[i] = System.nanoTime() - begin;
      }
      untimed.run();
    }
    return nanos;
  }

  /** What is timed. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }
}

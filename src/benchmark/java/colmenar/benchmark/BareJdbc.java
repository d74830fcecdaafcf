package colmenar.benchmark;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/** The limit of the database: the rows that the server writes, with nothing around them. */
final class BareJdbc implements Contender {

  private static final int THREADS = 2;
  private static final int INSERT = 1000;
  private static final int BATCH = 200;

  private final SecureRandom random = new SecureRandom();
  private final AtomicLong ticks = new AtomicLong(System.currentTimeMillis() << 12);
  private final Store store;

  BareJdbc(PostgresqlCluster postgresql) throws Exception {
    store = postgresql.create("bare");
    Schema.create(store);
  }

  @Override
  public String name() {
    return "bare JDBC, PostgreSQL";
  }

  @Override
  public String includes() {
    return "the rows of the whole durable cycle, %d threads, batches of %d and %d"
        .formatted(THREADS, INSERT, BATCH);
  }

  @Override
  public double tasksPerSecond(int tasks) throws Exception {
    int batches = tasks / (THREADS * INSERT);
    List<Callable<Void>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          () -> {
            cycles(batches);
            return null;
          });
    }
    long begin = System.nanoTime();
    Parallel.run(threads);
    return Parallel.perSecond((long) batches * THREADS * INSERT, System.nanoTime() - begin);
  }

  private void cycles(int batches) throws Exception {
    try (ServerStatements statements = new ServerStatements(store, "local", "results")) {
      for (int batch = 0; batch < batches; batch++) {
        statements.submit(newIds());
        for (int done = 0; done < INSERT; ) {
          List<UUID> claimed = statements.claim(BATCH);
          statements.succeed(claimed);
          statements.acknowledge(statements.receive(BATCH));
          done += Math.max(1, claimed.size());
        }
      }
    }
  }

  /** Time-ordered, as the server's. */
  private List<UUID> newIds() {
    List<UUID> ids = new ArrayList<>(INSERT);
    for (int i = 0; i < INSERT; i++) {
      long tick = ticks.incrementAndGet();
      long high = (tick >>> 12 << 16) | (7L << 12) | (tick & 0xFFF);
      ids.add(new UUID(high, (random.nextLong() >>> 2) | (0b10L << 62)));
    }
    return ids;
  }
}

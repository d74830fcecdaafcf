package colmenar.benchmark;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * db-scheduler in this process: it runs a task and deletes it, and keeps no result.
 *
 * <p>Its tasks are in the database before the clock starts.
 */
final class DbScheduler implements Contender {

  private static final String TABLE =
      """
      create table scheduled_tasks (
        task_name text not null,
        task_instance text not null,
        task_data bytea,
        execution_time timestamp with time zone not null,
        picked boolean not null,
        picked_by text,
        last_success timestamp with time zone,
        last_failure timestamp with time zone,
        consecutive_failures int,
        last_heartbeat timestamp with time zone,
        version bigint not null,
        priority smallint,
        primary key (task_name, task_instance));
      create index execution_time_idx on scheduled_tasks (execution_time);
      create index last_heartbeat_idx on scheduled_tasks (last_heartbeat)""";

  private static final int INSERT = 1000;

  /** Multiples of its threads: when to fetch more, and how many to have. Not tuned. */
  private static final double FETCH_BELOW = 4;

  private static final double FETCH_UP_TO = 20;

  private final HikariDataSource pool;
  private volatile CountDownLatch remaining = new CountDownLatch(0);
  private volatile CompletableFuture<Long> started = new CompletableFuture<>();
  private final OneTimeTask<Void> counted =
      Tasks.oneTime("counted").execute((instance, context) -> remaining.countDown());
  private final OneTimeTask<Void> timed =
      Tasks.oneTime("timed").execute((instance, context) -> started.complete(System.nanoTime()));

  DbScheduler(PostgresqlCluster postgresql) throws Exception {
    pool = Pool.of(postgresql.create("dbscheduler"), Options.workers() + 10);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
  }

  @Override
  public String name() {
    return "db-scheduler, PostgreSQL";
  }

  @Override
  public String includes() {
    return "execution only, in process, no result; lock-and-fetch, %d threads"
        .formatted(Options.workers());
  }

  @Override
  public double tasksPerSecond(int tasks) throws Exception {
    Scheduler scheduler = scheduler(pool).build();
    for (int from = 0; from < tasks; from += INSERT) {
      List<TaskInstance<?>> batch = new ArrayList<>(INSERT);
      for (int i = from; i < Math.min(tasks, from + INSERT); i++) {
        batch.add(counted.instance(Integer.toString(i)));
      }
      scheduler.scheduleBatch(batch, Instant.now());
    }
    remaining = new CountDownLatch(tasks);
    long begin = System.nanoTime();
    scheduler.start();
    try {
      if (!remaining.await(3, TimeUnit.MINUTES)) {
        throw new IllegalStateException(remaining.getCount() + " tasks were not run");
      }
      return Parallel.perSecond(tasks, System.nanoTime() - begin);
    } finally {
      awaitEmptyTable();
      scheduler.stop();
    }
  }

  @Override
  public Optional<Latencies> oneAtATime(int samples) throws Exception {
    Scheduler scheduler = scheduler(pool).enableImmediateExecution().build();
    scheduler.start();
    try {
      return Optional.of(OneAtATime.measure(samples, i -> one(scheduler, i)));
    } finally {
      awaitEmptyTable();
      scheduler.stop();
    }
  }

  private long one(Scheduler scheduler, int number) throws Exception {
    started = new CompletableFuture<>();
    long begin = System.nanoTime();
    scheduler.schedule(timed.instance(Integer.toString(number)), Instant.now());
    return started.get(1, TimeUnit.MINUTES) - begin;
  }

  private SchedulerBuilder scheduler(HikariDataSource dataSource) {
    return Scheduler.create(dataSource, counted, timed)
        .threads(Options.workers())
        .pollUsingLockAndFetch(FETCH_BELOW, FETCH_UP_TO)
        .pollingInterval(Duration.ofSeconds(1))
        .shutdownMaxWait(Duration.ofSeconds(10));
  }

  /** A handler has been called before its row is deleted. */
  private void awaitEmptyTable() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (rows() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private int rows() throws Exception {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from scheduled_tasks")) {
      row.next();
      return row.getInt(1);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}

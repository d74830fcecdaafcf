package colmenar.benchmark;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration.JobRunrConfigurationResult;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/**
 * JobRunr in this process. Its jobs are in the database before the clock starts; it looks for them
 * at intervals, so single jobs are not timed. Public because it calls the job by reflection.
 */
public final class JobRunrPeer implements Contender {

  private static final int WORKERS = 64;

  /** The shortest that it allows. */
  private static final Duration POLL = Duration.ofSeconds(5);

  private static volatile CountDownLatch remaining = new CountDownLatch(0);

  private final HikariDataSource pool;
  private final StorageProvider storage;

  JobRunrPeer(PostgresqlCluster postgresql) throws Exception {
    pool = Pool.of(postgresql.create("jobrunr"), WORKERS + 10);
    storage = SqlStorageProviderFactory.using(pool);
  }

  /** The job. */
  public static void count() {
    remaining.countDown();
  }

  @Override
  public String name() {
    return "JobRunr, PostgreSQL";
  }

  @Override
  public String includes() {
    return "execution only, in process; %d workers, poll of %d s"
        .formatted(WORKERS, POLL.toSeconds());
  }

  @Override
  public int round(int usual) {
    return Math.min(usual, Options.jobs());
  }

  @Override
  public double tasksPerSecond(int tasks) throws Exception {
    remaining = new CountDownLatch(tasks);
    JobRunrConfigurationResult jobRunr =
        JobRunr.configure().useStorageProvider(storage).initialize();
    jobRunr.getJobScheduler().enqueue(IntStream.range(0, tasks).boxed(), i -> count());
    long begin = System.nanoTime();
    JobRunr.configure()
        .useStorageProvider(storage)
        .useBackgroundJobServer(
            BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                .andWorkerCount(WORKERS)
                .andPollInterval(POLL))
        .initialize();
    try {
      if (!remaining.await(3, TimeUnit.MINUTES)) {
        throw new IllegalStateException(remaining.getCount() + " jobs were not run");
      }
      return Parallel.perSecond(tasks, System.nanoTime() - begin);
    } finally {
      JobRunr.getBackgroundJobServer().stop();
    }
  }

  @Override
  public void close() {
    storage.close();
    pool.close();
  }
}

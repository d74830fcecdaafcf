package colmenar.backend.hpc;

import colmenar.backend.site.LoginNode;
import colmenar.worker.WorkerLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a site: a cluster as one account sees it.
 *
 * @param name of the backend
 * @param launch words that start an MPI program here; empty for those that each method names
 * @param exchange directory of this server, from which and to which files of tasks are copied; null
 *     for none
 */
record SiteSettings(
    String name,
    Dialect dialect,
    LoginNode login,
    List<String> launch,
    Defaults defaults,
    Pace pace,
    Bounds bounds,
    Keep keep,
    @Nullable Path exchange,
    WorkerLimits limits) {

  SiteSettings {
    launch = List.copyOf(launch);
  }

  /**
   * For tasks that do not say otherwise; null for those of the scheduler.
   *
   * @param parallelEnvironment for schedulers that want one named
   * @param directives for all jobs
   * @param taskDirectives whether tasks may have more of them
   */
  record Defaults(
      @Nullable String queue,
      @Nullable String account,
      @Nullable Integer walltimeSeconds,
      @Nullable String qos,
      @Nullable String constraint,
      String parallelEnvironment,
      List<String> directives,
      boolean taskDirectives) {

    Defaults {
      directives = List.copyOf(directives);
    }
  }

  /**
   * @param poll between two looks at the site, when it has few jobs
   * @param command longest time for one command of the scheduler
   * @param settle until a file that a job has written is seen from the login node
   * @param patience with a site that is away, until what has not been brought there goes back to
   *     wait for its turn
   */
  record Pace(Duration poll, Duration command, Duration settle, Duration patience) {}

  /**
   * @param jobs of the account that wait and run, whoever has submitted them
   * @param submissionsPerMinute jobs; an array is one
   * @param arrayFrom so many equal attempts are an array
   * @param arrayMost elements of an array
   * @param arrayAtOnce elements that may run at once; null for no limit
   */
  record Bounds(
      int jobs,
      int submissionsPerMinute,
      int arrayFrom,
      int arrayMost,
      @Nullable Integer arrayAtOnce) {}

  /**
   * @param runs of which attempts the run directory outlives the attempt
   * @param days for how long
   */
  record Keep(Runs runs, int days) {

    enum Runs {
      NONE,
      FAILED,
      ALL
    }
  }
}

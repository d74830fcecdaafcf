package colmenar.backend.parsl;

import colmenar.backend.site.LoginNode;
import colmenar.worker.WorkerLimits;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a site where Parsl runs.
 *
 * @param name of the site
 * @param login how it is reached
 * @param executors labels of Parsl's executors that are backends here
 * @param configuration of Parsl by the names of its own parameters; null when a file there has it
 * @param file on the site, in Python, that defines {@code config}; null when it is given here
 * @param launch words that start an MPI program where Parsl does not know better; empty for those
 *     that each method names
 * @param window attempts of an executor that are at the site at once
 * @param keep of which attempts the run directory outlives the attempt
 * @param keepDays for how long
 * @param status between two questions to the site's scheduler
 * @param patience with a site that is away, until what has not been sent there goes back to wait
 * @param orphan after which a bridge ends that nobody is connected to and that has nothing to do
 */
record ParslSettings(
    String name,
    LoginNode login,
    List<String> executors,
    @Nullable JsonObject configuration,
    @Nullable String file,
    List<String> launch,
    int window,
    Keep keep,
    int keepDays,
    Duration status,
    Duration patience,
    Duration orphan,
    WorkerLimits limits) {

  ParslSettings {
    executors = List.copyOf(executors);
    launch = List.copyOf(launch);
  }

  enum Keep {
    NONE,
    FAILED,
    ALL
  }
}

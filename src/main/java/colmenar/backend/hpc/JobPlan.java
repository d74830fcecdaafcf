package colmenar.backend.hpc;

import colmenar.backend.Resources;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job asks its scheduler for.
 *
 * @param name letters, digits and {@code -}; begins with a letter
 * @param directory absolute; where its own output goes
 * @param resources of each element; null walltime, queue and account for those of the scheduler
 * @param qos quality of service; null for the scheduler's default
 * @param constraint features that nodes must have; null for none
 * @param parallelEnvironment that spreads slots over nodes, for schedulers that want one named
 * @param directives more of them, without the scheduler's mark
 * @param requeue whether the scheduler may start it again, after the loss of a node for example
 * @param elements of an array; 1 for a job that is none
 * @param elementsAtOnce null for no limit
 */
record JobPlan(
    String name,
    String directory,
    Resources resources,
    @Nullable String qos,
    @Nullable String constraint,
    String parallelEnvironment,
    List<String> directives,
    boolean requeue,
    int elements,
    @Nullable Integer elementsAtOnce) {

  private static final int SECONDS_PER_MINUTE = 60;
  private static final int SECONDS_PER_HOUR = 3600;

  JobPlan {
    directives = List.copyOf(directives);
  }

  boolean isArray() {
    return elements > 1;
  }

  /** Of each node. */
  int coresPerNode() {
    return resources.processesPerNode() * resources.threadsPerProcess();
  }

  /** Hours, minutes and seconds, as most schedulers take it. */
  @Nullable String walltime() {
    Integer seconds = resources.walltimeSeconds();
    return seconds == null
        ? null
        : "%d:%02d:%02d"
            .formatted(
                seconds / SECONDS_PER_HOUR,
                seconds / SECONDS_PER_MINUTE % SECONDS_PER_MINUTE,
                seconds % SECONDS_PER_MINUTE);
  }

  /** How many elements may run at once, for schedulers that take it as {@code %N}. */
  String atOnce() {
    return elementsAtOnce == null ? "" : "%" + elementsAtOnce;
  }

  /**
   * Where the scheduler puts what the job's script writes.
   *
   * @param stream {@code out} or {@code err}
   */
  String output(String stream) {
    return directory + "/job." + stream;
  }
}

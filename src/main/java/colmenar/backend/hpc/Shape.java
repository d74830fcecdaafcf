package colmenar.backend.hpc;

import colmenar.backend.Resources;
import colmenar.backend.Work;
import colmenar.backend.hpc.SiteSettings.Defaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an attempt asks the scheduler for. Attempts of one shape can be elements of one array. */
record Shape(
    Resources resources,
    @Nullable String qos,
    @Nullable String constraint,
    List<String> directives,
    boolean requeue) {

  /** Between the time limit of the code and the end of the job: to begin, and to write down. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  Shape {
    directives = List.copyOf(directives);
  }

  static Shape of(Work work, HpcOptions options, Defaults defaults) {
    Resources asked = work.resources();
    Integer walltime = asked.walltimeSeconds();
    if (walltime == null) {
      Duration limit = work.timeLimit();
      walltime =
          limit == null
              ? defaults.walltimeSeconds()
              : Integer.valueOf((int) Math.min(Integer.MAX_VALUE, limit.plus(MARGIN).toSeconds()));
    }
    List<String> directives = new ArrayList<>(defaults.directives());
    directives.addAll(options.directives());
    return new Shape(
        new Resources(
            asked.nodes(),
            asked.processesPerNode(),
            asked.threadsPerProcess(),
            asked.memoryMb(),
            asked.gpus(),
            walltime,
            chosen(asked.queue(), defaults.queue()),
            chosen(asked.account(), defaults.account())),
        chosen(options.qos(), defaults.qos()),
        chosen(options.constraint(), defaults.constraint()),
        directives,
        options.requeue());
  }

  private static @Nullable String chosen(@Nullable String asked, @Nullable String otherwise) {
    return asked == null ? otherwise : asked;
  }

  /** A job of this shape. */
  JobPlan plan(
      String name,
      String directory,
      String parallelEnvironment,
      int elements,
      @Nullable Integer elementsAtOnce) {
    return new JobPlan(
        name,
        directory,
        resources,
        qos,
        constraint,
        parallelEnvironment,
        directives,
        requeue,
        elements,
        elementsAtOnce);
  }
}

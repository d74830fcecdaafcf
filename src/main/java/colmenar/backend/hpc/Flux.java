package colmenar.backend.hpc;

import colmenar.backend.Resources;
import colmenar.remote.Shell;
import jakarta.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Flux, of a release whose {@code flux jobs} writes JSON (0.55). It has no arrays. */
final class Flux implements Dialect {

  /** https://flux-framework.readthedocs.io, flux-jobs(1), "Job status". */
  private static final Map<String, JobState> STATES =
      Map.ofEntries(
          Map.entry("DEPEND", JobState.WAITING),
          Map.entry("PRIORITY", JobState.WAITING),
          Map.entry("SCHED", JobState.WAITING),
          Map.entry("RUN", JobState.RUNNING),
          Map.entry("CLEANUP", JobState.RUNNING),
          Map.entry("COMPLETED", JobState.COMPLETED),
          Map.entry("FAILED", JobState.FAILED),
          Map.entry("CANCELED", JobState.CANCELED),
          Map.entry("TIMEOUT", JobState.TIMED_OUT));

  private static final Set<String> AWAY =
      Set.of("Unable to connect to Flux", "flux_open", "Connection refused", "broker is not");

  private static final Set<String> FOR_NOW =
      Set.of("submission is disabled", "submission disabled", "max number of", "shutting down");

  private static final Predicate<String> OURS =
      Directives.options(
          "-[nN].*",
          "--cwd",
          "--dry-run",
          "--error",
          "--flags",
          "--job-name",
          "--nodes",
          "--nslots",
          "--output",
          "--quiet",
          "--urgency",
          "--wrap");

  private static final int LONGEST_NAME = 255;
  private static final int SIGNAL_BASE = 128;

  @Override
  public String name() {
    return "flux";
  }

  @Override
  public String template() {
    return "flux.sh";
  }

  /** No limit is documented. */
  @Override
  public int longestName() {
    return LONGEST_NAME;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    Resources asked = plan.resources();
    if (plan.isArray()) {
      throw new IllegalArgumentException("Flux has no arrays");
    }
    if (asked.memoryMb() != null) {
      throw new IllegalArgumentException("Flux cannot be asked for memory");
    }
    if (plan.qos() != null) {
      throw new IllegalArgumentException("Flux knows no quality of service: name a queue");
    }
    // A slot is a node, as the script spreads its processes itself.
    return new Directives("#flux:")
        .name("--job-name=%s", plan.name(), LONGEST_NAME)
        .add("--output=%s", plan.output("out"))
        .add("--error=%s", plan.output("err"))
        .add("--cwd=%s", plan.directory())
        .add("--nodes=" + asked.nodes())
        .add("--nslots=" + asked.nodes())
        .add("--cores-per-slot=" + plan.coresPerNode())
        .add("--gpus-per-slot=%s", asked.gpus())
        .add("--time-limit=%ss", asked.walltimeSeconds())
        .add("--queue=%s", asked.queue())
        .add("--bank=%s", asked.account())
        .add("--requires=%s", plan.constraint())
        .addAll(plan.directives(), OURS)
        .lines();
  }

  /** In decimal, as the JSON has it, and in ASCII. */
  @Override
  public String submit() {
    return "job=$(flux batch \"$1\") && flux job id --to=dec \"$job\"";
  }

  @Override
  public String submitted() {
    return "(?m)^(\\d+)\\s*$";
  }

  @Override
  public String find() {
    return "flux jobs -a --count=0 --no-header --format='{id.dec}' --name=\"$1\"";
  }

  @Override
  public boolean refusedForNow(String complaint) {
    return Complaints.has(complaint, AWAY) || Complaints.has(complaint, FOR_NOW);
  }

  @Override
  public OptionalInt firstIndex() {
    return OptionalInt.empty();
  }

  @Override
  public String elementId(String arrayId, int index) {
    throw new IllegalArgumentException("Flux has no arrays");
  }

  /** Jobs that are over stay for ever: those of the last day are enough. */
  @Override
  public String status() {
    return "flux jobs --since=-24h --count=0 --json";
  }

  @Override
  public List<JobStatus> readStatus(String out) {
    return Json.objects(Json.object(out).get("jobs")).stream().map(Flux::job).toList();
  }

  private static JobStatus job(JsonObject job) {
    Integer returned = Json.number(job, "returncode");
    JobState state = STATES.getOrDefault(Json.text(job, "status"), JobState.UNKNOWN);
    boolean ran = !Json.text(job, "waitstatus").isEmpty();
    if (state == JobState.WAITING && Json.text(job, "urgency").equals("0")) {
      state = JobState.STUCK;
    } else if (state == JobState.FAILED && !ran) {
      state = JobState.NOT_LAUNCHED;
    }
    return new JobStatus(
        Json.text(job, "id"),
        Json.text(job, "name"),
        state,
        job.get("exception") instanceof JsonObject exception ? Json.text(exception, "note") : "",
        ran ? exitCode(returned) : null);
  }

  /** -15 is signal 15. */
  private static @Nullable Integer exitCode(@Nullable Integer returned) {
    return returned == null || returned >= 0 ? returned : Integer.valueOf(SIGNAL_BASE - returned);
  }

  @Override
  public String cancel(Collection<String> ids) {
    return Complaints.failingOnlyFor(AWAY, "flux cancel " + Shell.command(ids));
  }
}

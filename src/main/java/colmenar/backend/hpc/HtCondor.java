package colmenar.backend.hpc;

import colmenar.backend.Resources;
import colmenar.remote.Shell;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HTCondor, with a file system that its nodes share. An array is a cluster of several processes.
 */
final class HtCondor implements Dialect {

  /** https://htcondor.readthedocs.io/en/latest/codes-other-values/job-status-codes.html. */
  private static final Map<Integer, JobState> STATES =
      Map.of(
          1, JobState.WAITING,
          2, JobState.RUNNING,
          3, JobState.CANCELED,
          4, JobState.COMPLETED,
          5, JobState.STUCK,
          6, JobState.RUNNING,
          7, JobState.SUSPENDED);

  /** https://htcondor.readthedocs.io/en/latest/codes-other-values/hold-reason-codes.html. */
  private static final int HELD_FOR_INPUT = 16;

  /** See {@link #HELD_FOR_INPUT}. */
  private static final int HELD_FOR_MEMORY = 34;

  private static final String ATTRIBUTES =
      "ClusterId,ProcId,JobStatus,ExitBySignal,ExitCode,ExitSignal,HoldReason,HoldReasonCode,"
          + "LastHoldReasonCode,RemoveReason,ColmenarName,ColmenarArray";

  private static final Set<String> AWAY =
      Set.of(
          "Failed to connect to",
          "Can't find address",
          "Can't connect to",
          "Failed to fetch ads",
          "Could not connect",
          "communication error");

  private static final Set<String> FOR_NOW =
      Set.of(
          "MAX_JOBS_PER_OWNER",
          "MAX_JOBS_SUBMITTED",
          "Failed to commit",
          "Failed to create cluster",
          "Failed to create proc");

  private static final Predicate<String> OURS =
      Pattern.compile(
              "(?i)\\s*(?:(?:universe|executable|transfer_executable|arguments|arguments2"
                  + "|environment|environment2|env|getenv|initialdir|initial_dir|job_iwd|input"
                  + "|output|error|log|hold|leave_in_queue|periodic_remove|batch_name"
                  + "|(?:\\+|my\\.)\\s*(?:colmenar\\w*|jobbatchname))\\s*=.*"
                  + "|(?:queue|include|if|elif|else|endif|use)\\b.*|#.*)")
          .asMatchPredicate();

  private static final int LONGEST_NAME = 255;
  private static final int SIGNAL_BASE = 128;

  @Override
  public String name() {
    return "htcondor";
  }

  @Override
  public String template() {
    return "htcondor.sub";
  }

  /** No limit is documented. */
  @Override
  public int longestName() {
    return LONGEST_NAME;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    Resources asked = plan.resources();
    if (asked.nodes() > 1) {
      throw new IllegalArgumentException("HTCondor gives a job one node only");
    }
    if (plan.qos() != null || asked.queue() != null) {
      throw new IllegalArgumentException("HTCondor knows no queue and no quality of service");
    }
    if (plan.elementsAtOnce() != null && plan.isArray()) {
      // Jobs that are made later only would be unknown to a look at the queue.
      throw new IllegalArgumentException("HTCondor cannot limit how many elements run at once");
    }
    String id = plan.isArray() ? "$(ClusterId).$(ProcId)" : "$(ClusterId)";
    String index = plan.isArray() ? "$(ProcId)" : "";
    Directives directives =
        new Directives("")
            .add("environment = \"COLMENAR_JOB=" + id + " COLMENAR_INDEX=" + index + "\"")
            .name("batch_name = %s", plan.name(), LONGEST_NAME)
            .add("+ColmenarName = \"%s\"", plan.name())
            .add("+ColmenarArray = " + plan.isArray())
            .add("initialdir = %s", plan.directory())
            .add("output = %s", plan.output("out"))
            .add("error = %s", plan.output("err"))
            .add("request_cpus = " + plan.coresPerNode())
            .add("request_memory = %s", asked.memoryMb())
            .add("request_gpus = %s", asked.gpus())
            .add("accounting_group = %s", asked.account())
            .add("requirements = %s", plan.constraint())
            .add("periodic_remove = " + remove(plan));
    return directives.addAll(plan.directives(), OURS).add("queue " + plan.elements()).lines();
  }

  /**
   * Held for its memory a job would stay for ever; one that is not to be started again is removed
   * when it waits after a start.
   */
  private static String remove(JobPlan plan) {
    Integer seconds = plan.resources().walltimeSeconds();
    String remove = "(JobStatus == 5 && HoldReasonCode == " + HELD_FOR_MEMORY + ")";
    if (seconds != null) {
      remove += " || (JobStatus == 2 && time() - EnteredCurrentStatus > " + seconds + ")";
    }
    return plan.requeue() ? remove : remove + " || (JobStatus == 1 && NumJobStarts > 0)";
  }

  @Override
  public String submit() {
    return "condor_submit -terse \"$1\"";
  }

  @Override
  public String submitted() {
    return "(?m)^(\\d+)\\.\\d+ - \\d+\\.\\d+\\s*$";
  }

  /** The history may be long: what is looked for is not old. */
  @Override
  public String find() {
    String that = " -constraint \"ColmenarName == \\\"$1\\\"\" -af ClusterId";
    return "queued=$(condor_q"
        + that
        + ") && past=$(condor_history -scanlimit 10000"
        + that
        + ") && printf '%s\\n' \"$queued\" \"$past\" | sed '/^$/d' | sort -u";
  }

  @Override
  public boolean refusedForNow(String complaint) {
    return Complaints.has(complaint, AWAY) || Complaints.has(complaint, FOR_NOW);
  }

  @Override
  public OptionalInt firstIndex() {
    return OptionalInt.of(0);
  }

  @Override
  public String elementId(String arrayId, int index) {
    return arrayId + "." + index;
  }

  @Override
  public String status() {
    return "condor_q \"$(id -un)\" -constraint 'ColmenarName isnt undefined' -json -attributes "
        + ATTRIBUTES;
  }

  /** An empty queue may be no JSON, but nothing. */
  @Override
  public List<JobStatus> readStatus(String out) {
    return out.isBlank() ? List.of() : Json.objects(out).stream().map(HtCondor::job).toList();
  }

  private static JobStatus job(JsonObject job) {
    Integer status = Json.number(job, "JobStatus");
    JobState state = status == null ? null : STATES.get(status);
    String cluster = Json.text(job, "ClusterId");
    return new JobStatus(
        job.getBoolean("ColmenarArray", false) ? cluster + "." + Json.text(job, "ProcId") : cluster,
        Json.text(job, "ColmenarName"),
        state == null ? JobState.UNKNOWN : state(state, job),
        Json.text(job, state == JobState.CANCELED ? "RemoveReason" : "HoldReason"),
        state == JobState.COMPLETED ? exitCode(job) : null);
  }

  private static JobState state(JobState state, JsonObject job) {
    switch (state) {
      case STUCK -> {
        Integer why = Json.number(job, "HoldReasonCode");
        return why != null && why == HELD_FOR_INPUT ? JobState.WAITING : JobState.STUCK;
      }
      case CANCELED -> {
        return removed(job);
      }
      case COMPLETED -> {
        Integer exit = exitCode(job);
        return exit != null && exit == 0 ? JobState.COMPLETED : JobState.FAILED;
      }
      default -> {
        return state;
      }
    }
  }

  /** By somebody, or by what {@link #remove} says. */
  private static JobState removed(JsonObject job) {
    if (!Json.text(job, "RemoveReason").contains("PeriodicRemove")) {
      return JobState.CANCELED;
    }
    Integer held = Json.number(job, "HoldReasonCode");
    Integer why = held == null ? Json.number(job, "LastHoldReasonCode") : held;
    if (why != null && why == HELD_FOR_MEMORY) {
      return JobState.OUT_OF_MEMORY;
    }
    return Json.text(job, "RemoveReason").contains("EnteredCurrentStatus")
        ? JobState.TIMED_OUT
        : JobState.NODE_FAILED;
  }

  private static @Nullable Integer exitCode(JsonObject job) {
    if (!job.getBoolean("ExitBySignal", false)) {
      return Json.number(job, "ExitCode");
    }
    Integer signal = Json.number(job, "ExitSignal");
    return signal == null ? null : Integer.valueOf(SIGNAL_BASE + signal);
  }

  /** The whole history is read where as many are not found. */
  @Override
  public Optional<String> account(Collection<String> ids, Instant since) {
    return Optional.of(
        "condor_history -json -attributes "
            + ATTRIBUTES
            + " -completedsince "
            + since.getEpochSecond()
            + " "
            + Shell.command(ids));
  }

  @Override
  public List<JobStatus> readAccount(String out) {
    return readStatus(out);
  }

  @Override
  public String cancel(Collection<String> ids) {
    return Complaints.failingOnlyFor(AWAY, "condor_rm " + Shell.command(ids));
  }
}

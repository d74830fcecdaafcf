package colmenar.backend.hpc;

import colmenar.backend.Resources;
import colmenar.remote.Shell;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** IBM Spectrum LSF. */
final class Lsf implements Dialect {

  /** LSF Command Reference, bjobs, "STAT". */
  private static final Map<String, JobState> STATES =
      Map.ofEntries(
          Map.entry("PEND", JobState.WAITING),
          Map.entry("PROV", JobState.WAITING),
          Map.entry("WAIT", JobState.WAITING),
          Map.entry("FWD_PEND", JobState.WAITING),
          Map.entry("PSUSP", JobState.STUCK),
          Map.entry("RUN", JobState.RUNNING),
          Map.entry("USUSP", JobState.SUSPENDED),
          Map.entry("SSUSP", JobState.SUSPENDED),
          Map.entry("UNKWN", JobState.UNKNOWN),
          Map.entry("ZOMBI", JobState.NODE_FAILED),
          Map.entry("DONE", JobState.COMPLETED),
          Map.entry("EXIT", JobState.FAILED));

  /** LSF Command Reference, bjobs, "Termination reasons". */
  private static final Map<String, JobState> REASONS =
      Map.ofEntries(
          Map.entry("TERM_RUNLIMIT", JobState.TIMED_OUT),
          Map.entry("TERM_DEADLINE", JobState.TIMED_OUT),
          Map.entry("TERM_CPULIMIT", JobState.TIMED_OUT),
          Map.entry("TERM_MEMLIMIT", JobState.OUT_OF_MEMORY),
          Map.entry("TERM_SWAP", JobState.OUT_OF_MEMORY),
          Map.entry("TERM_PREEMPT", JobState.PREEMPTED),
          Map.entry("TERM_OWNER", JobState.CANCELED),
          Map.entry("TERM_ADMIN", JobState.CANCELED),
          Map.entry("TERM_FORCE_OWNER", JobState.CANCELED),
          Map.entry("TERM_FORCE_ADMIN", JobState.CANCELED),
          Map.entry("TERM_UNKNOWN", JobState.FAILED),
          Map.entry("TERM_CWD_NOTEXIST", JobState.NOT_LAUNCHED),
          Map.entry("TERM_REMOVE_HUNG_JOB", JobState.NODE_FAILED));

  private static final Set<String> AWAY =
      Set.of(
          "LSF is down",
          "batch daemon",
          "Failed in an LSF library call",
          "Communication time out",
          "Cannot connect to LSF");

  /** What bsub says when somebody, or the whole cluster, has too many pending jobs just now. */
  private static final Set<String> FOR_NOW =
      Set.of(
          "pending job threshold reached",
          "Maximum number of pending jobs",
          "reached the maximum",
          "Retrying in",
          "System limits on number of jobs",
          "Queue has been closed");

  private static final Predicate<String> OURS =
      Directives.options("-(?:J.*|o.*|e|eo|E|Ep|cwd|outdir|i|is|rn?|I.*|K|H|pack|csm|jsm|Zs)");

  /** https://www.ibm.com/docs/en/spectrum-lsf: bsub -J. */
  private static final int LONGEST_NAME = 4094;

  private static final int SECONDS_PER_MINUTE = 60;

  @Override
  public String name() {
    return "lsf";
  }

  @Override
  public String template() {
    return "lsf.sh";
  }

  @Override
  public int longestName() {
    return LONGEST_NAME;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    Resources asked = plan.resources();
    String array =
        plan.isArray() ? "-J \"%s[1-" + plan.elements() + "]" + percent(plan) + "\"" : "-J %s";
    if (plan.qos() != null) {
      throw new IllegalArgumentException("LSF knows no quality of service: name a queue");
    }
    return new Directives("#BSUB")
        .name(array, plan.name(), LONGEST_NAME)
        .add("-Jd %s", plan.name())
        .add("-o %s", plan.output("out"))
        .add("-e %s", plan.output("err"))
        .add("-cwd %s", plan.directory())
        .add("-n " + asked.nodes() * plan.coresPerNode())
        .add("-R \"span[ptile=" + plan.coresPerNode() + "]\"")
        .add("-M %sMB", asked.memoryMb())
        .add("-R \"rusage[mem=%sMB]\"", asked.memoryMb())
        .add("-R \"select[%s]\"", plan.constraint())
        .add("-gpu num=%s", asked.gpus())
        .add("-W %s", minutes(asked.walltimeSeconds()))
        .add("-q %s", asked.queue())
        .add("-P %s", asked.account())
        .add(plan.requeue() ? "-r" : "-rn")
        .addAll(plan.directives(), OURS)
        .lines();
  }

  /** As the argument of a format. */
  private static String percent(JobPlan plan) {
    return plan.atOnce().replace("%", "%%");
  }

  private static @Nullable Integer minutes(@Nullable Integer seconds) {
    return seconds == null
        ? null
        : Integer.valueOf((seconds + SECONDS_PER_MINUTE - 1) / SECONDS_PER_MINUTE);
  }

  /** A script on standard input is read for directives, one that is named is not. */
  @Override
  public String submit() {
    return "bsub <\"$1\"";
  }

  @Override
  public String submitted() {
    return "Job <(\\d+)> is submitted";
  }

  /** It may fail where there is none of that name. */
  @Override
  public String find() {
    return "found=$(LC_ALL=C; export LC_ALL; bjobs -a -noheader -o jobid -J \"$1\" 2>&1)"
        + " || case $found in *'> is not found'*) found= ;;"
        + " *) printf '%s\\n' \"$found\" >&2; false ;; esac"
        + " && printf '%s\\n' \"$found\" | sed -n 's/^\\([0-9][0-9]*\\).*/\\1/p' | sort -u";
  }

  @Override
  public boolean refusedForNow(String complaint) {
    return Complaints.has(complaint, AWAY) || Complaints.has(complaint, FOR_NOW);
  }

  @Override
  public OptionalInt firstIndex() {
    return OptionalInt.of(1);
  }

  @Override
  public String elementId(String arrayId, int index) {
    return arrayId + "[" + index + "]";
  }

  /**
   * It may fail where no job waits or runs, and answers none the less. Those that are over are
   * there for the site's CLEAN_PERIOD.
   */
  @Override
  public String status() {
    return "found=$(bjobs -a -json"
        + " -o 'jobid jobindex stat exit_code exit_reason pend_reason job_description') && ended=0"
        + " || ended=$?; printf '%s\\n' \"$found\"; case $found in *RECORDS*) ;;"
        + " *) (exit $ended) ;; esac";
  }

  @Override
  public List<JobStatus> readStatus(String out) {
    List<JobStatus> jobs = new ArrayList<>();
    if (!out.isBlank()) {
      for (JsonObject job : Json.objects(Json.object(out).get("RECORDS"))) {
        String id = Json.text(job, "JOBID");
        // Some releases put an error where a job should be.
        if (!id.isEmpty()) {
          jobs.add(job(id, job));
        }
      }
    }
    return jobs;
  }

  private static JobStatus job(String id, JsonObject job) {
    String index = Json.text(job, "JOBINDEX");
    String ended = Json.text(job, "EXIT_REASON");
    JobState state = STATES.getOrDefault(Json.text(job, "STAT"), JobState.UNKNOWN);
    if (state == JobState.FAILED) {
      state =
          REASONS.entrySet().stream()
              .filter(reason -> ended.contains(reason.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(JobState.FAILED);
    }
    Integer exit = Json.number(job, "EXIT_CODE");
    return new JobStatus(
        // A site may have the index in the id already (LSB_BJOBS_DISPLAY_ENH).
        id.contains("[") || index.equals("0") || index.isEmpty() ? id : id + "[" + index + "]",
        Json.text(job, "JOB_DESCRIPTION"),
        state,
        ended.isEmpty() ? Json.text(job, "PEND_REASON") : ended,
        exit == null && state == JobState.COMPLETED ? Integer.valueOf(0) : exit);
  }

  @Override
  public String cancel(Collection<String> ids) {
    return Complaints.failingOnlyFor(AWAY, "bkill " + Shell.command(ids));
  }
}

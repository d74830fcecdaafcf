package colmenar.backend.hpc;

import colmenar.backend.Resources;
import colmenar.remote.Shell;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Slurm, of any release since 20. Text formats: the JSON of its commands changes with releases. */
final class Slurm implements Dialect {

  /** https://slurm.schedmd.com/job_state_codes.html and squeue.html#SECTION_JOB-STATE-CODES. */
  private static final Map<String, JobState> STATES =
      Map.ofEntries(
          Map.entry("PENDING", JobState.WAITING),
          Map.entry("CONFIGURING", JobState.WAITING),
          Map.entry("REQUEUED", JobState.WAITING),
          Map.entry("REQUEUE_FED", JobState.WAITING),
          Map.entry("REQUEUE_HOLD", JobState.STUCK),
          Map.entry("RESV_DEL_HOLD", JobState.STUCK),
          Map.entry("SPECIAL_EXIT", JobState.STUCK),
          Map.entry("RUNNING", JobState.RUNNING),
          Map.entry("COMPLETING", JobState.RUNNING),
          Map.entry("SIGNALING", JobState.RUNNING),
          Map.entry("STAGE_OUT", JobState.RUNNING),
          Map.entry("RESIZING", JobState.RUNNING),
          Map.entry("SUSPENDED", JobState.SUSPENDED),
          Map.entry("STOPPED", JobState.SUSPENDED),
          Map.entry("COMPLETED", JobState.COMPLETED),
          Map.entry("FAILED", JobState.FAILED),
          Map.entry("TIMEOUT", JobState.TIMED_OUT),
          Map.entry("DEADLINE", JobState.TIMED_OUT),
          Map.entry("OUT_OF_MEMORY", JobState.OUT_OF_MEMORY),
          Map.entry("NODE_FAIL", JobState.NODE_FAILED),
          Map.entry("PREEMPTED", JobState.PREEMPTED),
          Map.entry("CANCELLED", JobState.CANCELED),
          Map.entry("BOOT_FAIL", JobState.NOT_LAUNCHED),
          Map.entry("LAUNCH_FAILED", JobState.NOT_LAUNCHED),
          Map.entry("RECONFIG_FAIL", JobState.NOT_LAUNCHED),
          Map.entry("REVOKED", JobState.CANCELED));

  /** https://slurm.schedmd.com/job_reason_codes.html: those that time alone does not change. */
  private static final Set<String> FOR_EVER =
      Set.of(
          "AccountNotAllowed",
          "BadConstraints",
          "DependencyNeverSatisfied",
          "InvalidAccount",
          "InvalidQOS",
          "JobHeldAdmin",
          "JobHeldUser",
          "PartitionConfig",
          "PartitionNodeLimit",
          "PartitionTimeLimit",
          "QOSNotAllowed",
          "QOSTimeLimit",
          "AssociationTimeLimit");

  /** What sbatch says when the controller is away, or somebody has too many jobs just now. */
  private static final Set<String> FOR_NOW =
      Set.of(
          "Unable to contact slurm controller",
          "Socket timed out",
          "Connection refused",
          "Connection timed out",
          "Zero Bytes were transmitted",
          "Slurm temporarily unable to accept job",
          "temporarily unavailable",
          "SubmitJobsLimit",
          "SubmitJobLimit",
          "MaxSubmitJobs",
          "Job violates accounting/QOS policy",
          "Munge");

  /** Short options without a value may stand before one of ours in the same word. */
  private static final Predicate<String> OURS =
      Directives.options(
          "-[hHkOQsvVW]*[aDeHJoW].*",
          "--array",
          "--chdir",
          "--comment",
          "--error",
          "--gid",
          "--hold",
          "--job-name",
          "--no-requeue",
          "--open-mode",
          "--output",
          "--parsable",
          "--requeue",
          "--test-only",
          "--uid",
          "--wait",
          "--wrap");

  private static final DateTimeFormatter SINCE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private static final int LONGEST_NAME = 200;
  private static final int STATUS_COLUMNS = 5;
  private static final int ACCOUNT_COLUMNS = 4;
  private static final int CODE_BITS = 8;
  private static final int CORE_DUMPED = 0x80;
  private static final int SIGNAL_MASK = 0x7f;

  /** What sacct shows as the signal of a job that could not be started. */
  private static final int LAUNCH_SIGNAL = 53;

  private static final int SIGNAL_BASE = 128;

  @Override
  public String name() {
    return "slurm";
  }

  @Override
  public String template() {
    return "slurm.sh";
  }

  @Override
  public int longestName() {
    return LONGEST_NAME;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    Resources asked = plan.resources();
    Directives directives =
        new Directives("#SBATCH")
            .name("--job-name=%s", plan.name(), LONGEST_NAME)
            .add("--comment=%s", plan.name())
            .add("--output=%s", plan.output("out"))
            .add("--error=%s", plan.output("err"))
            .add("--open-mode=append")
            .add("--chdir=%s", plan.directory())
            .add("--nodes=" + asked.nodes())
            .add("--ntasks-per-node=" + asked.processesPerNode())
            .add("--cpus-per-task=" + asked.threadsPerProcess())
            .add("--mem=%sM", asked.memoryMb())
            .add("--gpus-per-node=%s", asked.gpus())
            .add("--time=%s", plan.walltime())
            .add("--partition=%s", asked.queue())
            .add("--account=%s", asked.account())
            .add("--qos=%s", plan.qos())
            .add("--constraint=%s", plan.constraint())
            .add(plan.requeue() ? "--requeue" : "--no-requeue");
    if (plan.isArray()) {
      directives.add("--array=0-" + (plan.elements() - 1) + plan.atOnce());
    }
    return directives.addAll(plan.directives(), OURS).lines();
  }

  @Override
  public String submit() {
    return "sbatch --parsable \"$1\"";
  }

  @Override
  public String submitted() {
    return "(?m)^(\\d+)(?:;.*)?$";
  }

  /** Held jobs are in no account, and jobs that have been over for long are in no queue. */
  @Override
  public String find() {
    return "found=$(squeue --noheader --states=all --user=\"$(id -un)\" --name=\"$1\" --format=%F)"
        + " || exit; printf '%s\\n' \"$found\" | sed '/^$/d' | sort -u";
  }

  @Override
  public boolean refusedForNow(String complaint) {
    return Complaints.has(complaint, FOR_NOW);
  }

  @Override
  public OptionalInt firstIndex() {
    return OptionalInt.of(0);
  }

  @Override
  public String elementId(String arrayId, int index) {
    return arrayId + "_" + index;
  }

  /** All of the account, since of ids that are not known any more one alone makes it fail. */
  @Override
  public String status() {
    return "squeue --noheader --array --states=all --user=\"$(id -un)\""
        + " --Format='JobArrayID:|,State:|,Reason:|,exit_code:|,Name:'";
  }

  @Override
  public List<JobStatus> readStatus(String out) {
    List<JobStatus> jobs = new ArrayList<>();
    for (String line : out.lines().filter(text -> !text.isBlank()).toList()) {
      String[] columns = line.split("\\|", STATUS_COLUMNS);
      if (columns.length != STATUS_COLUMNS) {
        throw new IllegalArgumentException("no line of squeue: " + line);
      }
      String reason = columns[2].strip();
      Integer status = number(columns[3].strip());
      boolean launched = status == null || isWaitStatus(status);
      JobState state = state(columns[1].strip(), reason, launched);
      jobs.add(
          new JobStatus(
              columns[0].strip(),
              columns[4].strip(),
              state,
              reason.equals("None") ? "" : reason,
              // Of jobs that are not over it says 0.
              status == null || !launched || !state.over() ? null : ofWaitStatus(status)));
    }
    return jobs;
  }

  private static JobState state(String word, String reason, boolean launched) {
    JobState state = STATES.getOrDefault(word.split(" ", 2)[0], JobState.UNKNOWN);
    if (state == JobState.WAITING && FOR_EVER.contains(reason)) {
      return JobState.STUCK;
    }
    return state == JobState.FAILED && !launched ? JobState.NOT_LAUNCHED : state;
  }

  /**
   * Otherwise it is an error of Slurm's own, such as 4021 for an output file that cannot be made.
   * The reason does not tell: JobLaunchFailure is also said of jobs that a signal has ended.
   */
  private static boolean isWaitStatus(int status) {
    return (status & SIGNAL_MASK) == 0 || (status & ~CORE_DUMPED) <= SIGNAL_MASK;
  }

  /** 1792 is exit code 7, and 11 is signal 11. */
  private static int ofWaitStatus(int status) {
    int signal = status & SIGNAL_MASK;
    return signal == 0 ? status >> CODE_BITS : SIGNAL_BASE + signal;
  }

  private static @Nullable Integer number(String text) {
    return text.matches("\\d{1,9}") ? Integer.valueOf(text) : null;
  }

  /** Jobs that were never eligible are not in it: those are still in the queue. */
  @Override
  public Optional<String> account(Collection<String> ids, Instant since) {
    return Optional.of(
        "TZ=UTC sacct --allocations --noheader --parsable2"
            + " --format=JobID,State,ExitCode,JobName --starttime="
            + SINCE.format(since)
            + " --jobs="
            + Shell.quote(String.join(",", ids)));
  }

  @Override
  public List<JobStatus> readAccount(String out) {
    List<JobStatus> jobs = new ArrayList<>();
    for (String line : out.lines().filter(text -> !text.isBlank()).toList()) {
      String[] columns = line.split("\\|", ACCOUNT_COLUMNS);
      if (columns.length != ACCOUNT_COLUMNS) {
        throw new IllegalArgumentException("no line of sacct: " + line);
      }
      String[] codeAndSignal = columns[2].split(":", 2);
      Integer code = number(codeAndSignal[0]);
      Integer signal = codeAndSignal.length > 1 ? number(codeAndSignal[1]) : null;
      boolean launched = signal == null || signal != LAUNCH_SIGNAL;
      jobs.add(
          new JobStatus(
              columns[0],
              columns[3],
              state(columns[1], "", launched),
              "",
              launched ? ofPair(code, signal) : null));
    }
    return jobs;
  }

  /** 7:0 is exit code 7, and 0:9 is signal 9. */
  private static @Nullable Integer ofPair(@Nullable Integer code, @Nullable Integer signal) {
    return signal == null || signal == 0 ? code : Integer.valueOf(SIGNAL_BASE + signal);
  }

  @Override
  public String cancel(Collection<String> ids) {
    return "scancel " + Shell.command(ids);
  }
}

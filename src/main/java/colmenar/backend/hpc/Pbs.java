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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** PBS Professional and OpenPBS, with their history of jobs switched on. */
final class Pbs implements Dialect {

  /** PBS Professional Reference Guide, "Job States", and qstat(1B). */
  private static final Map<String, JobState> STATES =
      Map.ofEntries(
          Map.entry("Q", JobState.WAITING),
          Map.entry("W", JobState.WAITING),
          Map.entry("T", JobState.WAITING),
          Map.entry("M", JobState.WAITING),
          Map.entry("H", JobState.STUCK),
          Map.entry("B", JobState.RUNNING),
          Map.entry("R", JobState.RUNNING),
          Map.entry("E", JobState.RUNNING),
          Map.entry("S", JobState.SUSPENDED),
          Map.entry("U", JobState.SUSPENDED),
          Map.entry("F", JobState.COMPLETED),
          Map.entry("X", JobState.COMPLETED));

  /** PBS Professional Administrator's Guide, "Job Exit Status Codes", and JOB_EXEC_ in job.h. */
  private static final Map<Integer, JobState> OWN_EXIT_CODES =
      Map.ofEntries(
          Map.entry(-1, JobState.NOT_LAUNCHED),
          Map.entry(-2, JobState.NOT_LAUNCHED),
          Map.entry(-3, JobState.NOT_LAUNCHED),
          Map.entry(-4, JobState.NODE_FAILED),
          Map.entry(-5, JobState.NODE_FAILED),
          Map.entry(-6, JobState.NODE_FAILED),
          Map.entry(-10, JobState.NOT_LAUNCHED),
          Map.entry(-11, JobState.NODE_FAILED),
          Map.entry(-12, JobState.PREEMPTED),
          Map.entry(-20, JobState.NODE_FAILED),
          Map.entry(-24, JobState.FAILED),
          Map.entry(-25, JobState.FAILED),
          Map.entry(-26, JobState.OUT_OF_MEMORY),
          Map.entry(-27, JobState.OUT_OF_MEMORY),
          Map.entry(-28, JobState.TIMED_OUT),
          Map.entry(-29, JobState.TIMED_OUT));

  /** Said of jobs that no set of nodes will ever satisfy. */
  private static final String NEVER = "Can Never Run";

  static final Set<String> AWAY =
      Set.of(
          "cannot connect to server",
          "could not connect to server",
          "connection refused",
          "connection timed out",
          "communication failure",
          "no route to host",
          "no server to connect to");

  /** pbs_messages.c: limits of queued jobs. */
  private static final Set<String> FOR_NOW =
      Set.of(
          "maximum number of jobs already in queue",
          "would exceed queue",
          "would exceed complex's",
          "would exceed limit on resource",
          "queue is not enabled",
          "server is shutting down",
          "please retry");

  /** Short options without a value may stand before one of ours in the same word. */
  static final Predicate<String> OURS = Directives.options("-[hIVzXf]*[CDdeIJhjkNoRrStwz].*");

  private static final Pattern HOURS = Pattern.compile("(\\d{1,6}):(\\d{1,2}):(\\d{1,2})");

  private static final int SIXTY = 60;
  private static final int LONGEST_NAME = 230;
  private static final int SIGNALLED = 256;
  private static final int SIGNAL_BASE = 128;

  @Override
  public String name() {
    return "pbs";
  }

  @Override
  public String template() {
    return "pbs.sh";
  }

  @Override
  public int longestName() {
    return LONGEST_NAME;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    Resources asked = plan.resources();
    StringBuilder chunk = new StringBuilder("-l select=").append(asked.nodes());
    chunk.append(":ncpus=").append(plan.coresPerNode());
    chunk.append(":mpiprocs=").append(asked.processesPerNode());
    chunk.append(":ompthreads=").append(asked.threadsPerProcess());
    if (asked.memoryMb() != null) {
      chunk.append(":mem=").append(asked.memoryMb()).append("mb");
    }
    if (asked.gpus() != null) {
      chunk.append(":ngpus=").append(asked.gpus());
    }
    if (plan.constraint() != null) {
      chunk.append(':').append(Directives.word(plan.constraint()));
    }
    if (plan.qos() != null) {
      throw new IllegalArgumentException("PBS knows no quality of service: name a queue");
    }
    Directives directives =
        new Directives("#PBS")
            .name("-N %s", plan.name(), LONGEST_NAME)
            .add("-S /bin/sh")
            .add("-o %s", plan.output("out"))
            .add("-e %s", plan.output("err"))
            .add(chunk.toString());
    if (asked.nodes() > 1) {
      directives.add("-l place=scatter");
    }
    directives
        .add("-l walltime=%s", plan.walltime())
        .add("-q %s", asked.queue())
        .add("-A %s", asked.account());
    if (plan.isArray()) {
      // Arrays are always rerunnable, and refused when asked not to be.
      directives.add("-J 0-" + (plan.elements() - 1) + plan.atOnce());
    } else {
      directives.add("-r " + (plan.requeue() ? "y" : "n"));
    }
    return directives.addAll(plan.directives(), OURS).lines();
  }

  @Override
  public String submit() {
    return "qsub \"$1\"";
  }

  @Override
  public String submitted() {
    return "(?m)^(\\d+(?:\\[\\])?\\.[\\w.-]+)\\s*$";
  }

  @Override
  public String find() {
    return "qselect -x -u \"$(id -un)\" -N \"$1\"";
  }

  @Override
  public boolean refusedForNow(String complaint) {
    return Complaints.has(complaint, AWAY) || Complaints.has(complaint, FOR_NOW);
  }

  @Override
  public OptionalInt firstIndex() {
    return OptionalInt.of(0);
  }

  /** {@code 123[].server} has {@code 123[4].server}. */
  @Override
  public String elementId(String arrayId, int index) {
    return arrayId.replace("[]", "[" + index + "]");
  }

  /**
   * The full form cannot be asked for one account, so the ids are. One of them may be forgotten
   * meanwhile, which is exit code 153 (15001, PBSE_UNKJOBID).
   */
  @Override
  public String status() {
    return "jobs=$(qselect -x -u \"$(id -un)\") || exit; test -z \"$jobs\""
        + " || qstat -x -t -f -F json $jobs || test $? -eq 153";
  }

  @Override
  public List<JobStatus> readStatus(String out) {
    List<JobStatus> jobs = new ArrayList<>();
    if (!out.isBlank()) {
      JsonObject answer = Json.object(out);
      if (answer.get("Jobs") instanceof JsonObject each) {
        each.forEach(
            (id, job) -> {
              if (job instanceof JsonObject object) {
                jobs.add(job(id, object));
              }
            });
      } else if (!answer.containsKey("timestamp")) {
        throw new IllegalArgumentException("the scheduler's answer has no jobs");
      }
    }
    return jobs;
  }

  private static JobStatus job(String id, JsonObject job) {
    Integer exit = Json.number(job, "Exit_status");
    String word = Json.text(job, "job_state");
    String comment = Json.text(job, "comment");
    JobState state = STATES.getOrDefault(word, JobState.UNKNOWN);
    if (state == JobState.WAITING && comment.contains(NEVER)) {
      state = JobState.STUCK;
    } else if (state == JobState.COMPLETED) {
      boolean begun = exit != null || word.equals("X");
      state = begun ? ended(exit, usedUp(job), OWN_EXIT_CODES) : JobState.CANCELED;
    }
    return new JobStatus(id, Json.text(job, "Job_Name"), state, comment, exitCode(exit));
  }

  private static boolean usedUp(JsonObject job) {
    return job.get("Resource_List") instanceof JsonObject asked
        && job.get("resources_used") instanceof JsonObject used
        && usedUp(Json.text(asked, "walltime"), Json.text(used, "walltime"));
  }

  /** Whether a job has had all of the walltime it had asked for, both as hours:minutes:seconds. */
  static boolean usedUp(String asked, String used) {
    return seconds(asked) > 0 && seconds(used) >= seconds(asked);
  }

  private static int seconds(String text) {
    Matcher parts = HOURS.matcher(text);
    return parts.matches()
        ? (Integer.parseInt(parts.group(1)) * SIXTY + Integer.parseInt(parts.group(2))) * SIXTY
            + Integer.parseInt(parts.group(3))
        : 0;
  }

  /**
   * @param exit null when the scheduler does not tell it
   * @param own exit codes of the scheduler itself, below zero
   */
  static JobState ended(@Nullable Integer exit, boolean usedUp, Map<Integer, JobState> own) {
    if (exit == null || exit == 0) {
      return JobState.COMPLETED;
    }
    if (exit < 0) {
      return own.getOrDefault(exit, JobState.NOT_LAUNCHED);
    }
    return usedUp && exit > SIGNAL_BASE ? JobState.TIMED_OUT : JobState.FAILED;
  }

  /** 271 is signal 15; below zero is none of the job's. */
  static @Nullable Integer exitCode(@Nullable Integer exit) {
    if (exit == null || exit < 0) {
      return null;
    }
    return exit < SIGNALLED ? exit : SIGNAL_BASE + exit % SIGNALLED;
  }

  @Override
  public String cancel(Collection<String> ids) {
    return Complaints.failingOnlyFor(AWAY, "qdel " + Shell.command(ids));
  }
}

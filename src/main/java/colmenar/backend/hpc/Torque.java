package colmenar.backend.hpc;

import colmenar.backend.Resources;
import colmenar.remote.Shell;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** Torque, of any release since arrays have brackets (2.5). */
final class Torque implements Dialect {

  /** http://docs.adaptivecomputing.com: qsub -l prologue, epilogue. */
  private static final Predicate<String> RUNS_PROGRAMS =
      Pattern.compile("(?:pro|epi)logue").asPredicate();

  /** Torque Administrator Guide, qstat, "Job state". */
  private static final Map<String, JobState> STATES =
      Map.ofEntries(
          Map.entry("Q", JobState.WAITING),
          Map.entry("W", JobState.WAITING),
          Map.entry("T", JobState.WAITING),
          Map.entry("H", JobState.STUCK),
          Map.entry("R", JobState.RUNNING),
          Map.entry("E", JobState.RUNNING),
          Map.entry("S", JobState.SUSPENDED),
          Map.entry("C", JobState.COMPLETED));

  /** Torque Administrator Guide, "Job exit status". */
  private static final Map<Integer, JobState> OWN_EXIT_CODES =
      Map.ofEntries(
          Map.entry(-1, JobState.NOT_LAUNCHED),
          Map.entry(-2, JobState.NOT_LAUNCHED),
          Map.entry(-3, JobState.NOT_LAUNCHED),
          Map.entry(-4, JobState.NODE_FAILED),
          Map.entry(-5, JobState.NODE_FAILED),
          Map.entry(-6, JobState.NODE_FAILED),
          Map.entry(-7, JobState.NOT_LAUNCHED),
          Map.entry(-8, JobState.NOT_LAUNCHED),
          Map.entry(-9, JobState.NOT_LAUNCHED),
          Map.entry(-10, JobState.OUT_OF_MEMORY),
          Map.entry(-11, JobState.TIMED_OUT),
          Map.entry(-12, JobState.TIMED_OUT));

  private static final Set<String> FOR_NOW =
      Set.of(
          "maximum number of jobs already in queue",
          "violates queue and/or server resource limits on number of jobs",
          "queue is not enabled",
          "server is shutting down",
          "end of file");

  private static final Pattern INDEX = Pattern.compile("\\[\\d+\\]");

  /** Of the name of an element. */
  private static final Pattern SUFFIX = Pattern.compile("-\\d+$");

  private static final int LONGEST_NAME = 15;

  @Override
  public String name() {
    return "torque";
  }

  @Override
  public String template() {
    return "torque.sh";
  }

  @Override
  public int longestName() {
    return LONGEST_NAME;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    Resources asked = plan.resources();
    StringBuilder nodes = new StringBuilder("-l nodes=").append(asked.nodes());
    nodes.append(":ppn=").append(plan.coresPerNode());
    if (asked.gpus() != null) {
      nodes.append(":gpus=").append(asked.gpus());
    }
    if (plan.constraint() != null) {
      nodes.append(':').append(Directives.word(plan.constraint()));
    }
    Directives directives =
        new Directives("#PBS")
            .name("-N %s", plan.name(), LONGEST_NAME)
            .add("-S /bin/sh")
            .add("-o %s", plan.output("out"))
            .add("-e %s", plan.output("err"))
            .add("-d %s", plan.directory())
            .add(nodes.toString());
    if (asked.memoryMb() != null) {
      // Of all nodes together.
      directives.add("-l mem=" + (long) asked.memoryMb() * asked.nodes() + "mb");
    }
    directives
        .add("-l walltime=%s", plan.walltime())
        .add("-l qos=%s", plan.qos())
        .add("-q %s", asked.queue())
        .add("-A %s", asked.account())
        .add("-r " + (plan.requeue() ? "y" : "n"));
    if (plan.isArray()) {
      directives.add("-t 0-" + (plan.elements() - 1) + plan.atOnce());
    }
    return directives.addAll(plan.directives(), Pbs.OURS.or(RUNS_PROGRAMS)).lines();
  }

  @Override
  public String submit() {
    return "qsub \"$1\"";
  }

  @Override
  public String submitted() {
    return "(?m)^(\\d+(?:\\[\\])?\\.[\\w.-]+)\\s*$";
  }

  /** Elements are jobs whose names end in their index, and qselect takes whole names only. */
  @Override
  public String find() {
    return "found=$(qstat -f -t) || exit; printf '%s\\n' \"$found\" | awk -v name=\"$1\""
        + " '$1 == \"Job\" && $2 == \"Id:\" { id = $3 } $1 == \"Job_Name\" { given = $3;"
        + " if (sub(/\\[[0-9]+\\]/, \"[]\", id)) sub(/-[0-9]+$/, \"\", given);"
        + " if (given == name) print id }' | sort -u";
  }

  @Override
  public boolean refusedForNow(String complaint) {
    return Complaints.has(complaint, Pbs.AWAY) || Complaints.has(complaint, FOR_NOW);
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
   * Of all accounts: the full form cannot be asked for one. Those that are over are there for the
   * site's keep_completed.
   */
  @Override
  public String status() {
    return "qstat -x -f -t";
  }

  @Override
  public List<JobStatus> readStatus(String out) {
    List<JobStatus> jobs = new ArrayList<>();
    if (!out.isBlank()) {
      Xml.elements(Xml.parse(out, "Data"), "Job").forEach(job -> jobs.add(job(job)));
    }
    return jobs;
  }

  private static JobStatus job(Element job) {
    String id = Xml.text(job, "Job_Id");
    String name = Xml.text(job, "Job_Name");
    String exit = Xml.text(job, "exit_status");
    Integer code = exit.matches("-?\\d{1,9}") ? Integer.valueOf(exit) : null;
    JobState state = STATES.getOrDefault(Xml.text(job, "job_state"), JobState.UNKNOWN);
    if (state == JobState.COMPLETED) {
      state = code == null ? JobState.CANCELED : ended(job, code);
    }
    return new JobStatus(
        id,
        INDEX.matcher(id).find() ? SUFFIX.matcher(name).replaceFirst("") : name,
        state,
        Xml.text(job, "comment"),
        Pbs.exitCode(code));
  }

  private static JobState ended(Element job, @Nullable Integer code) {
    return Pbs.ended(
        code,
        Pbs.usedUp(walltime(job, "Resource_List"), walltime(job, "resources_used")),
        OWN_EXIT_CODES);
  }

  private static String walltime(Element job, String list) {
    return job.getElementsByTagName(list).item(0) instanceof Element found
        ? Xml.text(found, "walltime")
        : "";
  }

  @Override
  public String cancel(Collection<String> ids) {
    return Complaints.failingOnlyFor(Pbs.AWAY, "qdel " + Shell.command(ids));
  }
}

package colmenar.backend.hpc;

import colmenar.backend.Resources;
import colmenar.remote.Shell;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** Grid Engine and its descendants: Son of, Univa, Altair. */
final class GridEngine implements Dialect {

  /** sge_status(5), "Job states": a word is several letters, of which the first here counts. */
  private static final List<Map.Entry<Character, JobState>> LETTERS =
      List.of(
          Map.entry('E', JobState.STUCK),
          Map.entry('d', JobState.RUNNING),
          Map.entry('s', JobState.SUSPENDED),
          Map.entry('S', JobState.SUSPENDED),
          Map.entry('T', JobState.SUSPENDED),
          // Being handed to a node: seen at every start.
          Map.entry('t', JobState.RUNNING),
          Map.entry('r', JobState.RUNNING),
          Map.entry('h', JobState.STUCK),
          Map.entry('q', JobState.WAITING));

  private static final char OVER = 'z';

  /** sge_status(5), "failed": why the scheduler itself ended a job. */
  private static final Map<Integer, JobState> FAILED =
      Map.ofEntries(
          Map.entry(0, JobState.COMPLETED),
          Map.entry(12, JobState.COMPLETED),
          Map.entry(13, JobState.COMPLETED),
          Map.entry(14, JobState.COMPLETED),
          Map.entry(15, JobState.COMPLETED),
          Map.entry(16, JobState.COMPLETED),
          Map.entry(17, JobState.FAILED),
          Map.entry(18, JobState.NODE_FAILED),
          Map.entry(19, JobState.NODE_FAILED),
          Map.entry(20, JobState.NODE_FAILED),
          Map.entry(22, JobState.NODE_FAILED),
          Map.entry(24, JobState.WAITING),
          Map.entry(25, JobState.WAITING),
          Map.entry(30, JobState.FAILED),
          Map.entry(37, JobState.TIMED_OUT),
          Map.entry(100, JobState.FAILED));

  private static final Set<String> AWAY =
      Set.of(
          "unable to contact qmaster",
          "unable to send message to qmaster",
          "can't get connection to qmaster",
          "got no connection within",
          "commlib error");

  /** What qsub says besides when somebody has too many jobs just now: max_u_jobs and max_jobs. */
  private static final Set<String> FOR_NOW =
      Set.of("jobs per user", "max jobs", "can't submit more jobs", "jobs in system");

  private static final Predicate<String> OURS =
      Directives.options(
          "-(?:@|C|I|N|S|b|clear|cwd|e|h|j|now|o|r|sync|t|tc|terse|verify|wd)", "--help");

  private static final int LONGEST_NAME = 200;

  @Override
  public String name() {
    return "gridengine";
  }

  @Override
  public String template() {
    return "gridengine.sh";
  }

  /** No limit is documented, but qsub writes a file of that name. */
  @Override
  public int longestName() {
    return LONGEST_NAME;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    Resources asked = plan.resources();
    int slots = asked.totalRanks() * asked.threadsPerProcess();
    Directives directives =
        new Directives("#$")
            .name("-N %s", plan.name(), LONGEST_NAME)
            .add("-S /bin/sh")
            .add("-o %s", plan.output("out"))
            .add("-e %s", plan.output("err"))
            .add("-wd %s", plan.directory())
            .add("-r " + (plan.requeue() ? "y" : "n"));
    if (slots > 1) {
      directives.add("-pe %s " + slots, plan.parallelEnvironment());
    }
    if (asked.memoryMb() != null) {
      // By slot.
      long all = (long) asked.memoryMb() * asked.nodes();
      directives.add("-l h_vmem=" + (all + slots - 1) / slots + "M");
    }
    directives
        .add("-l gpu=%s", asked.gpus())
        .add("-l h_rt=%s", plan.walltime())
        .add("-l %s", plan.constraint())
        .add("-q %s", asked.queue())
        .add("-P %s", asked.account());
    if (plan.qos() != null) {
      throw new IllegalArgumentException("Grid Engine knows no quality of service");
    }
    if (plan.isArray()) {
      directives.add("-t 1-" + plan.elements()).add("-tc %s", plan.elementsAtOnce());
    }
    return directives.addAll(plan.directives(), OURS).lines();
  }

  @Override
  public String submit() {
    return "qsub -terse \"$1\"";
  }

  @Override
  public String submitted() {
    return "(?m)^(\\d+)(?:\\.\\d+-\\d+:\\d+)?$";
  }

  /** Of those that are over the qmaster keeps the last, and the account all. */
  @Override
  public String find() {
    return "found=$(qstat -xml -s prsz -u \"$(id -un)\") || exit; { printf '%s\\n' \"$found\""
        + " | awk -v name=\"$1\" -F '[<>]' '$2 == \"JB_job_number\" { id = $3 }"
        + " $2 == \"JB_name\" && $3 == name { print id }';"
        + " qacct -j \"$1\" 2>/dev/null | awk '$1 == \"jobnumber\" { print $2 }'; } | sort -u";
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
    return arrayId + "." + index;
  }

  @Override
  public String status() {
    return "qstat -xml -g d -s prs -u \"$(id -un)\"";
  }

  @Override
  public List<JobStatus> readStatus(String out) {
    List<JobStatus> jobs = new ArrayList<>();
    for (Element job : Xml.elements(Xml.parse(out, "job_info"), "job_list")) {
      String index = Xml.text(job, "tasks");
      String id = Xml.text(job, "JB_job_number");
      String word = Xml.text(job, "state");
      // Those that are over have no exit code here: the account has it.
      if (word.indexOf(OVER) < 0) {
        JobState state = state(word);
        jobs.add(
            new JobStatus(
                element(id, index),
                Xml.text(job, "JB_name"),
                state,
                state == JobState.STUCK || state == JobState.UNKNOWN ? word : "",
                null));
      }
    }
    return jobs;
  }

  private static String element(String id, String index) {
    return index.isEmpty() || index.equals("undefined") ? id : id + "." + index;
  }

  private static JobState state(String word) {
    return LETTERS.stream()
        .filter(letter -> word.indexOf(letter.getKey()) >= 0)
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(JobState.UNKNOWN);
  }

  /**
   * It takes one job at a time, and is some seconds late. It also has the vain starts of jobs that
   * wait still.
   */
  @Override
  public Optional<String> account(Collection<String> ids, Instant since) {
    List<String> numbers = ids.stream().map(id -> id.split("\\.", 2)[0]).distinct().toList();
    return Optional.of(
        "for job in " + Shell.command(numbers) + "; do qacct -j \"$job\" 2>/dev/null; done; true");
  }

  @Override
  public List<JobStatus> readAccount(String out) {
    // A job that was started again has a record of each time: the last one counts.
    Map<String, JobStatus> jobs = new LinkedHashMap<>();
    Map<String, String> entries = new HashMap<>();
    for (String line : (out + "\n====\n").lines().toList()) {
      if (!line.startsWith("====")) {
        String[] pair = line.strip().split("\\s+", 2);
        entries.put(pair[0], pair.length > 1 ? pair[1].strip() : "");
        continue;
      }
      if (entries.containsKey("jobnumber")) {
        JobStatus job = job(entries);
        jobs.put(job.id(), job);
      } else if (entries.keySet().stream().anyMatch(key -> !key.isEmpty())) {
        throw new IllegalArgumentException("no record of qacct: " + entries.keySet());
      }
      entries.clear();
    }
    return List.copyOf(jobs.values());
  }

  private static JobStatus job(Map<String, String> entries) {
    String reason = entries.getOrDefault("failed", "0");
    Integer failed = number(reason);
    Integer exitCode = number(entries.getOrDefault("exit_status", ""));
    JobState state = ended(failed, exitCode, entries);
    return new JobStatus(
        element(entries.getOrDefault("jobnumber", ""), entries.getOrDefault("taskid", "undefined")),
        entries.getOrDefault("jobname", ""),
        state,
        reason.equals("0") ? "" : reason.replaceFirst("^\\d+\\s*:\\s*", ""),
        state == JobState.NOT_LAUNCHED ? null : exitCode);
  }

  private static JobState ended(
      @Nullable Integer failed, @Nullable Integer exitCode, Map<String, String> entries) {
    JobState state = FAILED.getOrDefault(failed == null ? 0 : failed, JobState.NOT_LAUNCHED);
    // Univa and Altair tell.
    if (state == JobState.FAILED && !entries.getOrDefault("deleted_by", "NONE").equals("NONE")) {
      return JobState.CANCELED;
    }
    return state == JobState.COMPLETED && exitCode != null && exitCode != 0
        ? JobState.FAILED
        : state;
  }

  private static @Nullable Integer number(String text) {
    String first = text.strip().split("\\s+", 2)[0];
    return first.matches("\\d{1,9}") ? Integer.valueOf(first) : null;
  }

  @Override
  public String cancel(Collection<String> ids) {
    return Complaints.failingOnlyFor(AWAY, "qdel " + Shell.command(ids));
  }
}

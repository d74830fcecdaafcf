package colmenar.backend.hpc;

import colmenar.remote.Shell;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A Linux host without a scheduler: a job is a session of processes, and starts at once. Its id is
 * the pid of the first of them with the time of its start, so that a pid given anew is never taken
 * for it. Nothing is known of a job that is over, and nothing limits what runs at once: resources
 * are not asked for.
 */
final class NoScheduler implements Dialect {

  /** proc(5), /proc/pid/stat, "state". */
  private static final Map<String, JobState> STATES =
      Map.ofEntries(
          Map.entry("R", JobState.RUNNING),
          Map.entry("S", JobState.RUNNING),
          Map.entry("D", JobState.RUNNING),
          Map.entry("I", JobState.RUNNING),
          Map.entry("W", JobState.RUNNING),
          Map.entry("K", JobState.RUNNING),
          Map.entry("P", JobState.RUNNING),
          Map.entry("T", JobState.SUSPENDED),
          Map.entry("t", JobState.SUSPENDED));

  /** Ended, and nobody has asked for the exit code. */
  private static final List<String> DEAD = List.of("Z", "X", "x");

  private static final int LONGEST_NAME = 255;
  private static final int COLUMNS = 3;
  private static final int KILL_AFTER_SECONDS = 5;

  /**
   * Every job of this account, by the name in its environment. The name of a program may hold
   * blanks and parentheses, so columns are counted from its end: state, parent, group, session, and
   * the time of start as the twentieth.
   */
  private static final String LIST =
      """
      test -r /proc/self/stat && for environ in $(grep -lzs '^COLMENAR_NAME=' /proc/[0-9]*/environ)
      do
        process=${environ%/environ}
        test -O "$process" && read -r stat 2>/dev/null <"$process/stat" || continue
        set -- ${stat##*) }
        test "$4" = "${process#/proc/}" || continue
        name=$(tr '\\0' '\\n' 2>/dev/null <"$environ" | sed -n 's/^COLMENAR_NAME=//p')
        state=$1
        shift 19
        printf '%s|%s|%s\\n' "${process#/proc/}-$1" "$state" "$name"
      done""";

  @Override
  public String name() {
    return "none";
  }

  @Override
  public String template() {
    return "none.sh";
  }

  @Override
  public int longestName() {
    return LONGEST_NAME;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    if (plan.isArray()) {
      throw new IllegalArgumentException("there are no arrays without a scheduler");
    }
    if (plan.resources().nodes() > 1) {
      throw new IllegalArgumentException("there is one node only without a scheduler");
    }
    if (!plan.directives().isEmpty()) {
      throw new IllegalArgumentException("there are no directives without a scheduler");
    }
    return new Directives("#COLMENAR")
        .name("name=%s", plan.name(), LONGEST_NAME)
        .add("directory=%s", plan.directory())
        .add("out=%s", plan.output("out"))
        .add("err=%s", plan.output("err"))
        .lines();
  }

  /**
   * The job tells its id itself, on a descriptor that it closes then. Until that the substitution
   * waits, and nothing else of the job holds on to it.
   */
  @Override
  public String submit() {
    return """
        set -- "$1" "$(sed -n 's/^#COLMENAR name=//p' "$1")" \
        "$(sed -n 's/^#COLMENAR directory=//p' "$1")" \
        "$(sed -n 's/^#COLMENAR out=//p' "$1")" "$(sed -n 's/^#COLMENAR err=//p' "$1")"
        job=$(cd "$3" && { COLMENAR_NAME=$2 setsid sh "$1" 3>&1 </dev/null >>"$4" 2>>"$5" & })
        test -n "$job" && printf '%s\\n' "$job\"""";
  }

  @Override
  public String submitted() {
    return "(?m)^(\\d+-\\d+)$";
  }

  @Override
  public String find() {
    return "wanted=$1; found=$("
        + LIST
        + "\n) && printf '%s\\n' \"$found\""
        + " | awk -F '|' -v name=\"$wanted\" '$3 == name { print $1 }'";
  }

  @Override
  public boolean refusedForNow(String complaint) {
    return Complaints.has(
        complaint, List.of("cannot fork", "resource temporarily unavailable", "no space left"));
  }

  @Override
  public OptionalInt firstIndex() {
    return OptionalInt.empty();
  }

  @Override
  public String elementId(String arrayId, int index) {
    throw new IllegalArgumentException("there are no arrays without a scheduler");
  }

  @Override
  public String status() {
    return LIST;
  }

  @Override
  public List<JobStatus> readStatus(String out) {
    List<JobStatus> jobs = new ArrayList<>();
    for (String line : out.lines().filter(text -> !text.isBlank()).toList()) {
      String[] columns = line.split("\\|", COLUMNS);
      if (columns.length != COLUMNS) {
        throw new IllegalArgumentException("no line about a process: " + line);
      }
      if (!DEAD.contains(columns[1])) {
        jobs.add(
            new JobStatus(
                columns[0],
                columns[2],
                STATES.getOrDefault(columns[1], JobState.UNKNOWN),
                "",
                null));
      }
    }
    return jobs;
  }

  /**
   * Its processes are asked to end, and a little later made to. A pid is not given anew while a
   * group is called by it, so a group whose first process has gone meanwhile is still the job's.
   */
  @Override
  public String cancel(Collection<String> ids) {
    return """
        asked=
        for job in %s
        do
          read -r stat 2>/dev/null <"/proc/${job%%-*}/stat" || continue
          set -- ${stat##*) }
          shift 19
          test "$1" = "${job#*-}" && kill -s TERM -- "-${job%%-*}" 2>/dev/null && asked="$asked $job"
        done
        test -z "$asked" || setsid sh -c 'sleep %d
        for job in "$@"
        do
          if read -r stat 2>/dev/null <"/proc/${job%%-*}/stat"
          then
            now=$(printf "%%s\\n" "${stat##*) }" | cut -d " " -f 20)
            test "$now" = "${job#*-}" || continue
          fi
          kill -s KILL -- "-${job%%-*}" 2>/dev/null
        done' sh $asked </dev/null >/dev/null 2>&1 &"""
        .formatted(Shell.command(ids), KILL_AFTER_SECONDS);
  }
}

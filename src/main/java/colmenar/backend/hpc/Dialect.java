package colmenar.backend.hpc;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one batch scheduler is spoken to: what is asked of it as text for a POSIX shell on the site,
 * and how its answers are read. Stateless.
 *
 * <p>Beside each dialect, among the resources, is the template of the script that is submitted. In
 * it <code>{directives}</code> stands for {@link #directives}, and <code>{run}</code> for the
 * script that it has to read, with {@code COLMENAR_JOB} (id of the job, as {@link #readStatus} has
 * it) and for an element of an array {@code COLMENAR_INDEX} set.
 */
interface Dialect {

  /** As configuration names it. */
  String name();

  /** Of the template, among the resources of this package. */
  String template();

  /** The longest name that it takes for a job. */
  int longestName();

  /**
   * The lines at the head of a job's script.
   *
   * @throws IllegalArgumentException when the scheduler cannot be asked for that; the message is
   *     for the owner of the task
   */
  List<String> directives(JobPlan plan);

  /** Submits the script at {@code $1} and prints what {@link #submitted} finds the id in. */
  String submit();

  /** A regular expression, for Java and Python alike, whose first group is the id of a new job. */
  String submitted();

  /**
   * Prints the ids of the jobs with the name {@code $1}, one a line, without those of elements:
   * that wait, run, or have ended as far as the scheduler remembers. Fails when it cannot be asked.
   */
  String find();

  /** Whether a refusal to submit may be another one later, by what the scheduler said. */
  boolean refusedForNow(String complaint);

  /** Of the first element of an array; empty when the scheduler has no arrays. */
  OptionalInt firstIndex();

  /** Of an element of an array, as {@link #readStatus} has it. */
  String elementId(String arrayId, int index);

  /** Shows all jobs of this account that the scheduler has in memory, elements apart. */
  String status();

  /**
   * @param out of {@link #status}
   * @throws IllegalArgumentException when that is no such answer
   */
  List<JobStatus> readStatus(String out);

  /**
   * Shows jobs which are over; empty when the scheduler keeps no account of them beside its status.
   */
  default Optional<String> account(Collection<String> ids, Instant since) {
    return Optional.empty();
  }

  /**
   * @param out of {@link #account}
   */
  default List<JobStatus> readAccount(String out) {
    return List.of();
  }

  /** Ends jobs; those that are over or unknown do not make it fail. */
  String cancel(Collection<String> ids);
}

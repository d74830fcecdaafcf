package colmenar.backend.hpc;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is brought to a site.
 *
 * @param name by which the scheduler is asked for it
 * @param directory below that of the site
 * @param script name of the file that is submitted
 * @param files texts by name, in its directory
 */
record Job(
    String name, String directory, String script, Map<String, String> files, List<Member> members) {

  Job {
    files = Map.copyOf(files);
    members = List.copyOf(members);
  }

  boolean isArray() {
    return members.get(0).index() != null;
  }

  /**
   * An attempt that it runs.
   *
   * @param index in an array; null in a job that is none
   */
  record Member(Track track, @Nullable Integer index) {}
}

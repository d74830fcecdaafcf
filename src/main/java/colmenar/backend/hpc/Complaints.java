package colmenar.backend.hpc;

import colmenar.remote.Shell;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** What commands of schedulers say when they fail. */
final class Complaints {

  private Complaints() {}

  /** Whether one of the words is in it, whatever their case. */
  static boolean has(String complaint, Collection<String> words) {
    String lower = complaint.toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(word -> lower.contains(word.toLowerCase(Locale.ROOT)));
  }

  /**
   * A command whose exit code tells nothing: it fails for jobs that are over as for a scheduler
   * that is away.
   *
   * @param away what it says in the second case only
   */
  static String failingOnlyFor(Collection<String> away, String command) {
    String words =
        away.stream().map(word -> "-e " + Shell.quote(word)).collect(Collectors.joining(" "));
    return "said=$(LC_ALL=C; export LC_ALL; "
        + command
        + " 2>&1); test $? -ne 127 && ! printf '%s\\n' \"$said\" | grep -iF "
        + words
        + " >&2";
  }
}

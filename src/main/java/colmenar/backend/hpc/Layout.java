package colmenar.backend.hpc;

import java.util.UUID;

/** Where things are on a site, below its directory. */
final class Layout {

  /** Where an id is random: its beginning is a time, and its end a number. */
  private static final int RANDOM_FROM = 24;

  private static final int RANDOM_TO = 26;

  private Layout() {}

  /** The run directory of an attempt. */
  static String run(UUID attempt) {
    return "runs/" + spread(attempt);
  }

  /**
   * @param first attempt of the array
   */
  static String array(UUID first) {
    return "arrays/" + spread(first);
  }

  /** A directory with many entries is slow on most file systems that nodes share. */
  private static String spread(UUID id) {
    String text = id.toString();
    return text.substring(RANDOM_FROM, RANDOM_TO) + "/" + text;
  }

  /** Where the code runs, below the run directory. */
  static String work(UUID attempt) {
    return run(attempt) + "/work";
  }
}

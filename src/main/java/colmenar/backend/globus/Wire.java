package colmenar.backend.globus;

import java.util.Optional;

/**
 * Texts as Globus Compute passes them on: functions as Python source, arguments and results as
 * JSON. Lengths are in code points, as Python counts.
 */
final class Wire {

  /** By which name a service is asked for results in JSON. */
  static final String JSON_SERIALIZER = "globus_compute_sdk.serialize.JSONData";

  private static final String SOURCE = "st\n";
  private static final String JSON = "11\n";

  private Wire() {}

  /**
   * A function.
   *
   * @param entry name of what is called
   * @param source that defines it, with lines that end in {@code \n}
   */
  static String function(String entry, String source) {
    return packed(SOURCE + entry + ":" + source);
  }

  /**
   * What a function is called with.
   *
   * @param args JSON array
   * @param kwargs JSON object
   */
  static String payload(String args, String kwargs) {
    return packed(JSON + args) + packed(JSON + kwargs);
  }

  /** The JSON of a result; empty when it is something else. */
  static Optional<String> json(String result) {
    return result.startsWith(JSON)
        ? Optional.of(result.substring(JSON.length()))
        : Optional.empty();
  }

  private static String packed(String text) {
    return text.codePointCount(0, text.length()) + "\n" + text;
  }
}

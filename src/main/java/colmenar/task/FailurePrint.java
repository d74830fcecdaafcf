package colmenar.task;

import colmenar.backend.Failure;
import colmenar.platform.Sha256;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What failures for the same cause have in common: method, class, type, and the message without
 * what varies from task to task. Never change how it is made: it is stored with the tasks.
 */
final class FailurePrint {

  /** Of the message; what comes later tells no causes apart. */
  private static final int READ = 4000;

  private static final int KEPT = 1000;
  private static final int DIGITS = 16;

  /** In this order; no pattern goes back over what it has read, however long the message is. */
  private static final List<Variable> VARIABLES =
      List.of(
          new Variable(
              "(?<![\\w.])\\d{4}-\\d\\d-\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d++)?)?"
                  + "(?: ?Z| ?[+-]\\d\\d:?\\d\\d)?)?(?!\\w)",
              "<time>"),
          new Variable("(?<![\\w.])\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d++)?(?!\\w)", "<time>"),
          new Variable(
              "(?<!\\w)[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
                  + "(?!\\w)",
              "<id>"),
          // An apostrophe inside a word opens and closes nothing.
          new Variable("(?<!\\w)'[^'\\n]*+'(?!\\w)", "<text>"),
          new Variable("(?<!\\w)\"[^\"\\n]*+\"(?!\\w)", "<text>"),
          new Variable("(?<!\\w)`[^`\\n]*+`(?!\\w)", "<text>"),
          new Variable("(?<!\\w)[a-zA-Z][a-zA-Z0-9+.-]{0,20}+://[^\\s,;()\\[\\]{}]++", "<path>"),
          new Variable("(?<![\\w/])(?:~|\\.{1,2})?/[^\\s:,;()\\[\\]{}<>]++", "<path>"),
          new Variable("(?<![\\w.-])[\\w.-]++/[^\\s:,;()\\[\\]{}<>]++", "<path>"),
          new Variable("(?<!\\w)[a-zA-Z]:\\\\[^\\s:,;()\\[\\]{}<>]++", "<path>"),
          new Variable("(?<!\\w)0[xX][0-9a-fA-F]++", "<id>"),
          new Variable("(?<!\\w)(?=[a-f]*+[0-9])[0-9a-f]{8,}+(?!\\w)", "<n>"),
          new Variable("[+-]?(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:[eE][+-]?\\d++)?", "<n>"),
          new Variable("(?<!\\w)[+-]?(?:nan|inf)(?!\\w)", "<n>"),
          new Variable("\\s++", " "),
          // However many there are of them.
          new Variable("<n>[,; ]++(?=<n>)", ""),
          new Variable("<text>[,; ]++(?=<text>)", ""));

  private FailurePrint() {}

  static String of(String method, Failure failure) {
    String whole =
        String.join(
            "\n", method, failure.failureClass().name(), failure.type(), plain(failure.message()));
    return Sha256.hex(whole).substring(0, DIGITS);
  }

  /** The message without what varies. */
  static String plain(String message) {
    String text = start(message, READ);
    for (Variable variable : VARIABLES) {
      text = variable.pattern.matcher(text).replaceAll(variable.name);
    }
    return start(text.strip(), KEPT);
  }

  private static String start(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  private record Variable(Pattern pattern, String name) {
    Variable(String pattern, String name) {
      this(Pattern.compile(pattern), name);
    }
  }
}

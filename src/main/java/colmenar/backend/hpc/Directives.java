package colmenar.backend.hpc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines at the head of a job's script that its scheduler reads. */
final class Directives {

  /** A line break would end the directive, and begin something else. */
  private static final Pattern ONE_LINE = Pattern.compile("[^\\p{Cntrl}]+");

  /** A blank would end the value, and begin another option; the rest quotes or comments. */
  private static final Pattern ONE_WORD = Pattern.compile("[^\\s\\p{Cntrl}'\"`\\\\#$]+");

  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern QUOTES = Pattern.compile("['\"\\\\]");

  private final String mark;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param mark before each of them, such as {@code #SBATCH}; may be empty
   */
  Directives(String mark) {
    this.mark = mark;
  }

  /**
   * @throws IllegalArgumentException when it is more than a line
   */
  Directives add(String directive) {
    if (!ONE_LINE.matcher(directive).matches()) {
      throw new IllegalArgumentException("a directive for the scheduler is one line of text");
    }
    lines.add(mark.isEmpty() ? directive : mark + " " + directive);
    return this;
  }

  /**
   * Only when there is a value, which takes the place of {@code %s}.
   *
   * @throws IllegalArgumentException when it is more than a word
   */
  Directives add(String format, @Nullable Object value) {
    return value == null ? this : add(format.formatted(word(value.toString())));
  }

  /**
   * The job's name.
   *
   * @throws IllegalArgumentException when it is longer than the scheduler takes it
   */
  Directives name(String format, String name, int longest) {
    if (name.length() > longest) {
      throw new IllegalArgumentException(
          "the scheduler takes no name of more than %d characters".formatted(longest));
    }
    return add(format, name);
  }

  /**
   * @return the same
   * @throws IllegalArgumentException when it is more than a word
   */
  static String word(String value) {
    if (!ONE_WORD.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "the scheduler takes no blanks, quotes or the like in \"%s\"".formatted(value));
    }
    return value;
  }

  /**
   * Those that a task asks for besides.
   *
   * @param ours whether one would undo what is set here, and so lead the server astray
   * @throws IllegalArgumentException when one is ours
   */
  Directives addAll(List<String> directives, Predicate<String> ours) {
    for (String directive : directives) {
      if (ours.test(directive)) {
        throw new IllegalArgumentException(
            "the directive %s would undo what the server itself sets".formatted(directive));
      }
      add(directive);
    }
    return this;
  }

  /**
   * Whether one of a directive's words is one of these options.
   *
   * @param shortOnes a regular expression for words with one hyphen
   * @param longOnes with two; schedulers take them abbreviated and with their value
   */
  static Predicate<String> options(String shortOnes, String... longOnes) {
    Pattern one = Pattern.compile(shortOnes);
    return directive ->
        BLANKS
            .splitAsStream(QUOTES.matcher(directive).replaceAll(""))
            .anyMatch(
                word ->
                    one.matcher(word).matches()
                        || (word.length() > 2
                            && word.startsWith("--")
                            && Arrays.stream(longOnes)
                                .anyMatch(option -> option.startsWith(word.split("=", 2)[0]))));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}

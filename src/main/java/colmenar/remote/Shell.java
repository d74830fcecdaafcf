package colmenar.remote;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words for a POSIX shell. */
public final class Shell {

  /** What no shell gives a meaning to. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*");

  /** What csh and fish give a meaning to even between single quotes. */
  private static final Pattern NEVER_PLAIN = Pattern.compile("[!\\\\\\n\\r]");

  private Shell() {}

  /**
   * One word, whatever is in it.
   *
   * @throws IllegalArgumentException when it holds a NUL, which no word can
   */
  public static String quote(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a word for the shell holds a NUL");
    }
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** A command of these words. */
  public static String command(Collection<String> words) {
    return words.stream().map(Shell::quote).collect(Collectors.joining(" "));
  }

  /** See {@link #command(Collection)}. */
  public static String command(String... words) {
    return command(Arrays.asList(words));
  }

  /**
   * Runs a command in {@code /bin/sh}, said so that whatever shell an account has understands it.
   */
  static String inLoginShell(String command) {
    String readable = quote(command);
    boolean plain = !NEVER_PLAIN.matcher(command).find();
    return "/bin/sh -c "
        + (plain ? readable : "'eval \"$(printf %b \"" + octal(command) + "\")\"'");
  }

  private static String octal(String text) {
    StringBuilder digits = new StringBuilder();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      digits.append("\\0%03o".formatted(Byte.toUnsignedInt(value)));
    }
    return digits.toString();
  }
}

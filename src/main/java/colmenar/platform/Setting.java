package colmenar.platform;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A setting as an administrator may see it. Rather too much is hidden than too little.
 *
 * @param value null when it is hidden, or has none
 * @param source where it comes from, as the server names it
 */
public record Setting(
    String name, @Nullable String value, @Nullable String source, boolean secret) {

  private static final String WORDS = "pass|pwd|secret|token|key|credential";
  private static final Pattern SECRET_NAME = Pattern.compile(WORDS, Pattern.CASE_INSENSITIVE);

  /** User information in a URL, something like {@code password=}, or a key as such. */
  private static final Pattern SECRET_VALUE =
      Pattern.compile(
          "://\\S*@|(" + WORDS + ")[^=:\\s]*\\s*[=:]|\\bbearer\\s|-----BEGIN",
          Pattern.CASE_INSENSITIVE);

  static Setting of(String name, @Nullable String value, @Nullable String source) {
    boolean secret =
        SECRET_NAME.matcher(name).find() || (value != null && SECRET_VALUE.matcher(value).find());
    return new Setting(name, secret ? null : value, source, secret);
  }

  /** Whether a property or variable is a setting of the server. */
  static boolean isOurs(String name) {
    return Stream.of("colmenar.", "COLMENAR_").anyMatch(name::startsWith);
  }

  /** The environment variable that sets a property; it is the name of itself. */
  static String variable(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}

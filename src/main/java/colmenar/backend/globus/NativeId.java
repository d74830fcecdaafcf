package colmenar.backend.globus;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt is found again at the service.
 *
 * @param group of tasks
 * @param task null when it is not known whether it arrived
 */
record NativeId(UUID group, @Nullable UUID task) {

  private static final String UUID_TEXT = "\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}";
  private static final Pattern FORM = Pattern.compile("(%s)/(%s)?".formatted(UUID_TEXT, UUID_TEXT));

  static Optional<NativeId> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String task = matcher.group(2);
    return Optional.of(
        new NativeId(
            UUID.fromString(matcher.group(1)), task == null ? null : UUID.fromString(task)));
  }

  @Override
  public String toString() {
    return "%s/%s".formatted(group, task == null ? "" : task);
  }
}

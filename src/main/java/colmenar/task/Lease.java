package colmenar.task;

import colmenar.problem.InvalidException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A consumer's right to some results of a topic, for a time.
 *
 * @param first of the sequence numbers of the results
 * @param last of them; not everything between belongs to this lease
 */
public record Lease(UUID id, long first, long last) {

  private static final Pattern TEXT =
      Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.(\\d{1,18})\\.(\\d{1,18})");

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws InvalidException when it is no lease
   */
  public static Lease parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidException("lease", "is no lease");
    }
    return new Lease(
        UUID.fromString(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        Long.parseLong(matcher.group(3)));
  }

  @Override
  public String toString() {
    return id + "." + first + "." + last;
  }
}

package colmenar.feed;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far somebody has read, exactly. Numbers are given before the commit, so a higher one may be
 * there before a lower one: those that may still come are kept by name.
 *
 * @param top every number below has been told, but for the open ones; none from here on
 * @param open numbers below that have not been told, or not wholly: with how many of their events
 *     were told
 */
public record Position(long top, NavigableMap<Long, Integer> open) {

  private static final Pattern TOP = Pattern.compile("\\d{1,18}");
  private static final Pattern OPEN = Pattern.compile("([1-9]\\d{0,17})(?:\\.([1-9]\\d{0,8}))?");
  private static final int MOST_OPEN = 1000;

  public Position {
    open = Collections.unmodifiableNavigableMap(new TreeMap<>(open));
  }

  /**
   * Reads what {@link #toString} wrote; empty when it cannot be.
   *
   * @param text such as {@code 1234-5-2.17}: of what is below 1234 all but 1229, and of 1232
   *     seventeen events
   */
  public static Optional<Position> parse(String text) {
    String[] parts = text.split("-", MOST_OPEN + 2);
    if (parts.length > MOST_OPEN + 1 || !TOP.matcher(parts[0]).matches()) {
      return Optional.empty();
    }
    long top = Long.parseLong(parts[0]);
    NavigableMap<Long, Integer> open = new TreeMap<>();
    for (String part : List.of(parts).subList(1, parts.length)) {
      Matcher form = OPEN.matcher(part);
      if (!form.matches()) {
        return Optional.empty();
      }
      long number = top - Long.parseLong(form.group(1));
      if (number < 0 || (!open.isEmpty() && number <= open.lastKey())) {
        return Optional.empty();
      }
      open.put(number, form.group(2) == null ? 0 : Integer.parseInt(form.group(2)));
    }
    return Optional.of(new Position(top, open));
  }

  /** How many events of an entry have been told; all of them when the number is not open. */
  int told(long number) {
    return number >= top ? 0 : open.getOrDefault(number, Integer.MAX_VALUE);
  }

  /** The lowest number that has not been told. */
  long lowest() {
    return open.isEmpty() ? top : open.firstKey();
  }

  /** The same when of an entry below the top only so many events have been told. */
  Position within(long number, int told) {
    NavigableMap<Long, Integer> all = new TreeMap<>(open);
    all.put(number, told);
    return new Position(top, all);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(top);
    open.forEach(
        (number, told) -> {
          text.append('-').append(top - number);
          if (told > 0) {
            text.append('.').append(told);
          }
        });
    return text.toString();
  }
}

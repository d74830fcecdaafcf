package colmenar.rest;

import colmenar.backend.FailureClass;
import colmenar.json.JsonText;
import colmenar.problem.InvalidException;
import colmenar.problem.NotFoundException;
import colmenar.task.RequestKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads path and query parameters; what does not fit is named. */
final class Parameters {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}");

  private static final Pattern KEY = Pattern.compile("[!-~]{1,200}");

  private Parameters() {}

  /** An id that cannot be one belongs to no task. */
  static UUID task(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new NotFoundException("no task " + text);
    }
  }

  static UUID id(String name, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidException(name, "is no id: " + text);
    }
  }

  static int integer(String name, String text, int least, int most) {
    return Math.toIntExact(integer(name, text, least, (long) most));
  }

  static long integer(String name, String text, long least, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new InvalidException(name, "is no number: " + text);
    }
    throw new InvalidException(
        name, "must be from %d to %d, found %s".formatted(least, most, text));
  }

  /** Of a request that may be repeated; null when it has none. */
  static @Nullable RequestKey requestKey(@Nullable String key, String body) {
    if (key == null) {
      return null;
    }
    if (!KEY.matcher(key).matches()) {
      throw new InvalidException(
          "Idempotency-Key", "must be from 1 to 200 visible characters of ASCII");
    }
    return new RequestKey(key, Prints.of(body));
  }

  /** A name as owners and topics have. */
  static String name(String name, String text) {
    if (!NAME.matcher(text).matches()) {
      throw new InvalidException(name, "is no name: " + text);
    }
    return text;
  }

  static boolean truth(String name, String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new InvalidException(name, "must be true or false, found " + text);
    }
    return text.equals("true");
  }

  /** One of some words. */
  static String word(String name, String text, List<String> words) {
    if (!words.contains(text)) {
      throw new InvalidException(name, "must be one of " + words);
    }
    return text;
  }

  /** A time with its zone, as ISO 8601 writes it. */
  static @Nullable Instant instant(String name, @Nullable String text) {
    return text == null ? null : JsonText.instant(name, text);
  }

  static @Nullable FailureClass failureClass(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return Arrays.stream(FailureClass.values())
        .filter(cause -> cause.name().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidException(
                    "failureClass", "must be one of " + Arrays.toString(FailureClass.values())));
  }

  /** A text to look for; the databases know no character 0. */
  static @Nullable String text(String name, @Nullable String text) {
    if (text != null && text.indexOf('\0') >= 0) {
      throw new InvalidException(name, "has a character that no name has");
    }
    return text;
  }
}

package colmenar.json;

import colmenar.problem.InvalidException;
import colmenar.problem.MalformedException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ValueRange;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON text in and out. Thread-safe. */
public final class JsonText {

  private static final ValueRange YEARS = ValueRange.of(1, 9999);

  /** Kept, because looking it up searches the class path each time. */
  public static final JsonProvider JSON = JsonProvider.provider();

  private JsonText() {}

  /**
   * @throws MalformedException when it is not JSON; the message says where
   */
  public static JsonValue parse(String text) {
    if (text.isBlank()) {
      throw new MalformedException("expected JSON, found nothing");
    }
    try (JsonParser parser = JSON.createParser(new StringReader(text))) {
      parser.next();
      JsonValue value = parser.getValue();
      if (parser.hasNext()) {
        throw new JsonParsingException("there is more text", parser.getLocation());
      }
      return value;
    } catch (JsonParsingException e) {
      throw new MalformedException(
          "not JSON: unexpected text at line %d, column %d"
              .formatted(e.getLocation().getLineNumber(), e.getLocation().getColumnNumber()));
    } catch (RuntimeException e) {
      // Such as values nested too deeply, for which the parser has no exception of its own.
      throw new MalformedException("not JSON: " + e.getMessage());
    }
  }

  /** Parses what the server itself has written. */
  public static JsonValue stored(String text) {
    try (JsonReader reader = JSON.createReader(new StringReader(text))) {
      return reader.readValue();
    }
  }

  /** An object of texts. */
  public static String object(Map<String, String> texts) {
    JsonObjectBuilder builder = JSON.createObjectBuilder();
    texts.forEach(builder::add);
    return builder.build().toString();
  }

  /** Size of a text in UTF-8. */
  public static int bytes(String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // A surrogate pair is four bytes, two for each of its characters.
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }

  /** A member that is a text; null when it is not there. */
  public static @Nullable String string(JsonObject json, String name) {
    return json.get(name) instanceof JsonString string ? string.getString() : null;
  }

  /**
   * A member that gives a date and time with an offset; null when it is not there.
   *
   * @param field names the member in the exception
   * @throws InvalidException when it gives something else
   */
  public static @Nullable Instant instant(JsonObject json, String name, String field) {
    String text = string(json, name);
    return text == null ? null : instant(field, text);
  }

  /**
   * A date and time with an offset, as RFC 3339 has them: of a year with four digits.
   *
   * @param field names it in the exception
   * @throws InvalidException when it is none
   */
  public static Instant instant(String field, String text) {
    try {
      OffsetDateTime utc = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
      YEARS.checkValidValue(utc.getYear(), ChronoField.YEAR);
      return utc.toInstant();
    } catch (DateTimeException e) {
      throw new InvalidException(
          field, "is no date and time such as 2025-03-01T12:00:00Z: " + text);
    }
  }

  /** A member that gives a duration in seconds, fractions included; null when it is not there. */
  public static @Nullable Duration seconds(JsonObject json, String name) {
    return json.get(name) instanceof JsonNumber number
        ? Duration.ofNanos(number.bigDecimalValue().movePointRight(9).longValue())
        : null;
  }
}

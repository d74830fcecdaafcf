package colmenar.json;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON object as text, member by member, straight into a builder; a member that is null is
 * left out. For what is written often: texts that are JSON already go in as they are.
 */
public final class ObjectText {

  private final StringBuilder out;
  private boolean first = true;

  private ObjectText(StringBuilder out) {
    this.out = out;
    out.append('{');
  }

  /** Begins an object at the end of a text; {@link #end} has to follow. */
  public static ObjectText in(StringBuilder out) {
    return new ObjectText(out);
  }

  public ObjectText add(String name, @Nullable String text) {
    if (text != null) {
      member(name);
      quote(text);
    }
    return this;
  }

  public ObjectText add(String name, @Nullable Number number) {
    if (number != null) {
      member(name);
      out.append(number);
    }
    return this;
  }

  public ObjectText add(String name, boolean value) {
    member(name);
    out.append(value);
    return this;
  }

  public ObjectText add(String name, @Nullable Instant instant) {
    if (instant != null) {
      member(name);
      out.append('"').append(instant).append('"');
    }
    return this;
  }

  /** A member whose value is JSON text. */
  public ObjectText addJson(String name, @Nullable String json) {
    if (json != null) {
      member(name);
      out.append(json);
    }
    return this;
  }

  /** A member whose value the caller appends to the builder. */
  public void member(String name) {
    if (!first) {
      out.append(',');
    }
    first = false;
    out.append('"').append(name).append("\":");
  }

  public void end() {
    out.append('}');
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}

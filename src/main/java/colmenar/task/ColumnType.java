package colmenar.task;

import java.lang.reflect.Array;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Of the values of a column. In arrays they travel as types that PostgreSQL's driver sends in
 * binary form, which costs both sides a fraction of reading and writing them as text.
 */
enum ColumnType {
  UUID("text", String.class) {
    @Override
    String expression(String name) {
      return "u.%s::uuid".formatted(name);
    }

    @Override
    Object sent(Object value) {
      return value.toString();
    }
  },
  TEXT("text", String.class),
  INTEGER("int4", Integer.class),
  LONG("int8", Long.class),
  DOUBLE("float8", Double.class),
  BOOLEAN("bool", Boolean.class),
  /** An {@link Instant}. */
  INSTANT("int8", Long.class) {
    @Override
    String expression(String name) {
      return "timestamptz 'epoch' + u.%s * interval '1 microsecond'".formatted(name);
    }

    /** {@code ChronoUnit} counts nanoseconds first, which overflow in the year 2262. */
    @Override
    Object sent(Object value) {
      Instant instant = (Instant) value;
      return instant.getEpochSecond() * MICROS_PER_SECOND + instant.getNano() / NANOS_PER_MICRO;
    }
  };

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int NANOS_PER_MICRO = 1000;

  private final String sentAs;
  private final Class<?> sentClass;

  ColumnType(String sentAs, Class<?> sentClass) {
    this.sentAs = sentAs;
    this.sentClass = sentClass;
  }

  /** As PostgreSQL calls the elements of its array. */
  String sentAs() {
    return sentAs;
  }

  @Nullable Object[] array(int length) {
    return (@Nullable Object[]) Array.newInstance(sentClass, length);
  }

  /** Makes the value of the column from what was sent. */
  String expression(String name) {
    return "u." + name;
  }

  Object sent(Object value) {
    return value;
  }
}

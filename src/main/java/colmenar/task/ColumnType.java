package colmenar.task;

import java.lang.reflect.Array;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

    @Override
    Object sent(Object value) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value);
    }
  };

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

package colmenar.history;

import java.time.Instant;
import java.util.UUID;

/**
 * A row of the table, with all that its node has added up so far.
 *
 * @param slotMillis 0 unless the method is {@link #WHOLE}
 * @param waiting a {@link Histogram}, like {@code running} and {@code delivery}
 */
record Line(
    Key key,
    UUID node,
    long submitted,
    long succeeded,
    long failed,
    long canceled,
    long retried,
    long busyMillis,
    long slotMillis,
    String waiting,
    String running,
    String delivery) {

  /** In place of a method: the backend as a whole. */
  static final String WHOLE = "";

  /**
   * What a line is about.
   *
   * @param spanSeconds a minute or an hour
   */
  record Key(int spanSeconds, Instant at, String backend, String method) {}
}

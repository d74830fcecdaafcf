package colmenar.history;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is added up of one method on one backend in one span. Guarded by its {@link Recorder}. */
final class Row {

  private static final long MICROS_PER_MILLI = 1000;

  long submitted;
  long succeeded;
  long failed;
  long canceled;
  long retried;
  long busyMicros;
  long slotMicros;
  private @Nullable Histogram waiting;
  private @Nullable Histogram running;
  private @Nullable Histogram delivery;
  private long changes;
  private long saved;

  /** The node whose row it is in the database, once it may be there. */
  private @Nullable UUID node;

  /** Says that something is different from what was written. */
  void touch() {
    changes++;
  }

  void waited(long micros) {
    waiting = added(waiting, micros);
  }

  void ran(long micros) {
    running = added(running, micros);
  }

  void delivered(long micros) {
    delivery = added(delivery, micros);
  }

  private static Histogram added(@Nullable Histogram histogram, long micros) {
    Histogram times = histogram == null ? new Histogram() : histogram;
    times.add(micros);
    return times;
  }

  boolean isUnsaved() {
    return saved < changes;
  }

  /**
   * As it is now.
   *
   * @param me becomes the owner, unless the row has one: a server that is born again as another
   *     node must not count twice what its old row has
   */
  Change change(Line.Key key, UUID me) {
    UUID owner = node == null ? me : node;
    node = owner;
    Line line =
        new Line(
            key,
            owner,
            submitted,
            succeeded,
            failed,
            canceled,
            retried,
            Math.round(busyMicros / (double) MICROS_PER_MILLI),
            Math.round(slotMicros / (double) MICROS_PER_MILLI),
            text(waiting),
            text(running),
            text(delivery));
    return new Change(this, changes, line);
  }

  private static String text(@Nullable Histogram histogram) {
    return histogram == null ? "" : histogram.text();
  }

  /** What has to be written of a row. */
  record Change(Row row, long upTo, Line line) {
    void saved() {
      row.saved = upTo;
    }
  }
}

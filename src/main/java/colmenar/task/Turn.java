package colmenar.task;

import colmenar.platform.Ids;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

/**
 * The place of a task among those that wait: by time, and by id where that is the same, as the
 * indexes of the database have it.
 */
record Turn(Instant at, UUID task) implements Comparable<Turn> {

  private static final Comparator<Turn> ORDER =
      Comparator.comparing(Turn::at).thenComparing(Turn::task, Ids.ORDER);

  @Override
  public int compareTo(Turn other) {
    return ORDER.compare(this, other);
  }
}

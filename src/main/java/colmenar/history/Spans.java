package colmenar.history;

import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The rows of spans of one length, those that may still change or have not been written. Times are
 * microseconds since 1970. Guarded by its {@link Recorder}.
 */
final class Spans {

  private static final long MICROS_PER_SECOND = 1_000_000;

  private final int seconds;
  private final long micros;
  private final TreeMap<Long, Map<Cell, Row>> byStart = new TreeMap<>();

  Spans(int seconds) {
    this.seconds = seconds;
    this.micros = seconds * MICROS_PER_SECOND;
  }

  Row row(Cell cell, long at) {
    Row row =
        byStart
            .computeIfAbsent(start(at), start -> new HashMap<>())
            .computeIfAbsent(cell, unknown -> new Row());
    row.touch();
    return row;
  }

  private long start(long at) {
    return Math.floorDiv(at, micros) * micros;
  }

  /** Adds time to each of the spans in which it lies. */
  void busy(Cell cell, long from, long to) {
    for (long at = from; at < to; at = start(at) + micros) {
      row(cell, at).busyMicros += Math.min(to, start(at) + micros) - at;
    }
  }

  void slots(Cell whole, int slots, long from, long to) {
    for (long at = from; at < to; at = start(at) + micros) {
      row(whole, at).slotMicros += slots * (Math.min(to, start(at) + micros) - at);
    }
  }

  void collect(UUID me, List<Row.Change> changes) {
    byStart.forEach(
        (start, rows) -> {
          Instant at = Instant.ofEpochSecond(start / MICROS_PER_SECOND);
          rows.forEach(
              (cell, row) -> {
                if (row.isUnsaved()) {
                  Line.Key key = new Line.Key(seconds, at, cell.backend(), cell.method());
                  changes.add(row.change(key, me));
                }
              });
        });
  }

  /** Forgets what is written and over. */
  void forget(long endedBefore) {
    Iterator<Map<Cell, Row>> old = byStart.headMap(endedBefore - micros, true).values().iterator();
    while (old.hasNext()) {
      Map<Cell, Row> rows = old.next();
      rows.values().removeIf(row -> !row.isUnsaved());
      if (rows.isEmpty()) {
        old.remove();
      }
    }
  }

  int rows() {
    return byStart.values().stream().mapToInt(Map::size).sum();
  }

  /**
   * Forgets the oldest span, written or not.
   *
   * @return false when there is no other
   */
  boolean drop() {
    return byStart.size() > 1 && byStart.pollFirstEntry() != null;
  }

  /** A method on a backend. */
  record Cell(String backend, String method) {}
}

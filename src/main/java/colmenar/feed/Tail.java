package colmenar.feed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The end of the log as one server sees it: which numbers may still come, and until when. Not
 * thread-safe.
 *
 * <p>A number is given to a transaction that has begun to write before, so of a gap that was seen
 * it is known which transactions may fill it. When all of those are over and it is still a gap, it
 * was rolled back. No time has to be guessed for that, and nothing waits for it meanwhile.
 */
final class Tail {

  /** Numbers of which more are open than this are given up, the oldest first. */
  static final int MOST_OPEN = 256;

  /** What jumps farther was not given to transactions: somebody has set the counter. */
  private static final int FARTHEST = 1000;

  private static final long NOT_KNOWN_YET = Long.MAX_VALUE;

  /** With the number of the first transaction that cannot fill it. */
  private final NavigableMap<Long, Long> gaps = new TreeMap<>();

  /** What is below and no gap here may be one all the same. */
  private final long since;

  private long top;

  Tail(long since, long top, Collection<Long> gaps) {
    this.since = since;
    this.top = top;
    open(gaps, NOT_KNOWN_YET);
  }

  Position position() {
    NavigableMap<Long, Integer> open = new TreeMap<>();
    gaps.keySet().forEach(gap -> open.put(gap, 0));
    return new Position(top, open);
  }

  /** Goes on by what was read from its position on. */
  Page advance(Slice slice) {
    Position begin = position();
    gaps.replaceAll((gap, until) -> until == NOT_KNOWN_YET ? slice.next() : until);
    List<Entry> fresh = new ArrayList<>();
    for (Entry entry : slice.entries()) {
      if (entry.number() >= top) {
        for (long gap = Math.max(top, entry.number() - FARTHEST); gap < entry.number(); gap++) {
          gaps.put(gap, slice.next());
        }
        top = entry.number() + 1;
        fresh.add(entry);
      } else if (gaps.remove(entry.number()) != null) {
        fresh.add(entry);
      }
    }
    gaps.values().removeIf(until -> until <= slice.oldest());
    while (gaps.size() > MOST_OPEN) {
      gaps.pollFirstEntry();
    }
    return Page.of(begin, fresh, gaps.keySet(), position());
  }

  /**
   * Of numbers that somebody else has seen open and that are not there, those of which this server
   * cannot tell whether they may still come.
   */
  List<Long> unknown(Collection<Long> numbers) {
    return numbers.stream().filter(number -> number < since && !gaps.containsKey(number)).toList();
  }

  /** From now on looks for these too. */
  void open(Collection<Long> numbers, long until) {
    numbers.forEach(number -> gaps.put(number, until));
  }
}

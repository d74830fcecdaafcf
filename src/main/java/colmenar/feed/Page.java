package colmenar.feed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Some entries in order, from one position to another; and, once there is one, the page that
 * follows. Whoever has read a page may keep it to find the next; what is in it is dropped when many
 * have followed. Thread-safe.
 */
final class Page {

  private final Position end;
  private volatile @Nullable List<Block> blocks;
  private volatile @Nullable Page next;

  Page(List<Block> blocks, Position end) {
    this.blocks = List.copyOf(blocks);
    this.end = end;
  }

  /**
   * @param entries in the order of their numbers
   * @param gaps numbers that may still come
   * @param end where one is after the last, unless that is to be told by it
   */
  static Page of(
      Position begin, List<Entry> entries, Collection<Long> gaps, @Nullable Position end) {
    NavigableMap<Long, Integer> missing = new TreeMap<>();
    gaps.forEach(gap -> missing.put(gap, 0));
    for (Entry entry : entries) {
      if (entry.number() < begin.top()) {
        missing.put(entry.number(), begin.told(entry.number()));
      }
    }
    List<Block> blocks = new ArrayList<>(entries.size());
    Position at = begin;
    for (Entry entry : entries) {
      missing.remove(entry.number());
      long top = Math.max(at.top(), entry.number() + 1);
      at = new Position(top, missing.headMap(top, false));
      int told = begin.told(entry.number());
      blocks.add(new Block(entry.number(), told, entry.at(), Groups.parse(entry.text()), at));
    }
    return new Page(blocks, end == null ? at : end);
  }

  Position end() {
    return end;
  }

  /** Null when they were dropped. */
  @Nullable List<Block> blocks() {
    return blocks;
  }

  int events() {
    List<Block> all = blocks;
    return all == null ? 0 : all.stream().mapToInt(Block::size).sum();
  }

  void drop() {
    blocks = null;
  }

  @Nullable Page next() {
    return next;
  }

  void follow(Page page) {
    next = page;
  }
}

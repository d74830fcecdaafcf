package colmenar.feed;

import static java.util.Objects.requireNonNull;

import colmenar.platform.Looker;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who listens. He is told page by page what he wants to hear, as fast as he takes it:
 * while he does not, no thread waits, and nothing is kept for him but the page he is in. Who has
 * fallen behind what is kept in memory is told from the database.
 *
 * <p>All of the work is done whenever it is woken, by one thread at a time.
 */
public final class Listener {

  /** Open Liberty writes without waiting only what fits into its buffer of 32 KiB. */
  private static final int CHUNK_CHARS = 8_192;

  private final Feed feed;
  private final Outlet outlet;
  private final Filter filter;
  private final Pass pass;
  private final LongSupplier nanos;
  private final Looker looker;

  /** What he has missed begins here; null when he has missed nothing. */
  private @Nullable Position behind;

  /** The page that he is in, or has read last. */
  private @Nullable Page page;

  private List<Block> blocks = List.of();
  private int block;
  private int told;

  private volatile @Nullable Page begin;
  private volatile long lastSentAt;
  private volatile long stalledSince;
  private volatile boolean stalled;

  /** A container may make a write wait although it was ready. */
  private volatile boolean writing;

  private volatile long writingSince;
  private volatile boolean heartbeatIsDue;

  /** What he has missed could not be read. */
  private volatile boolean cutShort;

  private volatile @Nullable String farewell;
  private volatile boolean over;

  Listener(
      Feed feed,
      Outlet outlet,
      Filter filter,
      Pass pass,
      @Nullable Position from,
      Executor executor,
      LongSupplier nanos) {
    this.feed = feed;
    this.outlet = outlet;
    this.filter = filter;
    this.pass = pass;
    this.behind = from;
    this.nanos = nanos;
    this.looker = new Looker("a listener to task events", executor, this::tell);
    this.lastSentAt = nanos.getAsLong();
  }

  Pass pass() {
    return pass;
  }

  /** There is something new, or its outlet is ready again. */
  public void wake() {
    if (!over) {
      looker.wake();
    }
  }

  /** His client has gone. */
  public void gone() {
    over = true;
    looker.stop();
    feed.forget(this);
  }

  /** From now on he is told what comes after this page, and before that what he has missed. */
  void begin(Page last) {
    if (begin == null) {
      begin = last;
      wake();
    }
  }

  /** Says that it is still there when it has been silent for so long; tries again what failed. */
  void heartbeat(long silenceNanos) {
    if (cutShort) {
      wake();
    }
    if (nanos.getAsLong() - lastSentAt >= silenceNanos) {
      heartbeatIsDue = true;
      wake();
    }
  }

  /** Whether his client has taken nothing for so long. */
  boolean stalledFor(long atLeastNanos) {
    long now = nanos.getAsLong();
    return (stalled && now - stalledSince >= atLeastNanos)
        || (writing && now - writingSince >= atLeastNanos);
  }

  /** Sends him away, with a last word if his client takes it. */
  void end(String why) {
    farewell = why;
    if (stalled) {
      close();
    } else {
      wake();
    }
  }

  /** Sends him away without a word. */
  void close() {
    gone();
    outlet.close();
  }

  private void tell() {
    while (!over && ready()) {
      StringBuilder out = new StringBuilder();
      String last = farewell;
      if (last != null) {
        outlet.write(": " + last + "\n\n");
        close();
        return;
      }
      int events = fill(out);
      if (out.isEmpty()) {
        return;
      }
      write(out.toString());
      lastSentAt = nanos.getAsLong();
      feed.sent(events);
    }
  }

  private void write(String text) {
    beginWriting();
    try {
      outlet.write(text);
    } finally {
      writing = false;
    }
  }

  private void beginWriting() {
    writingSince = nanos.getAsLong();
    writing = true;
  }

  private boolean ready() {
    beginWriting();
    boolean ready;
    try {
      ready = outlet.ready();
    } finally {
      writing = false;
    }
    if (!ready && !stalled) {
      stalledSince = nanos.getAsLong();
    }
    stalled = !ready;
    return ready;
  }

  private int fill(StringBuilder out) {
    int events = 0;
    if (page == null) {
      Page first = begin;
      if (first == null) {
        return 0;
      }
      page = first;
      // The position goes along: who hears nothing before he is cut off can go on from here too.
      out.append("retry: 1000\n");
      position(behind == null ? first.end() : behind, out.append(": listening\n"));
    }
    while (!over && out.length() < CHUNK_CHARS) {
      if (block < blocks.size()) {
        events += tell(blocks.get(block), out);
      } else if (!turn(out)) {
        break;
      }
    }
    if (heartbeatIsDue) {
      heartbeatIsDue = false;
      if (out.isEmpty()) {
        position(at(), out.append(": still here\n"));
      }
    }
    return events;
  }

  private Position at() {
    return behind == null ? requireNonNull(page).end() : behind;
  }

  private static void position(Position at, StringBuilder out) {
    out.append("id: ").append(at).append("\n\n");
  }

  /**
   * @return whether there is another page to go on with now
   */
  private boolean turn(StringBuilder out) {
    Position missed = behind;
    if (missed != null) {
      if (!out.isEmpty()) {
        // Sent first: the database may fail.
        return false;
      }
      catchUp(missed, out);
      return true;
    }
    Page read = page;
    Page next = read == null ? null : read.next();
    if (read == null || next == null) {
      return false;
    }
    List<Block> fresh = next.blocks();
    if (fresh == null) {
      behind = read.end();
    } else {
      page = next;
      open(fresh);
    }
    return true;
  }

  private void open(List<Block> fresh) {
    blocks = fresh;
    block = 0;
    told = 0;
  }

  private void catchUp(Position missed, StringBuilder out) {
    cutShort = true;
    Missed found = feed.missed(missed);
    cutShort = false;
    Page tail = found.tail();
    Page next = found.page();
    if (next == null) {
      Position end = requireNonNull(tail).end();
      out.append("event: reset\nid: ").append(end).append("\ndata: {\"kind\":\"reset\"}\n\n");
      next = new Page(List.of(), end);
    }
    open(requireNonNull(next.blocks()));
    if (tail == null) {
      behind = next.end();
    } else {
      page = tail;
      behind = null;
    }
  }

  private int tell(Block of, StringBuilder out) {
    int size = of.size();
    int index = 0;
    int events = 0;
    for (Group group : of.groups()) {
      boolean wanted = filter.wants(group.common());
      for (int i = 0; i < group.size(); i++) {
        index++;
        if (index <= Math.max(told, of.skip())) {
          continue;
        }
        if (wanted && filter.wants(group.tasks().get(i))) {
          event(of, group, i, of.after(index, size), out);
          events++;
        }
        if (out.length() >= CHUNK_CHARS && index < size) {
          told = index;
          return events;
        }
      }
    }
    block++;
    told = 0;
    return events;
  }

  private static void event(Block of, Group group, int index, Position after, StringBuilder out) {
    out.append("event: ").append(group.common().kind());
    out.append("\nid: ").append(after).append("\ndata: ");
    group.json(index, of.at(), out);
    out.append("\n\n");
  }
}

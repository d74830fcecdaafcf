package colmenar.feed;

import colmenar.cluster.Membership;
import colmenar.platform.Looker;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.problem.NotFoundException;
import colmenar.problem.TooManyListenersException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of task events while somebody listens, once for all who do. What this server
 * commits it hears of at once; what others commit it finds by looking. Thread-safe.
 */
@SingleInstance
public class Feed {

  private static final Logger LOG = System.getLogger(Feed.class.getName());

  /** How soon what another node has committed is seen. */
  private static final long TICK_MILLIS = 200;

  /** Every second somebody looks after the listeners; a server that is alone looks no oftener. */
  private static final int TICKS_A_SECOND = 5;

  private static final int TICKS_BETWEEN_CHECKS = 5 * TICKS_A_SECOND;

  /** What is committed within so much of each other is read at once. */
  private static final Duration PATIENCE = Duration.ofMillis(10);

  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private static final int ENTRIES_PER_PAGE = 100;

  /** Kept in memory for those who are a little slower than others. */
  private static final int MOST_EVENTS_KEPT = 50_000;

  private final EventLog log;
  private final Threads threads;
  private final Membership membership;
  private final boolean enabled;
  private final int mostListeners;
  private final long stallNanos;
  private final LongSupplier nanos;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean lookIsPlanned = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();
  private final Looker reader;
  private @Nullable ScheduledFuture<?> timer;
  private volatile @Nullable ScheduledFuture<?> planned;
  private int ticks;
  private boolean failing;

  /** Guarded by this, like all that follows. */
  private @Nullable Tail tail;

  private Page last = new Page(List.of(), new Position(0, new TreeMap<>()));
  private final Deque<Page> kept = new ArrayDeque<>();
  private int eventsKept;

  @Inject
  Feed(
      EventLog log,
      Threads threads,
      Membership membership,
      @ConfigProperty(name = "colmenar.events.enabled", defaultValue = "true") boolean enabled,
      @ConfigProperty(name = "colmenar.events.max-listeners", defaultValue = "200")
          int mostListeners,
      @ConfigProperty(name = "colmenar.events.stall-seconds", defaultValue = "30")
          int stallSeconds) {
    this(log, threads, membership, enabled, mostListeners, stallSeconds, System::nanoTime);
  }

  Feed(
      EventLog log,
      Threads threads,
      Membership membership,
      boolean enabled,
      int mostListeners,
      int stallSeconds,
      LongSupplier nanos) {
    this.log = log;
    this.threads = threads;
    this.membership = membership;
    this.enabled = enabled;
    this.mostListeners = mostListeners;
    this.stallNanos = TimeUnit.SECONDS.toNanos(stallSeconds);
    this.nanos = nanos;
    this.reader = new Looker("the reader of task events", threads.executor(), this::look);
  }

  void start(@Observes Startup event) {
    timer =
        threads
            .scheduler()
            .scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
    ScheduledFuture<?> look = planned;
    if (look != null) {
      look.cancel(false);
    }
    reader.stop();
    listeners.forEach(Listener::close);
  }

  /**
   * Lets somebody listen.
   *
   * @param from where he has been cut off; null to hear what comes from now on
   * @throws NotFoundException when events are not written down
   * @throws TooManyListenersException when there are too many on this server already
   */
  public Listener listen(Outlet outlet, Filter filter, Pass pass, @Nullable Position from) {
    if (!enabled) {
      throw new NotFoundException(
          "this server keeps no events of tasks (COLMENAR_EVENTS_ENABLED is false)");
    }
    Listener listener = new Listener(this, outlet, filter, pass, from, threads.executor(), nanos);
    synchronized (listeners) {
      if (listeners.size() >= mostListeners) {
        throw new TooManyListenersException(
            "%d clients listen on this server already".formatted(mostListeners));
      }
      listeners.add(listener);
    }
    reader.wake();
    return listener;
  }

  void forget(Listener listener) {
    listeners.remove(listener);
  }

  void sent(int events) {
    sent.addAndGet(events);
  }

  /** How many listen on this server. */
  public int listeners() {
    return listeners.size();
  }

  /** How many events they were sent since its start. */
  public long eventsSent() {
    return sent.get();
  }

  /** How many of them were cut off because they took nothing. */
  public long listenersCut() {
    return cut.get();
  }

  void written(@Observes(during = TransactionPhase.AFTER_SUCCESS) Written written) {
    if (!listeners.isEmpty() && lookIsPlanned.compareAndSet(false, true)) {
      try {
        planned = threads.after(PATIENCE, this::lookNow);
      } catch (RejectedExecutionException e) {
        LOG.log(Level.DEBUG, "no thread now; the next tick looks", e);
        lookIsPlanned.set(false);
      }
    }
  }

  private void lookNow() {
    lookIsPlanned.set(false);
    reader.wake();
  }

  private void tick() {
    try {
      boolean second = ticks++ % TICKS_A_SECOND == 0;
      if (listeners.isEmpty()) {
        return;
      }
      if (second || !membership.alone()) {
        reader.wake();
      }
      if (second) {
        lookAfterListeners();
      }
      if (ticks % TICKS_BETWEEN_CHECKS == 0) {
        checkPasses();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "listeners to task events were not looked after; trying again", e);
    }
  }

  private void lookAfterListeners() {
    for (Listener listener : listeners) {
      if (listener.stalledFor(stallNanos)) {
        cut.incrementAndGet();
        LOG.log(Level.INFO, "a listener to task events takes nothing and is cut off");
        listener.close();
      } else {
        listener.heartbeat(SILENCE_NANOS);
      }
    }
  }

  private void checkPasses() {
    Map<Pass, Boolean> good = new HashMap<>();
    for (Listener listener : listeners) {
      if (!good.computeIfAbsent(listener.pass(), Feed::isGood)) {
        listener.end("the access token is no longer valid");
      }
    }
  }

  private static boolean isGood(Pass pass) {
    try {
      return pass.good();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "cannot tell now whether a listener may go on", e);
      return true;
    }
  }

  /** Reads what is new, then lets those begin who came before. */
  private void look() {
    Set<Listener> there = new HashSet<>(listeners);
    if (there.isEmpty()) {
      rest();
      return;
    }
    try {
      read();
      failing = false;
    } catch (RuntimeException e) {
      // While the database is away this comes often; it is said once.
      LOG.log(failing ? Level.DEBUG : Level.WARNING, "cannot read task events; trying again", e);
      failing = true;
      return;
    }
    Page end = end();
    there.forEach(listener -> listener.begin(end));
  }

  private synchronized void rest() {
    tail = null;
    kept.clear();
    eventsKept = 0;
  }

  private synchronized Page end() {
    return last;
  }

  private void read() {
    Position from = position();
    Slice slice;
    do {
      slice = log.read(from, ENTRIES_PER_PAGE);
      Page page = advance(slice);
      if (!page.end().equals(from)) {
        listeners.forEach(Listener::wake);
      }
      from = page.end();
    } while (!slice.whole());
  }

  private Position position() {
    synchronized (this) {
      if (tail != null) {
        return tail.position();
      }
    }
    Tail found = log.tail();
    synchronized (this) {
      tail = found;
      last = new Page(List.of(), found.position());
      return last.end();
    }
  }

  private synchronized Page advance(Slice slice) {
    if (tail == null) {
      throw new IllegalStateException("nobody listens");
    }
    Page page = tail.advance(slice);
    if (!page.end().equals(last.end())) {
      append(page);
    }
    return page;
  }

  private void append(Page page) {
    last.follow(page);
    last = page;
    kept.add(page);
    eventsKept += page.events();
    while (eventsKept > MOST_EVENTS_KEPT && kept.size() > 1) {
      Page oldest = kept.remove();
      eventsKept -= oldest.events();
      oldest.drop();
    }
  }

  /** What somebody has not been told who has come so far; at most a page of it. */
  Missed missed(Position from) {
    Page tailPage = end();
    Slice slice = log.read(from, ENTRIES_PER_PAGE);
    Position end = tailPage.end();
    // Looked at last: what is there now was there when the slice was read.
    if (log.lowest() > from.lowest() || from.top() > end.top()) {
      return new Missed(null, tailPage);
    }
    if (adopted(from, slice)) {
      return missed(from);
    }
    List<Entry> entries =
        slice.entries().stream()
            .filter(entry -> entry.number() < end.top() && !end.open().containsKey(entry.number()))
            .toList();
    boolean whole =
        slice.whole() || slice.entries().stream().anyMatch(e -> e.number() >= end.top());
    if (whole) {
      return new Missed(Page.of(from, entries, end.open().keySet(), end), tailPage);
    }
    long top = slice.entries().get(slice.entries().size() - 1).number() + 1;
    Position untilThere = new Position(top, end.open().headMap(top, false));
    return new Missed(Page.of(from, entries, end.open().keySet(), untilThere), null);
  }

  /** What somebody else saw open long ago, and this server never saw, may still come. */
  private synchronized boolean adopted(Position from, Slice slice) {
    Set<Long> open = new HashSet<>(from.open().keySet());
    slice.entries().forEach(entry -> open.remove(entry.number()));
    Tail now = tail;
    List<Long> unknown = now == null ? List.of() : now.unknown(open);
    if (now == null || unknown.isEmpty()) {
      return false;
    }
    now.open(unknown, slice.next());
    append(new Page(List.of(), now.position()));
    return true;
  }
}

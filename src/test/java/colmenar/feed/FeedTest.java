package colmenar.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.cluster.Membership;
import colmenar.platform.Threads;
import colmenar.problem.NotFoundException;
import colmenar.problem.TooManyListenersException;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One server's feed, on a log in memory. */
class FeedTest {

  private static final Filter ALL =
      new Filter(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

  private final LogInMemory log = new LogInMemory();
  private final Queue<Runnable> actions = new ArrayDeque<>();
  private final List<Runnable> timers = new ArrayList<>();
  private final List<Runnable> delayed = new ArrayList<>();
  private long nanos;
  private boolean alone = true;
  private boolean good = true;
  private final Feed feed = feed(true);

  private Feed feed(boolean enabled) {
    Feed made = new Feed(log, new TestThreads(), new Nodes(), enabled, 3, 30, () -> nanos);
    made.start(null);
    return made;
  }

  private void run() {
    for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
      action.run();
    }
  }

  private void seconds(int seconds) {
    for (int i = 0; i < 5 * seconds; i++) {
      nanos += TimeUnit.MILLISECONDS.toNanos(200);
      timers.get(0).run();
      run();
    }
  }

  private Client listen(@Nullable String from) {
    return listen(from, new Client());
  }

  private Client listen(@Nullable String from, Client client) {
    Position position = from == null ? null : Position.parse(from).orElseThrow();
    client.listener = feed.listen(client, ALL, () -> good, position);
    client.listener.wake();
    run();
    return client;
  }

  /** Committed by this server. */
  private void commit(Entry entry) {
    log.entries.put(entry.number(), entry);
    feed.written(new Written(0));
    delayed.forEach(Runnable::run);
    delayed.clear();
    run();
  }

  @Test
  void who_listens_from_now_on_hears_what_comes_then() {
    log.entries.put(5L, TailTest.entry(5, 2));
    Client client = listen(null);
    assertThat(client.ids()).containsExactly("6");

    commit(TailTest.entry(6, 2));

    assertThat(client.ids()).containsExactly("6", "7-1.1", "7");
    assertThat(client.text).contains("event: SUCCEEDED\nid: 7\ndata: {\"task\":");
  }

  @Test
  void a_lower_number_that_is_committed_later_is_heard() {
    log.underWay(50);
    Client client = listen(null);
    commit(TailTest.entry(4, 1));
    assertThat(client.ids()).last().isEqualTo("5-4-3-2");

    log.allOver();
    commit(TailTest.entry(2, 1));
    assertThat(client.ids()).last().isEqualTo("5");
    assertThat(client.tasks()).containsExactly(4L, 2L);
  }

  @Test
  void who_comes_back_is_told_what_he_has_missed_then_what_comes() {
    for (long number = 1; number <= 250; number++) {
      log.entries.put(number, TailTest.entry(number, 2));
    }
    Client client = listen("31-1.1");
    commit(TailTest.entry(251, 1));

    List<Long> expected = new ArrayList<>(List.of(30L));
    for (long number = 31; number <= 250; number++) {
      expected.addAll(List.of(number, number));
    }
    expected.add(251L);
    assertThat(client.tasks()).containsExactlyElementsOf(expected);
    assertThat(client.ids()).doesNotHaveDuplicates().last().isEqualTo("252");
  }

  @Test
  void what_another_server_saw_open_long_ago_is_still_waited_for() {
    log.underWay(50);
    log.since = 100;
    log.entries.put(1L, TailTest.entry(1, 1));
    log.entries.put(200L, TailTest.entry(200, 1));
    Client client = listen("201-151");
    assertThat(client.ids()).last().asString().startsWith("201-151");
    assertThat(client.tasks()).isEmpty();

    commit(TailTest.entry(50, 1));

    assertThat(client.tasks()).containsExactly(50L);
  }

  @Test
  void an_id_from_before_what_is_kept_or_of_another_log_leads_to_a_reset() {
    for (long number = 10; number <= 20; number++) {
      log.entries.put(number, TailTest.entry(number, 1));
    }
    for (String id : List.of("9", "15-6", "22", "900-2")) {
      Client client = listen(id);
      assertThat(client.text).as(id).contains("event: reset\nid: 21\n");
      assertThat(client.tasks()).isEmpty();
      client.listener.gone();
    }
    for (String id : List.of("10", "21")) {
      Client client = listen(id);
      assertThat(client.text).as(id).doesNotContain("reset");
      client.listener.gone();
    }
  }

  @Test
  void a_slow_client_hinders_nobody_and_loses_nothing() {
    Client slow = listen(null);
    Client quick = listen(null);
    slow.ready = false;
    for (long number = 1; number <= 60; number++) {
      commit(TailTest.entry(number, 1000));
    }
    assertThat(quick.tasks()).hasSize(60_000);
    assertThat(slow.tasks()).isEmpty();

    slow.ready = true;
    slow.listener.wake();
    run();
    assertThat(slow.tasks()).isEqualTo(quick.tasks());
    assertThat(slow.ids().subList(1, 60_001)).isEqualTo(quick.ids().subList(1, 60_001));
    assertThat(log.reads).as("not from memory").isGreaterThan(61);
  }

  @Test
  void who_takes_nothing_for_long_is_cut_off() {
    Client slow = listen(null);
    Client quick = listen(null);
    slow.ready = false;
    commit(TailTest.entry(1, 1));
    seconds(29);
    assertThat(slow.closed).isFalse();

    seconds(2);

    assertThat(slow.closed).isTrue();
    assertThat(quick.closed).isFalse();
    assertThat(feed.listeners()).isEqualTo(1);
    assertThat(feed.listenersCut()).isEqualTo(1);
    assertThat(feed.eventsSent()).isEqualTo(1);
  }

  @Test
  void a_silent_stream_has_a_heartbeat_with_its_position() {
    Client client = listen(null);
    seconds(14);
    assertThat(client.text).doesNotContain("still here");

    log.entries.put(1L, TailTest.entry(1, 0));
    seconds(3);

    assertThat(client.text).endsWith(": still here\nid: 2\n\n");
  }

  @Test
  void who_may_no_longer_listen_is_told_so_and_sent_away() {
    Client client = listen(null);
    Client slow = listen(null);
    slow.ready = false;
    commit(TailTest.entry(1, 1));
    good = false;
    seconds(6);

    assertThat(client.text).endsWith(": the access token is no longer valid\n\n");
    assertThat(client.closed).isTrue();
    assertThat(slow.closed).isTrue();
    assertThat(feed.listeners()).isZero();
  }

  @Test
  void only_so_many_may_listen() {
    Client first = listen(null);
    listen(null);
    listen(null);
    assertThatThrownBy(() -> listen(null)).isInstanceOf(TooManyListenersException.class);

    first.listener.gone();
    listen(null);
  }

  @Test
  void where_nothing_is_kept_nobody_can_listen() {
    assertThatThrownBy(() -> feed(false).listen(new Client(), ALL, () -> true, null))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("COLMENAR_EVENTS_ENABLED");
  }

  @Test
  void nothing_is_read_while_nobody_listens() {
    Client client = listen(null);
    client.listener.gone();
    int before = log.reads;

    commit(TailTest.entry(1, 1));
    seconds(10);

    assertThat(log.reads).isEqualTo(before);
  }

  @Test
  void what_others_commit_is_found_by_looking() {
    Client client = listen(null);
    alone = false;
    log.entries.put(1L, TailTest.entry(1, 1));
    timers.get(0).run();
    timers.get(0).run();
    run();

    assertThat(client.tasks()).containsExactly(1L);
  }

  @Test
  void a_database_that_is_away_is_asked_again() {
    Client client = listen(null);
    log.away = true;
    commit(TailTest.entry(1, 1));
    seconds(3);
    assertThat(client.tasks()).isEmpty();

    log.away = false;
    seconds(1);
    assertThat(client.tasks()).containsExactly(1L);
    assertThat(client.closed).isFalse();
  }

  @Test
  void what_he_was_about_to_be_told_is_not_lost_when_the_database_fails_then() {
    for (long number = 1; number <= 350; number++) {
      log.entries.put(number, TailTest.entry(number, 2));
    }
    log.failing = Set.of(3, 4, 7);

    Client client = listen("31");
    seconds(10);

    List<Long> expected = new ArrayList<>();
    for (long number = 31; number <= 350; number++) {
      expected.addAll(List.of(number, number));
    }
    assertThat(client.tasks()).containsExactlyElementsOf(expected);
    assertThat(client.ids()).last().isEqualTo("351");
  }

  /** A client who takes what he gets, or nothing. */
  private static final class Client implements Outlet {
    final StringBuilder text = new StringBuilder();
    boolean ready = true;
    boolean closed;
    Listener listener;

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public void write(String more) {
      assertThat(ready).isTrue();
      text.append(more);
    }

    @Override
    public void close() {
      closed = true;
    }

    private List<String> lines(String begin) {
      return text.toString()
          .lines()
          .filter(line -> line.startsWith(begin))
          .map(line -> line.substring(begin.length()))
          .toList();
    }

    List<String> ids() {
      return lines("id: ");
    }

    /** The entry of each event. */
    List<Long> tasks() {
      return lines("data: {\"task\":\"").stream()
          .map(line -> UUID.fromString(line.substring(0, 36)).getMostSignificantBits())
          .toList();
    }
  }

  private static final class LogInMemory extends EventLog {
    final NavigableMap<Long, Entry> entries = Collections.synchronizedNavigableMap(new TreeMap<>());
    long oldest = 1;
    long next = 1;
    long since;
    int reads;
    boolean away;

    /** Numbers of reads. */
    Set<Integer> failing = Set.of();

    LogInMemory() {
      super(null, null, 60);
    }

    /** So many transactions that may still commit. */
    void underWay(int number) {
      next = oldest + number;
    }

    void allOver() {
      oldest = next;
    }

    @Override
    Tail tail() {
      long top = entries.isEmpty() ? 1 : entries.lastKey() + 1;
      List<Long> gaps = new ArrayList<>();
      for (long number = Math.max(1, since); number < top; number++) {
        if (!entries.containsKey(number)) {
          gaps.add(number);
        }
      }
      return new Tail(since, top, gaps);
    }

    @Override
    Slice read(Position from, int most) {
      reads++;
      if (away || failing.contains(reads)) {
        throw new IllegalStateException("the database is away");
      }
      List<Entry> found = new ArrayList<>();
      from.open().keySet().forEach(n -> Optional.ofNullable(entries.get(n)).ifPresent(found::add));
      List<Entry> there = entries.tailMap(from.top(), true).values().stream().limit(most).toList();
      found.addAll(there);
      return new Slice(found, there.size() < most, oldest, next);
    }

    @Override
    long lowest() {
      return entries.isEmpty() ? 0 : entries.firstKey();
    }
  }

  private final class Nodes extends Membership {
    Nodes() {
      super(null, null, "1", Optional.of("here"), 10);
    }

    @Override
    public boolean alone() {
      return alone;
    }
  }

  private final class TestThreads extends Threads {
    @Override
    public ManagedExecutorService executor() {
      return proxy(ManagedExecutorService.class, actions::add);
    }

    @Override
    public ManagedScheduledExecutorService scheduler() {
      return proxy(ManagedScheduledExecutorService.class, timers::add);
    }

    @Override
    public ScheduledFuture<?> after(Duration delay, Runnable action) {
      delayed.add(action);
      return null;
    }

    private <T> T proxy(Class<T> type, Consumer<Runnable> take) {
      return type.cast(
          Proxy.newProxyInstance(
              FeedTest.class.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                take.accept((Runnable) arguments[0]);
                return null;
              }));
    }
  }
}

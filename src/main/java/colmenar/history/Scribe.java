package colmenar.history;

import colmenar.backend.Backend;
import colmenar.cluster.Membership;
import colmenar.dispatch.Backends;
import colmenar.platform.Looker;
import colmenar.platform.Phase;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.task.Tasks;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what the {@link Recorder} has added up: every ten seconds by the clock, and when the
 * server stops. What a crash loses is what happened since the last time, at most ten seconds. While
 * the database is away nothing is lost: it is written when it is back.
 */
@SingleInstance
class Scribe {

  private static final Logger LOG = System.getLogger(Scribe.class.getName());
  private static final int MOST_LINES = 1000;
  private static final int MOST_FORGOTTEN = 1000;
  private static final int WRITES_PER_MINUTE = 60 / History.WRITE_SECONDS;
  private static final int AFTER_THE_ENGINE = 3000;

  private final Recorder recorder;
  private final History history;
  private final Tasks tasks;
  private final Supplier<UUID> me;
  private final Supplier<String> name;
  private final Supplier<Map<String, Integer>> slots;
  private final Threads threads;
  private final Clock clock;
  private final List<Looker> lookers = new ArrayList<>();
  private @Nullable ScheduledFuture<?> timer;
  private long lastTick;
  private long writes;
  private boolean away;
  private volatile boolean stopped;

  @Inject
  Scribe(
      Recorder recorder,
      History history,
      Tasks tasks,
      Membership membership,
      Backends backends,
      Threads threads,
      Clock clock) {
    this(
        recorder,
        history,
        tasks,
        membership::me,
        membership::name,
        () -> slots(backends),
        threads,
        clock);
  }

  Scribe(
      Recorder recorder,
      History history,
      Tasks tasks,
      Supplier<UUID> me,
      Supplier<String> name,
      Supplier<Map<String, Integer>> slots,
      Threads threads,
      Clock clock) {
    this.recorder = recorder;
    this.history = history;
    this.tasks = tasks;
    this.me = me;
    this.name = name;
    this.slots = slots;
    this.threads = threads;
    this.clock = clock;
  }

  private static Map<String, Integer> slots(Backends backends) {
    Map<String, Integer> slots = new HashMap<>();
    for (Backend backend : backends.all()) {
      slots.put(backend.name(), backend.status().slots());
    }
    return slots;
  }

  void start(@Observes @Priority(Phase.READY) Startup event) {
    recorder.account(Map.of(), clock.instant());
    Looker writer = new Looker("the history", threads.executor(), this::write);
    Looker cleaner = new Looker("the deletion of old history", threads.executor(), this::forget);
    lookers.addAll(List.of(writer, cleaner));
    timer =
        threads
            .scheduler()
            .scheduleWithFixedDelay(() -> tick(writer, cleaner), 1, 1, TimeUnit.SECONDS);
  }

  private void tick(Looker writer, Looker cleaner) {
    long tick = clock.instant().getEpochSecond() / History.WRITE_SECONDS;
    if (tick != lastTick) {
      if (tick / WRITES_PER_MINUTE != lastTick / WRITES_PER_MINUTE) {
        cleaner.wake();
      }
      lastTick = tick;
      writer.wake();
    }
  }

  /** What was added up to the last full ten seconds is accounted for, and all is written. */
  void write() {
    if (!stopped) {
      long seconds = clock.instant().getEpochSecond();
      write(Instant.ofEpochSecond(seconds - seconds % History.WRITE_SECONDS));
    }
  }

  private synchronized void write(Instant upTo) {
    recorder.account(slots.get(), upTo);
    try {
      if (writes++ % WRITES_PER_MINUTE == 0) {
        Instant asked = clock.instant();
        recorder.compare(tasks.active(me.get()), asked);
      }
      List<Row.Change> changes = recorder.changes(me.get());
      for (int from = 0; from < changes.size(); from += MOST_LINES) {
        List<Row.Change> some = changes.subList(from, Math.min(changes.size(), from + MOST_LINES));
        history.write(name.get(), some.stream().map(Row.Change::line).toList());
        recorder.saved(some);
      }
      away = false;
    } catch (RuntimeException e) {
      if (!away) {
        LOG.log(Level.WARNING, "the history cannot be written now; it is kept in memory", e);
      }
      away = true;
    }
    recorder.tidy();
  }

  private void forget() {
    while (!stopped && history.forget(MOST_FORGOTTEN) > 0) {
      LOG.log(Level.DEBUG, "forgot old history");
    }
  }

  void stop(@Observes @Priority(AFTER_THE_ENGINE) Shutdown event) {
    stopped = true;
    lookers.forEach(Looker::stop);
    if (timer != null) {
      timer.cancel(false);
    }
    write(clock.instant());
  }
}

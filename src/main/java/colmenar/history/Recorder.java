package colmenar.history;

import colmenar.history.Spans.Cell;
import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import colmenar.task.Active;
import colmenar.task.Claimed;
import colmenar.task.Deed;
import colmenar.task.End;
import colmenar.task.EventKind;
import colmenar.task.MethodLabels;
import colmenar.task.Report;
import colmenar.task.Step;
import colmenar.task.Task;
import colmenar.task.TaskState;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Adds up what this server has committed, in the minute and the hour in which it heard of it. Fed
 * by events, one for each transaction, after the commit; runs no statement. Thread-safe.
 *
 * <p>The time that an attempt runs is accounted for little by little: when it ends, and whenever
 * the rows are about to be written. Of an attempt whose begin this server has not seen, it is the
 * time since the server has learned of it. Time that is told more than ten minutes late is left
 * out, because its rows are no longer here.
 */
@SingleInstance
class Recorder {

  private static final Logger LOG = System.getLogger(Recorder.class.getName());
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;
  private static final int MOST_METHODS = 200;

  /** While the database is away; a row takes a few hundred bytes, with histograms two thousand. */
  private static final int MOST_ROWS = 50_000;

  private static final long LATE = micros(Duration.ofMinutes(10));

  private final Clock clock;
  private final int mostRows;
  private final MethodLabels methods = new MethodLabels(MOST_METHODS);
  private final List<Spans> spans = List.of(new Spans(MINUTE), new Spans(HOUR));
  private final Runs runs = new Runs();
  private long now;
  private long slotsUntil;
  private boolean full;

  @Inject
  Recorder(Clock clock) {
    this(clock, MOST_ROWS);
  }

  Recorder(Clock clock, int mostRows) {
    this.clock = clock;
    this.mostRows = mostRows;
  }

  /** Does not go back with the clock: a row that was forgotten must not begin again. */
  private void look() {
    now = Math.max(now, micros(clock.instant()));
  }

  synchronized void submitted(
      @Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Submitted deed) {
    look();
    for (Task task : deed.tasks()) {
      add(cell(task.backend(), task.methodName()), row -> row.submitted++);
    }
    deed.begun().forEach(this::add);
  }

  synchronized void claimed(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Claims deed) {
    look();
    add(deed);
  }

  private void add(Deed.Claims deed) {
    long at = micros(deed.at());
    for (Claimed claimed : deed.attempts()) {
      Cell cell = cell(deed.backend(), claimed.method());
      if (claimed.number() == 1) {
        add(cell, row -> row.waited(at - micros(claimed.receivedAt())));
      }
      runs.claimed(claimed.task(), claimed.attempt(), cell, deed.state() == TaskState.RUNNING, at);
    }
  }

  synchronized void settled(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Settled deed) {
    look();
    for (Step step : deed.steps()) {
      if (step.kind() == EventKind.RUNNING) {
        runs.begun(step.task(), cell(step.backend(), step.method()), micros(step.at()));
      }
    }
    deed.ends().forEach(this::ended);
    deed.givenBack().forEach(back -> over(back.attempt()));
  }

  private void ended(End end) {
    Cell cell = cell(end.backend(), end.method());
    add(
        cell,
        row -> {
          switch (end.state()) {
            case SUCCEEDED -> row.succeeded++;
            case FAILED -> row.failed++;
            case CANCELED -> row.canceled++;
            default -> row.retried++;
          }
          if (end.outcome() != null && end.startedAt() != null && end.endedAt() != null) {
            row.ran(micros(end.endedAt()) - micros(end.startedAt()));
          }
        });
    if (end.attempt() != null) {
      busy(end, end.attempt(), cell);
    }
  }

  private void busy(End end, UUID attempt, Cell cell) {
    Runs.Run run = runs.ended(end.task(), attempt);
    long at = micros(end.at());
    if (run != null && run.runs()) {
      busy(run.cell(), run.until(), at);
      return;
    }
    // Nobody has said that it runs, but perhaps it did.
    Long known = run != null ? Long.valueOf(run.until()) : runs.learned(end.task());
    if (known != null && end.startedAt() != null) {
      long ended = end.endedAt() == null ? at : micros(end.endedAt());
      busy(cell, Math.max(known, micros(end.startedAt())), Math.min(at, ended));
    }
  }

  /** Given back: until now its backend had it. */
  private void over(UUID attempt) {
    Runs.Run run = runs.ended(Ids.whole(attempt), attempt);
    if (run != null && run.runs()) {
      busy(run.cell(), run.until(), now);
    }
  }

  synchronized void handedOut(
      @Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.HandedOut deed) {
    look();
    for (Report report : deed.delivery().results()) {
      if (report.deliveries() <= 1 && deed.at().equals(report.receivedAt())) {
        delivered(report.backend(), report.method(), report.sentAt(), deed.at());
      }
    }
  }

  synchronized void fetched(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Fetched deed) {
    look();
    delivered(deed.backend(), deed.method(), deed.sentAt(), deed.at());
  }

  private void delivered(String backend, String method, Instant sent, Instant at) {
    add(cell(backend, method), row -> row.delivered(micros(at) - micros(sent)));
  }

  /**
   * Accounts for what runs, and for the slots that there were, up to a time.
   *
   * @param slots by backend
   */
  synchronized void account(Map<String, Integer> slots, Instant time) {
    look();
    long upTo = micros(time);
    for (Runs.Run run : runs.all()) {
      if (run.runs() && run.until() < upTo) {
        busy(run.cell(), run.until(), upTo);
        run.accounted(upTo);
      }
    }
    if (slotsUntil > 0) {
      long from = Math.max(slotsUntil, now - LATE);
      slots.forEach(
          (backend, number) -> {
            Cell whole = new Cell(backend, Line.WHOLE);
            spans.forEach(some -> some.slots(whole, number, from, upTo));
          });
    }
    slotsUntil = Math.max(slotsUntil, upTo);
  }

  /** Finds out what runs here of which no event has told, and what does not any more. */
  synchronized void compare(Collection<Active> active, Instant asked) {
    look();
    Map<UUID, Runs.Run> byTask = new HashMap<>();
    for (Active one : active) {
      byTask.put(
          one.task(),
          new Runs.Run(
              one.attempt(),
              cell(one.backend(), one.method()),
              one.state() == TaskState.RUNNING,
              0));
    }
    runs.compare(byTask, micros(asked));
  }

  /** What has to be written, of a server that is this node now. */
  synchronized List<Row.Change> changes(UUID me) {
    List<Row.Change> changes = new ArrayList<>();
    spans.forEach(some -> some.collect(me, changes));
    return changes;
  }

  synchronized void saved(Collection<Row.Change> changes) {
    changes.forEach(Row.Change::saved);
    full = false;
  }

  /** Lets go of what is written and cannot change any more, and of the oldest when it is much. */
  synchronized void tidy() {
    look();
    spans.forEach(some -> some.forget(now - LATE));
    while (spans.stream().mapToInt(Spans::rows).sum() > mostRows && dropped()) {
      if (!full) {
        LOG.log(Level.WARNING, "the history has to forget what could not be written for long");
      }
      full = true;
    }
  }

  private boolean dropped() {
    return spans.stream().anyMatch(Spans::drop);
  }

  private void busy(Cell cell, long from, long to) {
    long since = Math.max(from, now - LATE);
    spans.forEach(some -> some.busy(cell, since, to));
  }

  private void add(Cell cell, Consumer<Row> change) {
    for (Spans some : spans) {
      change.accept(some.row(cell, now));
    }
  }

  private Cell cell(String backend, String method) {
    return new Cell(backend, methods.of(method));
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1000;
  }
}

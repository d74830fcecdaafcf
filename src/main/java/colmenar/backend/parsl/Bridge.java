package colmenar.backend.parsl;

import colmenar.backend.BackendUnavailableException;
import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.backend.site.Place;
import colmenar.backend.site.RemotePython;
import colmenar.json.JsonText;
import colmenar.platform.Threads;
import colmenar.remote.Answer;
import colmenar.remote.Dialogue;
import colmenar.remote.Host;
import colmenar.remote.UnreachableException;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bridge of one site as this server sees it: kept connected, told what to run, and listened to.
 * What was sent is sent again when the connection was lost; the bridge knows each attempt by its
 * id. Thread-safe.
 */
final class Bridge {

  private static final Logger LOG = System.getLogger(Bridge.class.getName());

  private static final String RELAY = BridgeModules.PACKAGE + ".relay";
  private static final int PROTOCOL = 1;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final long TICK_MILLIS = 1000;

  /** Of events that are told at once, and of tasks in one line. */
  private static final int MOST_AT_ONCE = 500;

  /** Of events that are told and not committed yet; then it is not listened to any more. */
  private static final int MOST_UNCOMMITTED = 8;

  private final ParslSettings settings;
  private final RemotePython python;
  private final Host host;
  private final Threads threads;
  private final Clock clock;
  private final ConcurrentMap<UUID, Flight> flights = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, CompletableFuture<JsonObject>> asked =
      new ConcurrentHashMap<>();
  private final Semaphore uncommitted = new Semaphore(MOST_UNCOMMITTED);
  private final Set<String> open = new HashSet<>();

  private volatile Map<String, ExecutorStatus> executors = Map.of();
  private volatile @Nullable JsonObject ready;
  private volatile @Nullable String trouble = "it has not been reached yet";
  private volatile boolean renewing;
  private volatile Instant awaySince;
  private volatile boolean closed;
  private Duration pause = FIRST_PAUSE;
  private @Nullable Thread keeper;
  private @Nullable ScheduledFuture<?> ticking;

  /** The connection; null while there is none. */
  private volatile @Nullable Line line;

  Bridge(ParslSettings settings, RemotePython python, Host host, Threads threads, Clock clock) {
    this.settings = settings;
    this.python = python;
    this.host = host;
    this.threads = threads;
    this.clock = clock;
    this.awaySince = clock.instant();
  }

  /** An executor wants it. */
  synchronized void open(String executor) {
    open.add(executor);
    if (keeper == null) {
      Thread fresh = threads.thread(this::keep);
      keeper = fresh;
      fresh.start();
      ticking =
          threads
              .scheduler()
              .scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** An executor needs it no more; the last one ends the connection, and not the bridge. */
  synchronized void close(String executor) {
    open.remove(executor);
    if (open.isEmpty()) {
      closed = true;
      ScheduledFuture<?> timer = ticking;
      if (timer != null) {
        timer.cancel(false);
      }
      host.close();
    }
  }

  /** Why it takes nothing; empty when it does. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** As it was told last; empty while nothing is known. */
  Optional<ExecutorStatus> executor(String label) {
    return Optional.ofNullable(executors.get(label));
  }

  /** What the bridge has said of itself; empty while it is not connected. */
  Optional<JsonObject> introduction() {
    return Optional.ofNullable(ready);
  }

  Optional<Flight> flight(UUID attempt) {
    return Optional.ofNullable(flights.get(attempt));
  }

  /** How many of an executor have no outcome yet. */
  int flights(String executor) {
    return (int)
        flights.values().stream().filter(f -> !f.over() && f.executor().equals(executor)).count();
  }

  /** Takes attempts on; those that are known already change nothing. */
  void run(Collection<Flight> taken) {
    List<Flight> fresh =
        taken.stream().filter(f -> flights.putIfAbsent(f.attempt(), f) == null).toList();
    Line now = line;
    if (now != null && !renewing) {
      send(now, fresh);
    }
  }

  private static void send(Line line, Collection<Flight> flights) {
    List<JsonObject> tasks = new ArrayList<>();
    for (Flight flight : flights) {
      JsonObject task = flight.task();
      if (task != null && flight.send()) {
        tasks.add(task);
      }
      if (tasks.size() >= MOST_AT_ONCE) {
        line.say(BridgeJson.run(tasks));
        tasks = new ArrayList<>();
      }
    }
    if (!tasks.isEmpty()) {
      line.say(BridgeJson.run(tasks));
    }
  }

  void cancel(Collection<UUID> attempts) {
    List<UUID> sent = new ArrayList<>();
    for (UUID attempt : attempts) {
      Flight flight = flights.get(attempt);
      if (flight == null || flight.cancelRequested()) {
        continue;
      }
      flight.requestCancel();
      if (!flight.withdraw()) {
        sent.add(attempt);
      } else if (flights.remove(attempt, flight)) {
        Instant now = clock.instant();
        tell(
            flight.listener(),
            List.of(new Event.Finished(attempt, new Outcome.Canceled(""), null, now)));
      }
    }
    Line now = line;
    if (now != null && !sent.isEmpty()) {
      now.say(BridgeJson.cancel(sent));
    }
  }

  /** From now on only these of an executor are watched; the others are somebody else's. */
  void keepOnly(String executor, Set<UUID> attempts) {
    flights
        .values()
        .removeIf(f -> f.executor().equals(executor) && !attempts.contains(f.attempt()));
  }

  /**
   * Asks what became of attempts that may have been sent in an earlier life, and watches those that
   * are there.
   *
   * @return the answer, with lists of ids: {@code attached}, {@code never} and {@code lost}
   * @throws BackendUnavailableException when there is none
   */
  JsonObject recover(Collection<UUID> attempts, String executor, Listener listener) {
    Line now = line;
    if (now == null) {
      throw new BackendUnavailableException(
          trouble().orElse("the bridge of site %s is not connected".formatted(settings.name())));
    }
    // Results may come before the answer does.
    attempts.forEach(
        attempt -> flights.putIfAbsent(attempt, Flight.recovered(attempt, executor, listener)));
    String tag = UUID.randomUUID().toString();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    asked.put(tag, answer);
    now.say(BridgeJson.recover(attempts, tag));
    boolean answered = false;
    try {
      JsonObject recovered = answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      Stream.of("never", "lost")
          .flatMap(fate -> BridgeJson.ids(recovered, fate).stream())
          .forEach(flights::remove);
      answered = true;
      return recovered;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new BackendUnavailableException(
          "the bridge of site %s did not answer".formatted(settings.name()), e);
    } finally {
      asked.remove(tag);
      if (!answered) {
        attempts.forEach(flights::remove);
      }
    }
  }

  private void keep() {
    while (!closed) {
      try {
        converse();
      } catch (UnreachableException | IOException | JsonException e) {
        away(String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "the bridge of site %s failed".formatted(settings.name()), e);
        away("it failed: " + e);
      } finally {
        disconnected();
      }
      rest();
    }
  }

  private void rest() {
    if (closed) {
      return;
    }
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  private void disconnected() {
    Line last = line;
    line = null;
    ready = null;
    if (last != null) {
      last.end();
      awaySince = clock.instant();
    }
    asked.values().forEach(a -> a.completeExceptionally(new IOException("disconnected")));
  }

  private void away(String reason) {
    if (closed) {
      return;
    }
    if (!reason.equals(trouble)) {
      LOG.log(Level.WARNING, () -> "parsl site %s is away: %s".formatted(settings.name(), reason));
    }
    trouble = reason;
  }

  /** From the connection to its end. */
  private void converse() throws IOException {
    Place place = python.prepare();
    JsonObject wanted = BridgeJson.settings(settings, place);
    try (Dialogue dialogue = host.dialogue(python.command(place, RELAY, place.root()));
        BufferedReader answers =
            new BufferedReader(new InputStreamReader(dialogue.answers(), StandardCharsets.UTF_8))) {
      Line fresh = new Line(dialogue.requests());
      threads.thread(fresh::write).start();
      try {
        fresh.say(wanted);
        fresh.say(BridgeJson.hello());
        listen(answers, fresh, wanted.getString("print"));
      } finally {
        fresh.end();
      }
      if (trouble == null) {
        away(dialogue.end().map(Answer::complaint).orElse("the connection to its bridge was lost"));
      }
    }
  }

  private void listen(BufferedReader answers, Line fresh, String print) throws IOException {
    Map<Listener, List<Event>> told = new LinkedHashMap<>();
    List<UUID> over = new ArrayList<>();
    int events = 0;
    for (String text = answers.readLine(); text != null; text = answers.readLine()) {
      JsonObject event = JsonText.stored(text).asJsonObject();
      switch (event.getString("ev")) {
        case "ready" -> connected(event, fresh, print);
        case "status" -> show(event);
        case "recovered" -> {
          CompletableFuture<JsonObject> answer = asked.get(event.getString("tag"));
          if (answer == null) {
            settle(event);
          } else {
            answer.complete(event);
          }
        }
        case "refused" -> {
          away(event.getString("reason"));
          return;
        }
        case "bye" -> {
          away("its bridge has ended");
          return;
        }
        default -> events += take(event, told, over);
      }
      if (events >= MOST_AT_ONCE || !answers.ready()) {
        tell(told, over, fresh);
        told.clear();
        over = new ArrayList<>();
        events = 0;
      }
    }
  }

  private void connected(JsonObject introduction, Line fresh, String print) {
    if (introduction.getInt("protocol") != PROTOCOL) {
      throw new UnreachableException(
          "its bridge speaks protocol %d, this server %d"
              .formatted(introduction.getInt("protocol"), PROTOCOL));
    }
    show(introduction);
    ready = introduction;
    pause = FIRST_PAUSE;
    renewing = !print.equals(introduction.getString("settings"));
    if (renewing) {
      away("its bridge works with other settings, and ends when it has nothing to do");
    } else {
      LOG.log(Level.INFO, () -> "parsl site %s can be reached".formatted(settings.name()));
    }
    line = fresh;
    List<Flight> known = List.copyOf(flights.values());
    List<UUID> recovered =
        known.stream().filter(f -> f.task() == null).map(Flight::attempt).toList();
    if (!recovered.isEmpty()) {
      fresh.say(BridgeJson.recover(recovered, ""));
    }
    send(fresh, known.stream().filter(f -> f.sent() || !renewing).toList());
    List<UUID> canceled =
        known.stream().filter(Flight::cancelRequested).map(Flight::attempt).toList();
    if (!canceled.isEmpty()) {
      fresh.say(BridgeJson.cancel(canceled));
    }
    if (!renewing) {
      trouble = null;
    }
  }

  /** Of what was recovered before and asked for once more. */
  private void settle(JsonObject recovered) {
    for (UUID attempt : BridgeJson.ids(recovered, "never")) {
      settle(attempt, new Event.GivenBack(attempt));
    }
    Failure lost = new Failure(FailureClass.INFRASTRUCTURE, "Lost", ParslBackend.LOST, null);
    for (UUID attempt : BridgeJson.ids(recovered, "lost")) {
      settle(attempt, new Event.Finished(attempt, new Outcome.Failed(lost), null, clock.instant()));
    }
  }

  private void settle(UUID attempt, Event end) {
    Flight flight = flights.remove(attempt);
    if (flight != null) {
      tell(flight.listener(), List.of(end));
    }
  }

  private void show(JsonObject event) {
    Map<String, ExecutorStatus> shown = new HashMap<>();
    for (JsonObject executor : event.getJsonArray("executors").getValuesAs(JsonObject.class)) {
      ExecutorStatus status = ExecutorStatus.of(executor);
      shown.put(status.label(), status);
    }
    executors = Map.copyOf(shown);
  }

  /**
   * @return how many events it means
   */
  private int take(JsonObject event, Map<Listener, List<Event>> told, List<UUID> over) {
    boolean isResult = event.getString("ev").equals("result");
    String id = event.getString(isResult ? "id" : "attempt", "");
    Flight flight = id.isEmpty() ? null : flights.get(UUID.fromString(id));
    if (flight == null) {
      return 0;
    }
    List<Event> events = BridgeJson.events(event, flight, clock.instant());
    told.computeIfAbsent(flight.listener(), listener -> new ArrayList<>()).addAll(events);
    if (isResult) {
      // Whoever is told of the outcome looks for room at once.
      flight.setOver();
      over.add(flight.attempt());
    }
    return events.size();
  }

  /** The bridge may forget results when they are committed. */
  private void tell(Map<Listener, List<Event>> told, List<UUID> over, Line fresh) {
    if (told.isEmpty()) {
      return;
    }
    uncommitted.acquireUninterruptibly();
    CompletableFuture<?>[] stages =
        told.entrySet().stream()
            .map(entry -> entry.getKey().on(List.copyOf(entry.getValue())).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    List<UUID> results = List.copyOf(over);
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(stages)
            .whenComplete(
                (done, failure) -> {
                  uncommitted.release();
                  if (failure == null && !results.isEmpty()) {
                    results.forEach(flights::remove);
                    fresh.say(BridgeJson.taken(results));
                  }
                });
  }

  private static void tell(Listener listener, List<Event> events) {
    CompletableFuture<Void> unused = listener.on(events).toCompletableFuture();
  }

  private void tick() {
    Line now = line;
    if (now != null && renewing && flights.values().stream().noneMatch(Flight::sent)) {
      now.say(BridgeJson.renew());
    }
    if (now == null && clock.instant().isAfter(awaySince.plus(settings.patience()))) {
      giveBack();
    }
  }

  /** Of what has certainly not been sent. */
  private void giveBack() {
    for (Flight flight : flights.values()) {
      if (flight.withdraw() && flights.remove(flight.attempt(), flight)) {
        tell(flight.listener(), List.of(new Event.GivenBack(flight.attempt())));
      }
    }
  }
}

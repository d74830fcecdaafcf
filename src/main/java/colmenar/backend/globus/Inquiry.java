package colmenar.backend.globus;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.globus.Flight.Stage;
import colmenar.platform.Looker;
import colmenar.platform.Threads;
import jakarta.json.JsonObject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Asks the service what became of tasks whose results did not come by themselves, and of attempts
 * of which nobody knows whether they arrived.
 */
final class Inquiry {

  private static final Logger LOG = System.getLogger(Inquiry.class.getName());

  /** The service answers for so many at once. */
  private static final int MOST_AT_ONCE = 128;

  /** So many requests at once leave others their turn. */
  private static final int MOST_REQUESTS = 4;

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final double FACTOR = 1.5;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** Of a task whose result is going to come by itself, should all be well. */
  private static final Duration WAIT_WHEN_FOLLOWED = Duration.ofMinutes(5);

  /** Of one that another server may have had the result of. */
  private static final Duration WAIT_WHEN_RECOVERED = Duration.ofSeconds(60);

  private final EndpointSettings settings;
  private final ComputeApi service;
  private final Flights flights;
  private final Arrivals arrivals;
  private final ResultStream results;
  private final Clock clock;
  private final Looker looker;
  private final Map<Group, Instant> doubtsAskedAt = new HashMap<>();

  Inquiry(
      EndpointSettings settings,
      ComputeApi service,
      Flights flights,
      Arrivals arrivals,
      ResultStream results,
      Clock clock,
      Threads threads) {
    this.settings = settings;
    this.service = service;
    this.flights = flights;
    this.arrivals = arrivals;
    this.results = results;
    this.clock = clock;
    this.looker =
        new Looker(
            "the inquiry of endpoint " + settings.name(),
            look -> threads.thread(look).start(),
            this::ask);
  }

  /** Asks for whatever is due. */
  void wake() {
    Instant now = clock.instant();
    boolean due = flights.in(Stage.SUBMITTED).stream().anyMatch(flight -> isDue(flight, now));
    if (due || !flights.in(Stage.DOUBTFUL).isEmpty()) {
      looker.wake();
    }
  }

  void stop() {
    looker.stop();
  }

  /** Something of a group came that says nothing. */
  void hasten(Group group) {
    group.setUnreadable();
    Instant now = clock.instant();
    submittedIn(group).forEach(flight -> flight.askAt(now));
    wake();
  }

  private List<Flight> submittedIn(Group group) {
    return flights.in(Stage.SUBMITTED).stream()
        .filter(flight -> flight.group().orElse(null) == group)
        .toList();
  }

  private void ask() {
    try {
      askForSubmitted();
      askForDoubtful();
    } catch (ServiceException e) {
      LOG.log(
          Level.DEBUG,
          () -> "nothing was learned of %s: %s".formatted(settings.name(), e.getMessage()));
    }
  }

  private void askForSubmitted() {
    Instant now = clock.instant();
    List<Flight> due =
        flights.in(Stage.SUBMITTED).stream()
            .filter(flight -> isDue(flight, now))
            .sorted(Comparator.comparing(Flight::askAt))
            .limit((long) MOST_AT_ONCE * MOST_REQUESTS)
            .toList();
    for (int from = 0; from < due.size() && !looker.stopped(); from += MOST_AT_ONCE) {
      List<Flight> some = due.subList(from, Math.min(due.size(), from + MOST_AT_ONCE));
      some.forEach(flight -> flight.askAt(now.plus(wait(flight))));
      Map<UUID, JsonObject> statuses =
          service.statuses(
              some.stream().flatMap(flight -> flight.task().stream()).distinct().toList());
      some.forEach(flight -> learn(flight, statuses));
    }
  }

  /** A new one has its time, unless something has made it due. */
  private boolean isDue(Flight flight, Instant now) {
    if (flight.askAt().equals(flight.since()) && !flight.recovered()) {
      Duration first = isFollowed(flight) ? WAIT_WHEN_FOLLOWED : FIRST_WAIT;
      return !flight.since().plus(first).isAfter(now);
    }
    return !flight.askAt().isAfter(now);
  }

  private boolean isFollowed(Flight flight) {
    return flight
        .group()
        .map(group -> results.follows(group.id()) && !group.isUnreadable())
        .orElse(false);
  }

  private Duration wait(Flight flight) {
    Duration longest =
        flight.recovered()
            ? WAIT_WHEN_RECOVERED
            : isFollowed(flight) ? WAIT_WHEN_FOLLOWED : LONGEST_WAIT;
    double seconds = Math.pow(FACTOR, flight.countAsking());
    return seconds > longest.toSeconds() ? longest : Duration.ofMillis((long) (seconds * 1000));
  }

  private void learn(Flight flight, Map<UUID, JsonObject> statuses) {
    if (flight.stage() != Stage.SUBMITTED) {
      return;
    }
    UUID task = flight.task().orElseThrow();
    Group group = flight.group().orElseThrow();
    JsonObject status = statuses.get(task);
    if (status == null || TaskResult.isUnknown(status)) {
      unknown(flight);
      return;
    }
    flight.setUnknownSince(null);
    Optional<TaskResult> result = TaskResult.ofStatus(task, status);
    if (result.isPresent()) {
      arrivals.take(group, result.get());
    } else if (flight.since().plus(settings.abandoned()).isBefore(clock.instant())) {
      fail(flight, "Abandoned", "there was no result of it in %s".formatted(settings.abandoned()));
    }
  }

  /** The service may not know a new task at once, and a result may be on its way. */
  private void unknown(Flight flight) {
    Instant now = clock.instant();
    Instant since = Objects.requireNonNullElse(flight.unknownSince(), now);
    flight.setUnknownSince(since);
    if (since.plus(settings.doubt()).isBefore(now)) {
      fail(flight, "Lost", "the service does not know its task any more");
    } else {
      flight.askAt(now.plus(waitInDoubt()));
    }
  }

  private Duration waitInDoubt() {
    Duration doubt = settings.doubt();
    return doubt.compareTo(LONGEST_WAIT) < 0 ? doubt : LONGEST_WAIT;
  }

  private void fail(Flight flight, String type, String message) {
    arrivals.fail(flight.attempt(), new Failure(FailureClass.INFRASTRUCTURE, type, message, null));
  }

  private void askForDoubtful() {
    Map<Group, List<Flight>> doubts =
        flights.in(Stage.DOUBTFUL).stream()
            .collect(Collectors.groupingBy(flight -> flight.group().orElseThrow()));
    doubtsAskedAt.keySet().retainAll(doubts.keySet());
    Instant now = clock.instant();
    Duration wait = waitInDoubt();
    for (Map.Entry<Group, List<Flight>> each : doubts.entrySet()) {
      Instant before = doubtsAskedAt.get(each.getKey());
      if (before == null || !before.plus(wait).isAfter(now)) {
        doubtsAskedAt.put(each.getKey(), now);
        settle(each.getKey(), each.getValue());
      }
    }
  }

  /**
   * Whatever of a group is no known attempt may be one of those in doubt. A result says which; what
   * went wrong does not.
   */
  private void settle(Group group, List<Flight> doubtful) {
    Set<UUID> nameless = new HashSet<>(service.tasksOf(group.id()).orElse(List.of()));
    nameless.removeAll(group.known());
    boolean isOpen = false;
    List<UUID> tasks = List.copyOf(nameless);
    for (int from = 0; from < tasks.size(); from += MOST_AT_ONCE) {
      List<UUID> some = tasks.subList(from, Math.min(tasks.size(), from + MOST_AT_ONCE));
      Map<UUID, JsonObject> statuses = service.statuses(some);
      for (UUID task : some) {
        JsonObject status = statuses.get(task);
        if (status != null) {
          Optional<TaskResult> result = TaskResult.ofStatus(task, status);
          result.ifPresent(known -> arrivals.take(group, known));
          isOpen |= result.isEmpty();
        }
      }
    }
    nameless.removeAll(group.known());
    if (!isOpen) {
      endDoubts(doubtful, nameless);
    }
  }

  private void endDoubts(List<Flight> doubtful, Set<UUID> nameless) {
    Instant now = clock.instant();
    List<Flight> ripe = new ArrayList<>(doubtful);
    ripe.removeIf(
        flight ->
            flight.stage() != Stage.DOUBTFUL || flight.since().plus(settings.doubt()).isAfter(now));
    for (Flight flight : ripe) {
      if (nameless.isEmpty()) {
        arrivals.giveBack(flight.attempt());
      } else {
        fail(flight, "Lost", "it may have arrived, and there is no result that says so");
      }
    }
  }
}

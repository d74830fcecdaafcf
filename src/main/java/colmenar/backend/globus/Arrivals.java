package colmenar.backend.globus;

import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.worker.WorkerReport;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells the server what became of attempts. Thread-safe. */
final class Arrivals {

  private static final Logger LOG = System.getLogger(Arrivals.class.getName());

  private static final String ABANDONED =
      "it was given up: the service cannot cancel what it has, so that it may still run there";

  private static final Failure UNREADABLE =
      new Failure(
          FailureClass.REJECTED,
          "UnreadableResult",
          "the endpoint did not answer as it should; it must be globus-compute-endpoint 3.6 or newer",
          null);

  private final Flights flights;
  private final Listener listener;
  private final Bundles bundles;
  private final Clock clock;

  Arrivals(Flights flights, Listener listener, Bundles bundles, Clock clock) {
    this.flights = flights;
    this.listener = listener;
    this.bundles = bundles;
    this.clock = clock;
  }

  /**
   * A task is over. Told again, it changes nothing.
   *
   * @return completes when that is committed
   */
  CompletionStage<Void> take(Group group, TaskResult result) {
    Optional<List<JsonObject>> outcomes = result.outcomes();
    List<UUID> said =
        outcomes.map(all -> all.stream().map(TaskResult::attempt).toList()).orElse(null);
    Map<UUID, JsonObject> told =
        outcomes.orElse(List.of()).stream()
            .collect(Collectors.toMap(TaskResult::attempt, Function.identity(), (a, b) -> a));
    List<Flight> ended = new ArrayList<>();
    List<Event> events = new ArrayList<>();
    for (UUID attempt : group.attempts(result, said)) {
      JsonObject outcome = told.get(attempt);
      Optional<Flight> flight =
          flights.end(attempt, group, result, outcome != null && !isGivenBack(outcome));
      if (flight.isPresent()) {
        ended.add(flight.get());
        events.addAll(events(flight.get(), group, result, outcome));
      }
    }
    return ended.isEmpty() ? CompletableFuture.completedFuture(null) : tell(ended, events);
  }

  private static boolean isGivenBack(JsonObject outcome) {
    return outcome.getBoolean("givenBack", false);
  }

  /**
   * @param outcome null when the function did not return it
   */
  private List<Event> events(
      Flight flight, Group group, TaskResult result, @Nullable JsonObject outcome) {
    UUID attempt = flight.attempt();
    List<Event> events = new ArrayList<>();
    if (flight.task().isEmpty()) {
      events.add(accepted(attempt, group, result.task()));
    }
    if (outcome == null) {
      flight.key().ifPresent(bundles::lost);
      events.add(failed(attempt, failure(result)));
    } else if (isGivenBack(outcome)) {
      // It may come again at once.
      flights.forget(flight);
      events.add(new Event.GivenBack(attempt));
    } else {
      events.addAll(told(flight, outcome));
    }
    return events;
  }

  private List<Event> told(Flight flight, JsonObject outcome) {
    try {
      return events(flight, outcome);
    } catch (NullPointerException | ClassCastException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "the outcome of %s is none".formatted(flight.attempt()), e);
      return List.of(failed(flight.attempt(), UNREADABLE));
    }
  }

  private static Failure failure(TaskResult result) {
    String text = result.failure();
    return text == null ? UNREADABLE : RemoteFailure.of(text);
  }

  private List<Event> events(Flight flight, JsonObject outcome) {
    Instant now = clock.instant();
    Execution execution = WorkerReport.execution(outcome, outcome);
    JsonArray events =
        outcome.get("events") instanceof JsonArray told ? told : JsonValue.EMPTY_JSON_ARRAY;
    Stream<Event> before =
        events.stream()
            .flatMap(
                told -> WorkerReport.event(flight.attempt(), told.asJsonObject(), now).stream());
    Outcome end = WorkerReport.outcome(outcome);
    String value = end instanceof Outcome.Succeeded succeeded ? succeeded.value() : null;
    flight.key().ifPresent(key -> bundles.ran(key, execution, value));
    return Stream.concat(
            before, Stream.of(new Event.Finished(flight.attempt(), end, execution, now)))
        .toList();
  }

  /**
   * The service has it.
   *
   * @param task null when that is not known yet
   */
  Event accepted(UUID attempt, Group group, @Nullable UUID task) {
    return new Event.Accepted(attempt, new NativeId(group.id(), task).toString(), clock.instant());
  }

  /** It failed without a result of its task. */
  CompletionStage<Void> fail(UUID attempt, Failure failure) {
    return flights
        .end(attempt)
        .map(flight -> tell(List.of(flight), List.of(failed(attempt, failure))))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private Event failed(UUID attempt, Failure failure) {
    return new Event.Finished(attempt, new Outcome.Failed(failure), null, clock.instant());
  }

  /** It certainly never got to the service. */
  void giveBack(UUID attempt) {
    Optional<Flight> flight = flights.end(attempt);
    if (flight.isPresent()) {
      // It may come again at once.
      flights.forget(flight.get());
      tell(List.of(), List.of(new Event.GivenBack(attempt)));
    }
  }

  /** They ended on request, here or as far as the server is concerned. */
  void canceled(List<Flight> ended) {
    for (Flight flight : ended) {
      String note = flight.group().isPresent() ? ABANDONED : "";
      Event end =
          new Event.Finished(flight.attempt(), new Outcome.Canceled(note), null, clock.instant());
      tell(List.of(flight), List.of(end));
    }
  }

  /** What was learned of attempts that go on; completes when it is committed. */
  CompletionStage<Void> note(List<Event> events) {
    return listener.on(events);
  }

  private CompletionStage<Void> tell(List<Flight> ended, List<Event> events) {
    return listener.on(events).thenRun(() -> ended.forEach(flights::forget));
  }
}

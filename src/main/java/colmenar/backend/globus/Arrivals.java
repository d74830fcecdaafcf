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
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells the server what became of attempts. Thread-safe. */
final class Arrivals {

  private static final String ABANDONED =
      "it was given up: the service cannot cancel what it has, so that it may still run there";

  private static final Failure UNREADABLE =
      new Failure(
          FailureClass.REJECTED,
          "UnreadableResult",
          "the endpoint did not answer in JSON; it must be globus-compute-endpoint 3.6 or newer",
          null);

  private final Flights flights;
  private final Listener listener;
  private final Clock clock;

  Arrivals(Flights flights, Listener listener, Clock clock) {
    this.flights = flights;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * A task is over. Told again, it changes nothing.
   *
   * @return completes when that is committed
   */
  CompletionStage<Void> take(Group group, TaskResult result) {
    Optional<JsonObject> outcome = result.outcome();
    Optional<UUID> attempt =
        group.attempt(result, outcome.flatMap(TaskResult::attempt).orElse(null));
    Optional<Flight> flight = attempt.flatMap(flights::end);
    if (attempt.isEmpty() || flight.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<Event> events = new ArrayList<>();
    if (flight.get().task().isEmpty()) {
      events.add(accepted(attempt.get(), group, result.task()));
    }
    events.addAll(
        outcome
            .map(told -> events(attempt.get(), told))
            .orElseGet(() -> List.of(failed(attempt.get(), failure(result)))));
    return tell(flight.get(), events);
  }

  private static Failure failure(TaskResult result) {
    String text = result.failure();
    return text == null ? UNREADABLE : RemoteFailure.of(text);
  }

  private List<Event> events(UUID attempt, JsonObject outcome) {
    Instant now = clock.instant();
    Execution execution =
        WorkerReport.execution(outcome, text(outcome, "stdout"), text(outcome, "stderr"));
    JsonArray events =
        outcome.get("events") instanceof JsonArray told ? told : JsonValue.EMPTY_JSON_ARRAY;
    Stream<Event> before =
        events.stream()
            .flatMap(told -> WorkerReport.event(attempt, told.asJsonObject(), now).stream());
    Event end = new Event.Finished(attempt, WorkerReport.outcome(outcome), execution, now);
    return Stream.concat(before, Stream.of(end)).toList();
  }

  private static @Nullable String text(JsonObject json, String name) {
    return json.get(name) instanceof JsonString text ? text.getString() : null;
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
        .map(flight -> tell(flight, List.of(failed(attempt, failure))))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private Event failed(UUID attempt, Failure failure) {
    return new Event.Finished(attempt, new Outcome.Failed(failure), null, clock.instant());
  }

  /** It certainly never got to the service. */
  void giveBack(UUID attempt) {
    flights.end(attempt).ifPresent(flight -> tell(flight, List.of(new Event.GivenBack(attempt))));
  }

  /** They ended on request, here or as far as the server is concerned. */
  void canceled(List<Flight> ended) {
    for (Flight flight : ended) {
      String note = flight.group().isPresent() ? ABANDONED : "";
      Event end =
          new Event.Finished(flight.attempt(), new Outcome.Canceled(note), null, clock.instant());
      tell(flight, List.of(end));
    }
  }

  /** What was learned of attempts that go on; completes when it is committed. */
  CompletionStage<Void> note(List<Event> events) {
    return listener.on(events);
  }

  private CompletionStage<Void> tell(Flight flight, List<Event> events) {
    return listener.on(events).thenRun(() -> flights.forget(flight));
  }
}

package colmenar.backend.parsl;

import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Work;
import colmenar.backend.site.Place;
import colmenar.json.JsonText;
import colmenar.platform.Sha256;
import colmenar.worker.WorkerReport;
import colmenar.worker.WorkerRequest;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** What is said to the bridge and by it; {@code colmenar_parsl/session.py} is the other half. */
final class BridgeJson {

  private static final double MILLIS = 1000.0;

  private BridgeJson() {}

  /** The first line: with it a bridge is started when there is none. */
  static JsonObject settings(ParslSettings settings, Place place) {
    JsonObjectBuilder fields =
        JsonText.JSON
            .createObjectBuilder()
            .add("executors", JsonText.JSON.createArrayBuilder(settings.executors()))
            .add("launch", JsonText.JSON.createArrayBuilder(settings.launch()))
            .add("keep", settings.keep().name())
            .add("keepDays", settings.keepDays())
            .add("statusSeconds", settings.status().toSeconds())
            .add("modules", place.modules())
            .add("setup", settings.login().setup())
            .add("orphanSeconds", settings.orphan().toSeconds());
    if (settings.configuration() != null) {
      fields.add("configuration", settings.configuration());
    }
    if (settings.file() != null) {
      fields.add("file", settings.file());
    }
    JsonObject whole = fields.build();
    return JsonText.JSON.createObjectBuilder(whole).add("print", print(whole)).build();
  }

  private static String print(JsonObject fields) {
    return Sha256.hex(fields.toString());
  }

  static JsonObject task(Work work, String executor, ParslSettings settings) {
    ParslOptions options = ParslOptions.parse(work.options());
    JsonObjectBuilder task =
        JsonText.JSON
            .createObjectBuilder()
            .add("id", work.attempt().toString())
            .add("executor", executor)
            .add("request", WorkerRequest.attempt(work, settings.limits()))
            .add("priority", work.priority())
            .add("launcherOptions", options.launcherOptions());
    Duration limit = work.timeLimit();
    return limit == null
        ? task.build()
        : task.add("timeLimitSeconds", limit.toMillis() / MILLIS).build();
  }

  static JsonObject hello() {
    return operation("hello").build();
  }

  static JsonObject run(List<JsonObject> tasks) {
    return operation("run").add("tasks", JsonText.JSON.createArrayBuilder(tasks)).build();
  }

  static JsonObject cancel(Collection<UUID> attempts) {
    return operation("cancel", attempts).build();
  }

  static JsonObject taken(Collection<UUID> attempts) {
    return operation("taken", attempts).build();
  }

  /**
   * @param tag comes back with the answer
   */
  static JsonObject recover(Collection<UUID> attempts, String tag) {
    return operation("recover", attempts).add("tag", tag).build();
  }

  /** Ends the bridge, unless it has something to do. */
  static JsonObject renew() {
    return operation("renew").build();
  }

  private static JsonObjectBuilder operation(String name, Collection<UUID> attempts) {
    List<String> ids = attempts.stream().map(UUID::toString).toList();
    return operation(name).add("ids", JsonText.JSON.createArrayBuilder(ids));
  }

  private static JsonObjectBuilder operation(String name) {
    return JsonText.JSON.createObjectBuilder().add("op", name);
  }

  static List<UUID> ids(JsonObject event, String name) {
    return event.getJsonArray(name).getValuesAs(JsonString.class).stream()
        .map(id -> UUID.fromString(id.getString()))
        .toList();
  }

  /** The events that a line means for an attempt, with those before it that were not told. */
  static List<Event> events(JsonObject event, Flight flight, Instant now) {
    UUID attempt = flight.attempt();
    Instant told = WorkerReport.instant(event.get("at"));
    Instant at = told == null ? now : told;
    List<Event> events = new ArrayList<>();
    switch (event.getString("ev")) {
      case "accepted" -> accept(events, flight, now);
      case "started" -> run(events, flight, object(event, "worker"), at);
      case "result" -> result(events, event, flight, now);
      default -> WorkerReport.event(attempt, event, now).ifPresent(events::add);
    }
    return events;
  }

  private static void accept(List<Event> events, Flight flight, Instant at) {
    if (!flight.accepted()) {
      flight.setAccepted();
      events.add(new Event.Accepted(flight.attempt(), flight.executor(), at));
    }
  }

  private static void run(List<Event> events, Flight flight, JsonObject worker, Instant at) {
    accept(events, flight, at);
    if (!flight.running()) {
      flight.setRunning();
      events.add(new Event.Running(flight.attempt(), WorkerReport.texts(worker), at));
    }
  }

  private static void result(List<Event> events, JsonObject result, Flight flight, Instant now) {
    if (result.getBoolean("givenBack", false)) {
      events.add(new Event.GivenBack(flight.attempt()));
      return;
    }
    Execution execution = WorkerReport.execution(result, result);
    Instant started = execution.started();
    if (started != null) {
      run(events, flight, object(result, "worker"), started);
    }
    events.add(new Event.Finished(flight.attempt(), WorkerReport.outcome(result), execution, now));
  }

  private static JsonObject object(JsonObject json, String name) {
    return json.get(name) instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
  }
}

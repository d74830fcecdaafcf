package colmenar.worker;

import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what a worker tells of an attempt. */
public final class WorkerReport {

  private static final double MICROS = 1e6;
  private static final long NANOS_PER_MICRO = 1_000;

  private WorkerReport() {}

  /**
   * What it told on the way; empty when that is no event of an attempt.
   *
   * @param now for what does not say when it was
   */
  public static Optional<Event> event(UUID attempt, JsonObject told, Instant now) {
    Instant at = Objects.requireNonNullElse(instant(told.get("at")), now);
    return switch (told.getString("ev")) {
      case "started" -> Optional.of(new Event.Running(attempt, texts(object(told, "worker")), at));
      case "item" -> {
        String value = String.valueOf(told.get("value"));
        yield Optional.of(new Event.Item(attempt, told.getInt("index"), value, at));
      }
      case "progress" -> {
        double fraction = told.getJsonNumber("fraction").doubleValue();
        String message = told.getString("message", "");
        yield Optional.of(new Event.Progress(attempt, fraction, message, at));
      }
      default -> Optional.empty();
    };
  }

  /** How it ended. */
  public static Outcome outcome(JsonObject finished) {
    if (finished.getBoolean("canceled", false)) {
      return new Outcome.Canceled("");
    }
    if (finished.getBoolean("ok", false)) {
      return new Outcome.Succeeded(String.valueOf(finished.get("value")));
    }
    JsonObject failure = finished.getJsonObject("failure");
    return new Outcome.Failed(
        new Failure(
            FailureClass.valueOf(failure.getString("class")),
            failure.getString("type"),
            failure.getString("message"),
            failure.getString("traceback", null)));
  }

  /**
   * Where and when it ran.
   *
   * @param stdout end of what it wrote
   * @param stderr end of what it wrote
   */
  public static Execution execution(
      JsonObject finished, @Nullable String stdout, @Nullable String stderr) {
    JsonObject times = object(finished, "times");
    return new Execution(
        instant(times.get("received")),
        instant(times.get("started")),
        instant(times.get("ended")),
        spans(object(finished, "spans")),
        texts(object(finished, "worker")),
        finished.get("exitCode") instanceof JsonNumber code ? code.intValue() : null,
        stdout,
        stderr);
  }

  /**
   * Where and when it ran.
   *
   * @param output has the end of what it wrote, {@code stdout} and {@code stderr}, where it wrote
   *     something
   */
  public static Execution execution(JsonObject finished, JsonObject output) {
    return execution(finished, text(output, "stdout"), text(output, "stderr"));
  }

  private static @Nullable String text(JsonObject json, String name) {
    return json.get(name) instanceof JsonString text ? text.getString() : null;
  }

  /** Facts about the worker, by name. */
  public static Map<String, String> texts(JsonObject facts) {
    Map<String, String> texts = new LinkedHashMap<>();
    facts.forEach(
        (name, value) ->
            texts.put(
                name, value instanceof JsonString text ? text.getString() : value.toString()));
    return texts;
  }

  /** Seconds since 1970, fractions included. */
  public static @Nullable Instant instant(@Nullable JsonValue seconds) {
    if (!(seconds instanceof JsonNumber number)) {
      return null;
    }
    long micros = Math.round(number.doubleValue() * MICROS);
    long perSecond = (long) MICROS;
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, perSecond), Math.floorMod(micros, perSecond) * NANOS_PER_MICRO);
  }

  private static Map<String, Double> spans(JsonObject json) {
    Map<String, Double> spans = new LinkedHashMap<>();
    json.forEach(
        (name, value) -> {
          if (value instanceof JsonNumber number) {
            spans.put(name, number.doubleValue());
          } else if (value instanceof JsonObject nested) {
            spans(nested).forEach((inner, seconds) -> spans.put(name + "." + inner, seconds));
          }
        });
    return spans;
  }

  private static JsonObject object(JsonObject json, String name) {
    return json.get(name) instanceof JsonObject object ? object : JsonObject.EMPTY_JSON_OBJECT;
  }
}

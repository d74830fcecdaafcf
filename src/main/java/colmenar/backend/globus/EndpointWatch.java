package colmenar.backend.globus;

import colmenar.platform.Looker;
import colmenar.platform.Threads;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the service says of an endpoint, asked for now and then. Thread-safe. */
final class EndpointWatch {

  private static final Logger LOG = System.getLogger(EndpointWatch.class.getName());

  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration INTERVAL_IN_TROUBLE = Duration.ofSeconds(10);

  private final EndpointSettings settings;
  private final ComputeApi service;
  private final Clock clock;
  private final Looker looker;
  private volatile JsonObject description = JsonValue.EMPTY_JSON_OBJECT;
  private volatile JsonObject details = JsonValue.EMPTY_JSON_OBJECT;
  private volatile @Nullable String trouble = "the service has not been asked for it yet";
  private volatile Instant askAt = Instant.MIN;

  EndpointWatch(EndpointSettings settings, ComputeApi service, Clock clock, Threads threads) {
    this.settings = settings;
    this.service = service;
    this.clock = clock;
    this.looker =
        new Looker(
            "the watch of endpoint " + settings.name(),
            look -> threads.thread(look).start(),
            this::ask);
  }

  /** Asks when it is time to. */
  void wake() {
    if (!clock.instant().isBefore(askAt)) {
      askAt = Instant.MAX;
      if (!looker.wake()) {
        askAt = Instant.MIN;
      }
    }
  }

  void stop() {
    looker.stop();
  }

  private void ask() {
    try {
      if (description.isEmpty()) {
        description = service.endpoint(settings.id());
      }
      JsonObject status = service.status(settings.id());
      details =
          status.get("details") instanceof JsonObject known ? known : JsonValue.EMPTY_JSON_OBJECT;
      tell(status.getString("status", "").equals("offline") ? "the endpoint is offline" : null);
    } catch (ServiceException e) {
      tell(String.valueOf(e.getMessage()));
    } finally {
      askAt = clock.instant().plus(trouble == null ? INTERVAL : INTERVAL_IN_TROUBLE);
    }
  }

  private void tell(@Nullable String now) {
    if (now != null && !now.equals(trouble)) {
      LOG.log(Level.WARNING, () -> "endpoint %s: %s".formatted(settings.name(), now));
    }
    trouble = now;
  }

  /** Why nothing should be sent there; empty when all is well. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** A number of what the endpoint told last, such as {@code idle_workers}. */
  OptionalInt number(String name) {
    return details.get(name) instanceof JsonNumber number
        ? OptionalInt.of(number.intValue())
        : OptionalInt.empty();
  }

  /** For display, by name. */
  Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    for (String name : new String[] {"display_name", "hostname", "endpoint_version"}) {
      if (description.get(name) instanceof JsonString text) {
        facts.put(name, text.getString());
      }
    }
    details.forEach(
        (name, value) -> {
          if (value instanceof JsonNumber) {
            facts.put(name, value.toString());
          }
        });
    return facts;
  }
}

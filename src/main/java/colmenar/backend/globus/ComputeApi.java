package colmenar.backend.globus;

import colmenar.backend.globus.ServiceException.Kind;
import colmenar.json.JsonText;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/** What of the service this server uses, within its pace. Thread-safe. */
final class ComputeApi {

  private final URI base;
  private final Function<Call, JsonValue> repeatable;
  private final Function<Call, JsonValue> once;
  private final AccessTokens tokens;
  private final Pace pace;

  /**
   * @param repeatable exchanges what may be done twice
   * @param once exchanges what must not
   */
  ComputeApi(
      URI base,
      Function<Call, JsonValue> repeatable,
      Function<Call, JsonValue> once,
      AccessTokens tokens,
      Pace pace) {
    this.base = base;
    this.repeatable = repeatable;
    this.once = once;
    this.tokens = tokens;
    this.pace = pace;
  }

  /** The id of a function, which is a new one each time. */
  UUID register(JsonObject function) {
    return id(object(ask("POST", "/v3/functions", function)), "function_uuid");
  }

  /**
   * Hands tasks over.
   *
   * @throws ServiceException of kind {@link Kind#UNKNOWN} when nobody knows whether they arrived
   */
  Submitted submit(UUID endpoint, JsonObject request) {
    String path = "/v3/endpoints/%s/submit".formatted(endpoint);
    JsonObject answer = object(authorized(once, "POST", path, request));
    Map<UUID, List<UUID>> tasks = new HashMap<>();
    if (answer.get("tasks") instanceof JsonObject functions) {
      functions.forEach((function, ids) -> tasks.put(id(function), ids(ids)));
    }
    return new Submitted(id(answer, "task_group_id"), tasks);
  }

  /**
   * @param tasks of each function, in the order of their payloads
   */
  record Submitted(UUID group, Map<UUID, List<UUID>> tasks) {}

  /** What became of tasks; those are missing of which the service says nothing. */
  Map<UUID, JsonObject> statuses(Collection<UUID> tasks) {
    JsonObject request =
        JsonText.JSON
            .createObjectBuilder()
            .add(
                "task_ids",
                JsonText.JSON.createArrayBuilder(tasks.stream().map(UUID::toString).toList()))
            .build();
    JsonObject answer = object(ask("POST", "/v2/batch_status", request));
    Map<UUID, JsonObject> statuses = new HashMap<>();
    if (answer.get("results") instanceof JsonObject results) {
      results.forEach(
          (id, status) -> {
            if (status instanceof JsonObject known) {
              statuses.put(id(id), known);
            }
          });
    }
    return statuses;
  }

  /** All that have ever been submitted in a group; empty when there is no such group. */
  Optional<List<UUID>> tasksOf(UUID group) {
    try {
      JsonObject answer = object(ask("GET", "/v2/taskgroup/" + group, null));
      JsonValue tasks = answer.get("tasks");
      return Optional.of(
          tasks instanceof JsonArray list
              ? list.stream().map(task -> id(object(task), "id")).toList()
              : List.of());
    } catch (ServiceException e) {
      if (e.status() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Where results are to be had; the password in it is good for one connection. */
  ResultQueues resultQueues() {
    JsonObject answer = object(ask("GET", "/v2/get_amqp_result_connection_url", null));
    return new ResultQueues(text(answer, "queue_prefix"), text(answer, "connection_url"));
  }

  /**
   * @param prefix of the name of a queue, before the id of its group
   */
  record ResultQueues(String prefix, String url) {
    /** Without secrets. */
    @Override
    public String toString() {
      return "queues " + prefix;
    }
  }

  JsonObject endpoint(UUID endpoint) {
    return object(ask("GET", "/v2/endpoints/" + endpoint, null));
  }

  JsonObject status(UUID endpoint) {
    return object(ask("GET", "/v2/endpoints/%s/status".formatted(endpoint), null));
  }

  private JsonValue ask(String method, String path, @Nullable JsonObject body) {
    return authorized(repeatable, method, path, body);
  }

  private JsonValue authorized(
      Function<Call, JsonValue> exchange, String method, String path, @Nullable JsonObject body) {
    String header = tokens.header();
    try {
      return exchanged(exchange, call(method, path, header, body));
    } catch (ServiceException e) {
      if (e.kind() != Kind.UNAUTHORIZED || !tokens.refused(header)) {
        throw e;
      }
      return exchanged(exchange, call(method, path, tokens.header(), body));
    }
  }

  private Call call(String method, String path, String header, @Nullable JsonObject body) {
    Entity<String> entity =
        body == null ? null : Entity.entity(body.toString(), MediaType.APPLICATION_JSON);
    return new Call(method, base.resolve(path), header, entity, pace);
  }

  private static JsonValue exchanged(Function<Call, JsonValue> exchange, Call call) {
    try {
      return exchange.apply(call);
    } catch (CircuitBreakerOpenException e) {
      throw new ServiceException(
          Kind.BUSY, "the service fails too often; it is left alone for a while", e);
    } catch (BulkheadException e) {
      throw new ServiceException(Kind.BUSY, "too many requests wait for their turn", e);
    }
  }

  private static JsonObject object(JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new ServiceException(Kind.UNKNOWN, 0, "the service answered without an object");
  }

  private static String text(JsonObject json, String name) {
    if (json.get(name) instanceof JsonString text) {
      return text.getString();
    }
    throw new ServiceException(Kind.UNKNOWN, 0, "the service answered without " + name);
  }

  private static UUID id(JsonObject json, String name) {
    return id(text(json, name));
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(Kind.UNKNOWN, "the service answered with an id that is none", e);
    }
  }

  private static List<UUID> ids(JsonValue value) {
    return value instanceof JsonArray list
        ? list.stream()
            .map(each -> id(each instanceof JsonString text ? text.getString() : ""))
            .toList()
        : List.of();
  }
}

package colmenar.backend.globus;

import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Takes tasks, as the service does, and counts. Thread-safe. */
final class CloudSubmits {

  private static final int PAYLOAD_BYTES = 10 << 20;
  private static final int KEPT = 50;

  private final CloudMemory memory;
  private final CloudRelay relay;
  private final Deque<JsonObject> bodies = new ArrayDeque<>();
  private int submits;
  private int tasks;

  CloudSubmits(CloudMemory memory, CloudRelay relay) {
    this.memory = memory;
    this.relay = relay;
  }

  CloudAnswer accept(UUID endpoint, JsonObject submit) {
    Map<UUID, List<String>> payloads = payloads(submit);
    Map<UUID, String> functions = functions(payloads);
    long bytes = payloads.values().stream().flatMap(List::stream).mapToLong(JsonText::bytes).sum();
    if (bytes > PAYLOAD_BYTES) {
      return CloudAnswer.failed(
          413, "TASK_PAYLOAD_TOO_LARGE", "%d bytes of payloads are too many".formatted(bytes));
    }
    UUID group = group(submit);
    Map<UUID, List<UUID>> ids = new LinkedHashMap<>();
    payloads.forEach(
        (function, all) ->
            ids.put(function, all.stream().map(each -> memory.addTask(group)).toList()));
    try {
      if (submit.getBoolean("create_queue", false)) {
        relay.makeQueue(group);
      }
      for (UUID function : ids.keySet()) {
        for (int i = 0; i < ids.get(function).size(); i++) {
          String buffer = functions.get(function) + payloads.get(function).get(i);
          relay.send(endpoint, function, ids.get(function).get(i), buffer, submit);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    count(submit, ids.values().stream().mapToInt(List::size).sum());
    return answer(endpoint, group, ids);
  }

  private static Map<UUID, List<String>> payloads(JsonObject submit) {
    if (!(submit.get("tasks") instanceof JsonObject tasks)) {
      throw CloudAnswer.invalid("tasks", "field required").refusal();
    }
    Map<UUID, List<String>> payloads = new LinkedHashMap<>();
    tasks.forEach(
        (function, list) ->
            payloads.put(CloudRoutes.id("tasks", function), CloudRoutes.strings(list).toList()));
    return payloads;
  }

  /** The text of each. */
  private Map<UUID, String> functions(Map<UUID, List<String>> payloads) {
    Map<UUID, String> functions = new LinkedHashMap<>();
    for (UUID function : payloads.keySet()) {
      JsonObject known =
          memory.function(function).orElseThrow(() -> CloudRoutes.unknown("FUNCTION", function));
      functions.put(function, known.getString("function_code"));
    }
    return functions;
  }

  private UUID group(JsonObject submit) {
    if (!(submit.get("task_group_id") instanceof JsonString text)) {
      return memory.openGroup();
    }
    UUID group = CloudRoutes.id("task_group_id", text.getString());
    if (memory.group(group).isEmpty()) {
      throw CloudRoutes.unknown("TASK_GROUP", group);
    }
    return group;
  }

  private static CloudAnswer answer(UUID endpoint, UUID group, Map<UUID, List<UUID>> ids) {
    JsonObjectBuilder tasks = JsonText.JSON.createObjectBuilder();
    ids.forEach(
        (function, all) ->
            tasks.add(
                function.toString(),
                JsonText.JSON.createArrayBuilder(all.stream().map(UUID::toString).toList())));
    return CloudAnswer.ok(
        JsonText.JSON
            .createObjectBuilder()
            .add("request_id", UUID.randomUUID().toString())
            .add("task_group_id", group.toString())
            .add("endpoint_id", endpoint.toString())
            .add("tasks", tasks));
  }

  private synchronized void count(JsonObject submit, int more) {
    submits++;
    tasks += more;
    bodies.addLast(submit);
    if (bodies.size() > KEPT) {
      bodies.removeFirst();
    }
  }

  synchronized int submits() {
    return submits;
  }

  synchronized int tasks() {
    return tasks;
  }

  /** The last ones. */
  synchronized List<JsonObject> bodies() {
    return List.copyOf(bodies);
  }
}

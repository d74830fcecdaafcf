package colmenar.backend.globus;

import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Functions, groups and tasks that the stand-in knows. Thread-safe. */
final class CloudMemory {

  private final Map<UUID, JsonObject> functions = new HashMap<>();
  private final Map<UUID, List<JsonObject>> groups = new HashMap<>();
  private final Set<UUID> withQueue = new HashSet<>();
  private final Map<UUID, UUID> groupOfTask = new LinkedHashMap<>();
  private final Map<UUID, JsonObject> statuses = new HashMap<>();
  private final Set<UUID> forgotten = new HashSet<>();

  synchronized UUID register(JsonObject function) {
    UUID id = UUID.randomUUID();
    functions.put(id, function);
    return id;
  }

  synchronized Optional<JsonObject> function(UUID id) {
    return Optional.ofNullable(functions.get(id));
  }

  /** Whether there was one. */
  synchronized boolean removeFunction(UUID id) {
    return functions.remove(id) != null;
  }

  synchronized UUID openGroup() {
    UUID id = UUID.randomUUID();
    groups.put(id, new ArrayList<>());
    return id;
  }

  /** The tasks of a group, as they are told; empty when there is no such group. */
  synchronized Optional<List<JsonObject>> group(UUID id) {
    return Optional.ofNullable(groups.get(id)).map(List::copyOf);
  }

  synchronized void hasQueue(UUID group) {
    withQueue.add(group);
  }

  synchronized UUID addTask(UUID group) {
    UUID task = UUID.randomUUID();
    Map<String, String> entry =
        Map.of("id", task.toString(), "created_at", LocalDateTime.now(ZoneOffset.UTC).toString());
    groups.get(group).add(JsonText.stored(JsonText.object(entry)).asJsonObject());
    groupOfTask.put(task, group);
    statuses.put(
        task,
        JsonText.JSON
            .createObjectBuilder()
            .add("task_id", task.toString())
            .add("status", "waiting-for-ep")
            .build());
    return task;
  }

  /**
   * The task is over.
   *
   * @return the group whose queue is to have the result; empty when there is no such queue
   */
  synchronized Optional<UUID> finish(ResultMessage result) {
    UUID group = groupOfTask.get(result.task());
    if (group == null) {
      return Optional.empty();
    }
    statuses.put(result.task(), result.status());
    return Optional.of(group).filter(withQueue::contains);
  }

  /** Empty when the task is not known, or no more. */
  synchronized Optional<JsonObject> status(UUID task) {
    return forgotten.contains(task) ? Optional.empty() : Optional.ofNullable(statuses.get(task));
  }

  synchronized void forget(UUID task) {
    forgotten.add(task);
  }

  synchronized Set<UUID> tasks() {
    return new HashSet<>(groupOfTask.keySet());
  }
}

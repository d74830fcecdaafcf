package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.json.Schema;
import colmenar.problem.InvalidException;
import colmenar.task.FilterJson;
import colmenar.task.OperationAction;
import colmenar.task.OperationRequest;
import colmenar.task.TaskFilter;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** Reads what an operation is to do; its schema is {@code schema/operation.json}. */
final class OperationJson {

  private static final Schema SCHEMA = Schema.packaged("operation.json");

  private OperationJson() {}

  static OperationRequest read(JsonObject json) {
    SCHEMA.check("the operation", json);
    OperationAction action = OperationAction.valueOf(json.getString("action"));
    Integer priority = json.get("priority") instanceof JsonNumber number ? number.intValue() : null;
    String backend = json.get("backend") instanceof JsonString name ? name.getString() : null;
    goesWith("priority", priority, action, OperationAction.REPRIORITIZE);
    goesWith("backend", backend, action, OperationAction.MOVE);
    return new OperationRequest(action, filter(json.getJsonObject("filter")), priority, backend);
  }

  static boolean isDryRun(JsonObject json) {
    return json.getBoolean("dryRun", false);
  }

  private static void goesWith(
      String field, @Nullable Object value, OperationAction action, OperationAction needs) {
    if (action == needs && value == null) {
      throw new InvalidException(field, needs + " needs it");
    }
    if (action != needs && value != null) {
      throw new InvalidException(field, "goes with " + needs + " only");
    }
  }

  /** Nobody should hit every task because he forgot, or misspelt, what he meant. */
  private static TaskFilter filter(JsonObject json) {
    boolean all = JsonValue.TRUE.equals(json.get("all"));
    TaskFilter filter =
        FilterJson.read("filter.", JsonText.JSON.createObjectBuilder(json).remove("all").build());
    if (filter.equals(TaskFilter.ALL) && !all) {
      throw new InvalidException("filter", "is empty; say \"all\": true when you mean every task");
    }
    if (!filter.equals(TaskFilter.ALL) && all) {
      throw new InvalidException("filter.all", "goes alone: the filter says which tasks are meant");
    }
    return filter;
  }
}

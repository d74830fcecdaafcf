package colmenar.task;

import colmenar.json.JsonText;
import colmenar.problem.IllegalMoveException;
import colmenar.task.TaskRequest.Schedule;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks for what a task that is over asked for, once more. */
public final class Rerun {

  private Rerun() {}

  /**
   * The same version of the method, on the same inputs; it points at the old task, and has none of
   * its times.
   *
   * @throws IllegalMoveException when the old one is not over
   */
  public static TaskRequest of(Task old, TaskInput input) {
    if (!old.state().terminal()) {
      throw new IllegalMoveException(
          "task %s is %s; only a finished task can be run again".formatted(old.id(), old.state()));
    }
    return new TaskRequest(
        old.methodName(),
        old.methodVersion(),
        old.backend(),
        old.topic(),
        JsonText.stored(input.args()).asJsonArray(),
        object(input.kwargs()),
        object(input.resources()),
        old.licences(),
        object(input.options()),
        JsonText.stored(input.taskInfo()),
        JsonObject.EMPTY_JSON_OBJECT,
        old.keepInputs(),
        old.priority(),
        old.maxRetries(),
        old.maxAttempts(),
        old.timeLimit().orElse(null),
        null,
        old.id(),
        Schedule.FREE,
        old.retry().map(Rerun::object).orElse(JsonValue.EMPTY_JSON_OBJECT),
        old.campaign().orElse(null),
        old.labels().map(Rerun::texts).orElse(Map.of()),
        null);
  }

  private static Map<String, String> texts(String json) {
    return object(json).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> ((JsonString) entry.getValue()).getString()));
  }

  private static JsonObject object(String json) {
    return JsonText.stored(json).asJsonObject();
  }
}

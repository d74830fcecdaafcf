package colmenar.dispatch;

import colmenar.backend.Work;
import colmenar.json.JsonText;
import colmenar.method.Methods;
import colmenar.method.ResourcesJson;
import colmenar.platform.SingleInstance;
import colmenar.task.Claimed;
import colmenar.task.Task;
import colmenar.task.TaskInput;
import jakarta.inject.Inject;

/** Writes out what a backend needs to run a claimed task. */
@SingleInstance
class WorkOrder {

  private final Methods methods;

  @Inject
  WorkOrder(Methods methods) {
    this.methods = methods;
  }

  Work of(Claimed claimed) {
    Task task = claimed.task();
    TaskInput input = claimed.input();
    return new Work(
        claimed.attempt(),
        task.id(),
        task.attempts(),
        task.methodName(),
        methods.definition(task.methodName(), task.methodVersion()).code(),
        input.args(),
        input.kwargs(),
        ResourcesJson.of(JsonText.stored(input.resources()).asJsonObject()),
        task.timeLimit().orElse(null),
        task.priority(),
        input.options());
  }
}

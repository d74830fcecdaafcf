package colmenar.dispatch;

import colmenar.backend.Work;
import colmenar.json.JsonText;
import colmenar.method.Methods;
import colmenar.method.ResourcesJson;
import colmenar.platform.SingleInstance;
import colmenar.task.Claimed;
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
    return new Work(
        claimed.attempt(),
        claimed.task(),
        claimed.number(),
        claimed.method(),
        methods.definition(claimed.method(), claimed.version()).code(),
        claimed.args(),
        claimed.kwargs(),
        ResourcesJson.of(JsonText.stored(claimed.resources()).asJsonObject()),
        claimed.timeLimit(),
        claimed.priority(),
        claimed.options());
  }
}

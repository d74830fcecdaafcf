package colmenar.dispatch;

import colmenar.backend.Work;
import colmenar.json.JsonText;
import colmenar.method.Catalog;
import colmenar.method.ResourcesJson;
import colmenar.platform.SingleInstance;
import colmenar.task.Claimed;
import jakarta.inject.Inject;

/** Writes out what a backend needs to run a claimed task. */
@SingleInstance
class WorkOrder {

  private final Catalog catalog;

  @Inject
  WorkOrder(Catalog catalog) {
    this.catalog = catalog;
  }

  Work of(Claimed claimed) {
    return new Work(
        claimed.attempt(),
        claimed.task(),
        claimed.number(),
        claimed.method(),
        catalog.version(claimed.method(), claimed.version()).definition().code(),
        claimed.args(),
        claimed.kwargs(),
        ResourcesJson.of(JsonText.stored(claimed.resources()).asJsonObject()),
        claimed.timeLimit(),
        claimed.priority(),
        claimed.options());
  }
}

package colmenar.backend.parsl;

import colmenar.worker.WorkerModules;
import colmenar.worker.WorkerModulesContract;
import java.util.List;

class BridgeModulesTest extends WorkerModulesContract {

  @Override
  protected WorkerModules modules() {
    return BridgeModules.MODULES;
  }

  @Override
  protected List<String> packages() {
    return List.of("colmenar_worker", "colmenar_parsl");
  }
}

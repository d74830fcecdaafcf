package colmenar.backend.parsl;

import colmenar.worker.WorkerModules;

/** What the bridge consists of, on the site. */
final class BridgeModules {

  static final String PACKAGE = "colmenar_parsl";

  static final WorkerModules MODULES =
      WorkerModules.COLMENAR_WORKER.and(
          PACKAGE,
          "__init__.py",
          "apart.py",
          "blocks.py",
          "bundles.py",
          "configuration.py",
          "daemon.py",
          "engine.py",
          "executor.py",
          "groups.py",
          "journal.py",
          "place.py",
          "programs.py",
          "relay.py",
          "rundir.py",
          "session.py",
          "settings.py",
          "task.py");

  private BridgeModules() {}
}

package colmenar.dispatch;

import colmenar.task.Tasks;

/** Use cases without tables; a test overrides those it needs. */
class FakeTasks extends Tasks {

  FakeTasks() {
    super(null, null, null, null, null, null, null, null, null, null, null, 60);
  }
}

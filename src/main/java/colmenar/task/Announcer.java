package colmenar.task;

import colmenar.platform.SingleInstance;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;

/** Announces changes; observers of {@link TaskChanges} hear of them once they are committed. */
@SingleInstance
class Announcer {

  private final Event<TaskChanges> event;

  @Inject
  Announcer(Event<TaskChanges> event) {
    this.event = event;
  }

  void announce(TaskChanges changes) {
    if (changes.any()) {
      event.fire(changes);
    }
  }
}

package colmenar.task;

import colmenar.platform.SingleInstance;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;

/**
 * Announces changes to those who wait for them, and deeds to those who count or keep them;
 * observers of {@link TaskChanges} and {@link Deed} hear of them once they are committed, or at
 * once when they have something to write in the same transaction.
 */
@SingleInstance
class Announcer {

  private final Event<TaskChanges> event;
  private final Event<Deed> deeds;

  @Inject
  Announcer(Event<TaskChanges> event, Event<Deed> deeds) {
    this.event = event;
    this.deeds = deeds;
  }

  void announce(TaskChanges changes) {
    if (changes.any()) {
      event.fire(changes);
    }
  }

  void tell(Deed deed) {
    deeds.fire(deed);
  }
}

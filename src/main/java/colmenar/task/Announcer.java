package colmenar.task;

import colmenar.platform.SingleInstance;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;

/** Announces changes; observers of {@link TaskChanges} hear of them once they are committed. */
@SingleInstance
class Announcer {

  private final Event<TaskChanges> changes;

  @Inject
  Announcer(Event<TaskChanges> changes) {
    this.changes = changes;
  }

  void ready(Set<String> backends) {
    if (!backends.isEmpty()) {
      changes.fire(new TaskChanges(backends, Set.of(), Set.of()));
    }
  }

  void finished(Set<UUID> tasks) {
    if (!tasks.isEmpty()) {
      changes.fire(new TaskChanges(Set.of(), tasks, Set.of()));
    }
  }

  void canceling(Set<UUID> attempts) {
    if (!attempts.isEmpty()) {
      changes.fire(new TaskChanges(Set.of(), Set.of(), attempts));
    }
  }
}

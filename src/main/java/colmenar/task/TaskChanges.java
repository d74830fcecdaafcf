package colmenar.task;

import java.util.Set;
import java.util.UUID;

/**
 * What one transaction has changed, told after its commit to whoever waits for it.
 *
 * @param ready backends to look at: tasks became ready to run there, or attempts have ended
 * @param finished tasks that became terminal, or got items
 * @param inboxes where results have arrived
 * @param canceling attempts that a backend has to be asked to end
 */
public record TaskChanges(
    Set<String> ready, Set<UUID> finished, Set<Inbox> inboxes, Set<UUID> canceling) {

  public TaskChanges {
    ready = Set.copyOf(ready);
    finished = Set.copyOf(finished);
    inboxes = Set.copyOf(inboxes);
    canceling = Set.copyOf(canceling);
  }

  static TaskChanges ready(Set<String> backends) {
    return new TaskChanges(backends, Set.of(), Set.of(), Set.of());
  }

  static TaskChanges finished(Task task) {
    return new TaskChanges(Set.of(), Set.of(task.id()), Set.of(Inbox.of(task)), Set.of());
  }

  static TaskChanges canceling(UUID attempt) {
    return new TaskChanges(Set.of(), Set.of(), Set.of(), Set.of(attempt));
  }

  boolean any() {
    return !(ready.isEmpty() && finished.isEmpty() && inboxes.isEmpty() && canceling.isEmpty());
  }
}

package colmenar.task;

import java.util.Set;
import java.util.UUID;

/**
 * What one transaction has changed, told after its commit to whoever waits for it.
 *
 * @param ready backends for which tasks wait that did not before
 * @param freed backends on which attempts have ended
 * @param finished tasks that became terminal, or got items
 * @param inboxes where results have arrived
 * @param canceling attempts that a backend has to be asked to end
 */
public record TaskChanges(
    Set<String> ready,
    Set<String> freed,
    Set<UUID> finished,
    Set<Inbox> inboxes,
    Set<UUID> canceling) {

  public TaskChanges {
    ready = Set.copyOf(ready);
    freed = Set.copyOf(freed);
    finished = Set.copyOf(finished);
    inboxes = Set.copyOf(inboxes);
    canceling = Set.copyOf(canceling);
  }

  static TaskChanges ready(Set<String> backends) {
    return new TaskChanges(backends, Set.of(), Set.of(), Set.of(), Set.of());
  }

  boolean any() {
    return !(ready.isEmpty()
        && freed.isEmpty()
        && finished.isEmpty()
        && inboxes.isEmpty()
        && canceling.isEmpty());
  }
}

package colmenar.task;

import java.util.Set;
import java.util.UUID;

/**
 * Told after a commit to whoever waits for it.
 *
 * @param ready backends to look at: tasks became ready to run there, or attempts have ended
 * @param finished tasks that became terminal, or got items
 * @param canceling attempts that a backend has to be asked to end
 */
public record TaskChanges(Set<String> ready, Set<UUID> finished, Set<UUID> canceling) {

  public TaskChanges {
    ready = Set.copyOf(ready);
    finished = Set.copyOf(finished);
    canceling = Set.copyOf(canceling);
  }
}

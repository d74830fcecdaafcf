package colmenar.feed;

import colmenar.backend.FailureClass;
import colmenar.json.ObjectText;
import colmenar.task.EventKind;
import colmenar.task.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The same thing that happened to several tasks in one transaction.
 *
 * @param common what they share
 * @param tasks their ids, in order
 * @param items index of the item of each task; empty unless items were streamed
 */
record Group(Common common, List<UUID> tasks, List<Integer> items) {

  /**
   * @param attempt number of the attempt; 0 before the first
   */
  record Common(
      EventKind kind,
      TaskState state,
      int attempt,
      String owner,
      String topic,
      @Nullable String campaign,
      String method,
      String backend,
      @Nullable FailureClass failureClass) {}

  int size() {
    return tasks.size();
  }

  /** One of its events, as those who listen are told. */
  void json(int index, Instant at, StringBuilder out) {
    ObjectText.in(out)
        .add("task", tasks.get(index).toString())
        .add("kind", common.kind().name())
        .add("state", common.state().name())
        .add("attempt", common.attempt())
        .add("item", items.isEmpty() ? null : items.get(index))
        .add("owner", common.owner())
        .add("topic", common.topic())
        .add("campaign", common.campaign())
        .add("method", common.method())
        .add("backend", common.backend())
        .add("failureClass", common.failureClass() == null ? null : common.failureClass().name())
        .add("at", at)
        .end();
  }
}

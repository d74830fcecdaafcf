package colmenar.task;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a task on the way, other than that it was made or claimed or that an attempt
 * ended.
 *
 * @param task its id
 * @param state of the task since then
 * @param attempt number of the attempt; 0 before the first
 * @param item index of the item, when one was streamed
 * @param at when this was noted
 */
public record Step(
    EventKind kind,
    UUID task,
    TaskState state,
    int attempt,
    @Nullable Integer item,
    String owner,
    String topic,
    @Nullable String campaign,
    String method,
    String backend,
    Instant at) {

  /** It has come to another state. */
  static Step moved(Task task, Instant at) {
    return of(EventKind.of(task.state()), task, task.attempts(), null, at);
  }

  static Step item(Task task, int index, Instant at) {
    return of(EventKind.ITEM, task, task.attempts(), index, at);
  }

  /** Of a task that waits again as if the attempt had not been made. */
  static Step givenBack(Task task, Instant at) {
    return of(EventKind.GIVEN_BACK, task, task.attempts() + 1, null, at);
  }

  static Step reprioritized(Task task, Instant at) {
    return of(EventKind.PRIORITY, task, task.attempts(), null, at);
  }

  /** It waits for another backend since then. */
  static Step movedToBackend(Task task, Instant at) {
    return of(EventKind.MOVED, task, task.attempts(), null, at);
  }

  private static Step of(
      EventKind kind, Task task, int attempt, @Nullable Integer item, Instant at) {
    return new Step(
        kind,
        task.id(),
        task.state(),
        attempt,
        item,
        task.owner(),
        task.topic(),
        task.campaign().orElse(null),
        task.methodName(),
        task.backend(),
        at);
  }
}

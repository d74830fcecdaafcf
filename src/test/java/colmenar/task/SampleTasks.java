package colmenar.task;

import java.time.Instant;
import java.util.UUID;

/** Tasks in states into which only this package can bring them. */
public final class SampleTasks {

  private SampleTasks() {}

  /** Cancelled while it waited. */
  public static Task canceled(UUID id, TaskRequest request, Instant now) {
    Task task = new Task(id, "ada", request, now);
    task.cancel(now);
    return task;
  }
}

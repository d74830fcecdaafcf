package colmenar.task;

import java.time.Instant;
import java.util.UUID;

/** Tasks in states into which only this package can bring them. */
public final class SampleTasks {

  /** A step of priority is worth a minute. */
  public static final Ageing AGEING = Ageing.ofSeconds(60);

  private SampleTasks() {}

  /** Cancelled while it waited. */
  public static Task canceled(UUID id, TaskRequest request, Instant now) {
    Task task = new Task(id, "ada", request, AGEING, now);
    task.cancel(now);
    return task;
  }

  /** Its first attempt has failed, and the next one follows. */
  public static Task retried(UUID id, Instant now, Instant next) {
    Task task = new Task(id, "ada", TaskRequests.any(), AGEING, now);
    task.claim(new UUID(0, 1), true, now);
    task.retry(next, true, AGEING);
    return task;
  }

  /** Its backend has it, and has not begun. */
  public static Task atBackend(UUID id, boolean accepted, Instant now) {
    Task task = new Task(id, "ada", TaskRequests.any(), AGEING, now);
    task.claim(new UUID(0, 1), false, now);
    if (accepted) {
      task.accepted();
    }
    return task;
  }

  /** Of a method without inputs, made just now. */
  public static Claimed claimed(UUID attempt, UUID task, int number, String method, Instant now) {
    return new Claimed(
        attempt, task, number, "ada", "default", null, method, 1, 0, now, now, null, "[]", "{}",
        "{}", "{}");
  }
}

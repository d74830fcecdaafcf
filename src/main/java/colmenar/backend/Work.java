package colmenar.backend;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, complete with all a backend needs to run it.
 *
 * @param attempt id of the attempt; unique for ever
 * @param task id of the task, for people who read logs
 * @param number 1 for the first attempt of the task
 * @param method name of the method, for display
 * @param code what to run
 * @param args positional arguments, a JSON array
 * @param kwargs keyword arguments, a JSON object
 * @param resources what the attempt asks for
 * @param timeLimit after which the backend ends it; null for no limit
 * @param priority higher runs earlier, for backends with a queue of their own
 * @param options a JSON object that only this kind of backend understands, such as Globus Compute's
 *     {@code user_endpoint_config}
 */
public record Work(
    UUID attempt,
    UUID task,
    int number,
    String method,
    Code code,
    String args,
    String kwargs,
    Resources resources,
    @Nullable Duration timeLimit,
    int priority,
    String options) {

  /** The same attempt, whose backend runs something else in place of its code. */
  public Work with(Code other) {
    return new Work(
        attempt, task, number, method, other, args, kwargs, resources, timeLimit, priority,
        options);
  }
}

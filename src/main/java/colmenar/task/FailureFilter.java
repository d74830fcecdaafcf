package colmenar.task;

import colmenar.backend.FailureClass;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which failed tasks to group; what is null does not matter.
 *
 * @param since only tasks that have failed since then
 */
public record FailureFilter(
    @Nullable String group,
    @Nullable String method,
    @Nullable String owner,
    @Nullable String topic,
    @Nullable String campaign,
    @Nullable FailureClass failureClass,
    @Nullable Instant since) {

  /** One group, all of it. */
  public static FailureFilter of(String group) {
    return new FailureFilter(group, null, null, null, null, null, null);
  }
}

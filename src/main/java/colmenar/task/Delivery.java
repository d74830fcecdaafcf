package colmenar.task;

import java.time.Instant;
import java.util.List;

/**
 * Results handed out to a consumer.
 *
 * @param until when they are handed out again unless they were acknowledged
 */
public record Delivery(Lease lease, Instant until, List<Delivered> results) {

  public Delivery {
    results = List.copyOf(results);
  }

  /** One of them, with all that there is to tell about its task. */
  public record Delivered(Result result, TaskReport report) {}
}

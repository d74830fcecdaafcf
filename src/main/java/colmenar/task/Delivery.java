package colmenar.task;

import java.time.Instant;
import java.util.List;

/**
 * Results handed out to a consumer.
 *
 * @param until when they are handed out again unless they were acknowledged
 */
public record Delivery(Lease lease, Instant until, List<Report> results) {

  public Delivery {
    results = List.copyOf(results);
  }
}

package colmenar.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Streamed items in order.
 *
 * @param next value of {@code after} to go on from
 * @param complete whether the task is over and these are the last
 */
@Schema(name = "Items")
public record ItemPage(List<ItemView> items, int next, boolean complete) {

  /** Whether there is anything to tell. */
  boolean hasNews() {
    return complete || !items.isEmpty();
  }
}

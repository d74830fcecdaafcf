package colmenar.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What became of each submission of a batch, in its order.
 *
 * @param accepted number of tasks that were made, or were there under their client ids
 */
@Schema(name = "BatchAnswer")
public record BatchAnswer(int accepted, List<Item> items) {

  /**
   * @param status as if it had been submitted alone: 201 made, 200 there under its client id
   * @param id of the task; left out when it was refused
   * @param problem why it was refused
   */
  @Schema(name = "BatchItem")
  public record Item(int status, @Nullable String id, @Nullable Problem problem) {}
}

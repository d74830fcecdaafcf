package colmenar.rest;

import colmenar.task.CampaignSpan;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Campaigns of one owner, by name.
 *
 * @param next value of {@code cursor} for the next page; left out on the last
 */
@Schema(name = "Campaigns")
public record CampaignPage(List<Item> campaigns, @Nullable String next) {

  /**
   * One of them.
   *
   * @param firstAt when the first of its tasks was submitted
   * @param lastAt when the last one was
   */
  @Schema(name = "CampaignOfPage")
  public record Item(String campaign, String owner, Instant firstAt, Instant lastAt) {
    static Item of(CampaignSpan span) {
      return new Item(
          span.campaign().name(), span.campaign().owner(), span.firstAt(), span.lastAt());
    }
  }
}

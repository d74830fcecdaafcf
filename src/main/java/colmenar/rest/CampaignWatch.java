package colmenar.rest;

import colmenar.task.Campaign;
import colmenar.task.Campaigns;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again whether a campaign is over. As long as one task of it is known that is not,
 * a look costs that one row; only then another one is looked for, the newest first, because these
 * end last. When looking for it takes long it is done no more than a tenth of the time.
 *
 * <p>Not thread-safe: belongs to one request, whose looks come one after the other.
 */
final class CampaignWatch {

  private static final int SHARE = 10;

  private final Campaigns campaigns;
  private final Campaign campaign;
  private final boolean untilAcknowledged;
  private final LongSupplier nanos;

  private @Nullable UUID unfinished;
  private @Nullable UUID unacknowledged;
  private @Nullable Long searchAgainAt;

  /**
   * @param untilAcknowledged whether all results and items have to be acknowledged too
   */
  CampaignWatch(Campaigns campaigns, Campaign campaign, boolean untilAcknowledged) {
    this(campaigns, campaign, untilAcknowledged, System::nanoTime);
  }

  CampaignWatch(
      Campaigns campaigns, Campaign campaign, boolean untilAcknowledged, LongSupplier nanos) {
    this.campaigns = campaigns;
    this.campaign = campaign;
    this.untilAcknowledged = untilAcknowledged;
    this.nanos = nanos;
  }

  /** How far it is, once it is over. */
  Optional<CampaignView> over() {
    if (unfinished != null && campaigns.isUnfinished(unfinished)) {
      return Optional.empty();
    }
    if (unacknowledged != null && campaigns.isUnacknowledged(unacknowledged)) {
      return Optional.empty();
    }
    long begin = nanos.getAsLong();
    if (searchAgainAt != null && begin - searchAgainAt < 0) {
      return Optional.empty();
    }
    search();
    Optional<CampaignView> over = Optional.empty();
    if (unfinished == null && unacknowledged == null) {
      over = Optional.of(now()).filter(view -> untilAcknowledged ? view.done() : view.finished());
    }
    long end = nanos.getAsLong();
    searchAgainAt = end + SHARE * (end - begin);
    return over;
  }

  private void search() {
    unacknowledged = null;
    unfinished = campaigns.unfinished(campaign).orElse(null);
    if (unfinished == null && untilAcknowledged) {
      unacknowledged = campaigns.unacknowledged(campaign).orElse(null);
    }
  }

  /** How far it is. */
  CampaignView now() {
    return CampaignView.of(campaigns.progress(campaign));
  }
}

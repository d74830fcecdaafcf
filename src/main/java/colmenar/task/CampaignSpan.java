package colmenar.task;

import java.time.Instant;

/**
 * A campaign, and when its tasks came.
 *
 * @param firstAt when the server got the first of its tasks
 * @param lastAt when it got the last one
 */
public record CampaignSpan(Campaign campaign, Instant firstAt, Instant lastAt) {}

package colmenar.task;

import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import colmenar.task.CampaignStore.Tally;
import colmenar.task.CampaignStore.Waiting;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The use cases of whoever wants to know how far a campaign is, each one transaction.
 *
 * <p>Tasks are always looked at before results: a task that ends in between is then still counted,
 * and never taken for done while its result waits.
 */
@SingleInstance
@Transactional
public class Campaigns {

  private final CampaignStore store;
  private final Clock clock;

  @Inject
  public Campaigns(CampaignStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Names of an owner's campaigns after one, also of those of which no task is kept any more. */
  public List<String> names(String owner, String after, int most) {
    return store.names(owner, after, most);
  }

  /** When the tasks of a campaign came; empty when none is kept. */
  public Optional<CampaignSpan> span(Campaign campaign) {
    return store.span(campaign);
  }

  /**
   * @throws NotFoundException when it has no tasks
   */
  public CampaignProgress progress(Campaign campaign) {
    CampaignSpan span =
        store
            .span(campaign)
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "no campaign %s of %s".formatted(campaign.name(), campaign.owner())));
    Map<TaskState, Tally> tallies = store.tallies(campaign);
    Waiting waiting = store.waiting(campaign, clock.instant());
    Instant lastAt =
        tallies.values().stream()
            .flatMap(tally -> Stream.of(tally.begunAt(), tally.endedAt()))
            .filter(Objects::nonNull)
            .max(Instant::compareTo)
            .filter(span.lastAt()::isBefore)
            .orElse(span.lastAt());
    return new CampaignProgress(
        campaign,
        tallies.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, tally -> tally.getValue().tasks())),
        waiting.results(),
        waiting.items(),
        waiting.leased(),
        span.firstAt(),
        lastAt);
  }

  /** The newest task of a campaign that is not over. */
  public Optional<UUID> unfinished(Campaign campaign) {
    return store.unfinished(campaign);
  }

  public boolean isUnfinished(UUID task) {
    return store.isUnfinished(task);
  }

  /** The newest task of a campaign of which a result or streamed item is not acknowledged. */
  public Optional<UUID> unacknowledged(Campaign campaign) {
    return store.unacknowledged(campaign);
  }

  public boolean isUnacknowledged(UUID task) {
    return store.isUnacknowledged(task);
  }
}

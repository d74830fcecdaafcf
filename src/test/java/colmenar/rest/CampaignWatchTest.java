package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.problem.NotFoundException;
import colmenar.task.Campaign;
import colmenar.task.CampaignProgress;
import colmenar.task.Campaigns;
import colmenar.task.TaskState;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CampaignWatchTest {

  private static final Campaign SPRING = new Campaign("ada", "spring");
  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final UUID FIRST = new UUID(1, 0);
  private static final UUID SECOND = new UUID(2, 0);

  private final FakeCampaigns campaigns = new FakeCampaigns();
  private final CampaignWatch done = watch(true);
  private final CampaignWatch finished = watch(false);

  private long nanos;

  private CampaignWatch watch(boolean untilAcknowledged) {
    return new CampaignWatch(campaigns, SPRING, untilAcknowledged, () -> nanos);
  }

  @Test
  void it_is_over_when_nothing_is_left() {
    assertThat(done.over()).get().matches(CampaignView::done);
    assertThat(finished.over()).get().matches(CampaignView::finished);
  }

  @Test
  void a_task_that_is_not_over_keeps_it_from_being_either() {
    campaigns.unfinished.add(FIRST);

    assertThat(done.over()).isEmpty();
    assertThat(finished.over()).isEmpty();

    campaigns.unfinished.clear();
    assertThat(done.over()).isPresent();
    assertThat(finished.over()).isPresent();
  }

  @Test
  void an_item_that_is_not_acknowledged_keeps_it_from_being_done() {
    campaigns.unacknowledged.add(FIRST);

    assertThat(done.over()).isEmpty();
    assertThat(campaigns.counts).as("nobody asks for them yet").isZero();
    assertThat(finished.over()).get().matches(view -> view.finished() && !view.done());

    campaigns.unacknowledged.clear();
    assertThat(done.over()).isPresent();
  }

  @Test
  void one_that_is_known_not_to_be_over_is_looked_at_alone() {
    campaigns.unfinished.add(FIRST);
    campaigns.unfinished.add(SECOND);

    for (int i = 0; i < 10; i++) {
      assertThat(done.over()).isEmpty();
    }
    assertThat(campaigns.searches).isEqualTo(1);

    campaigns.unfinished.remove(SECOND);
    assertThat(done.over()).isEmpty();
    assertThat(campaigns.searches).isEqualTo(2);
  }

  @Test
  void a_search_that_took_long_is_not_repeated_soon() {
    campaigns.nanosOfSearch = 100;
    campaigns.unfinished.add(FIRST);
    assertThat(done.over()).isEmpty();
    campaigns.unfinished.clear();

    nanos += 999;
    assertThat(done.over()).isEmpty();
    assertThat(campaigns.searches).isEqualTo(1);

    nanos += 1;
    assertThat(done.over()).isPresent();
  }

  @Test
  void a_task_that_comes_between_the_looks_is_not_missed() {
    campaigns.onProgress = () -> campaigns.unfinished.add(FIRST);

    assertThat(done.over()).isEmpty();
  }

  @Test
  void a_campaign_without_tasks_is_unknown() {
    campaigns.known = false;

    assertThatThrownBy(done::over).isInstanceOf(NotFoundException.class);
  }

  /** Tasks that are not over, or whose results wait. */
  private final class FakeCampaigns extends Campaigns {
    final Set<UUID> unfinished = new LinkedHashSet<>();
    final Set<UUID> unacknowledged = new LinkedHashSet<>();
    boolean known = true;
    int searches;
    int counts;
    long nanosOfSearch;
    Runnable onProgress = () -> {};

    FakeCampaigns() {
      super(null, null);
    }

    @Override
    public CampaignProgress progress(Campaign campaign) {
      if (!known) {
        throw new NotFoundException("no campaign");
      }
      counts++;
      onProgress.run();
      return new CampaignProgress(
          campaign,
          Map.of(TaskState.RUNNING, (long) unfinished.size()),
          unacknowledged.size(),
          0,
          0,
          NOW,
          NOW);
    }

    @Override
    public Optional<UUID> unfinished(Campaign campaign) {
      searches++;
      nanos += nanosOfSearch;
      return unfinished.stream().reduce((older, newer) -> newer);
    }

    @Override
    public boolean isUnfinished(UUID task) {
      return unfinished.contains(task);
    }

    @Override
    public Optional<UUID> unacknowledged(Campaign campaign) {
      return unacknowledged.stream().findFirst();
    }

    @Override
    public boolean isUnacknowledged(UUID task) {
      return unacknowledged.contains(task);
    }
  }
}

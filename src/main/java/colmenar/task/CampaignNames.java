package colmenar.task;

import colmenar.platform.SingleInstance;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes down the names of campaigns, so that they can be listed. A submit costs a statement more
 * only when this server has not met the name within the hour. Thread-safe.
 */
@SingleInstance
class CampaignNames {

  private static final Duration REMEMBER = Duration.ofHours(1);
  private static final int MOST = 10_000;

  private final CampaignStore store;
  private final Clock clock;
  private final Set<Campaign> known = new HashSet<>();
  private Instant forgetAt = Instant.MIN;

  @Inject
  CampaignNames(CampaignStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Within the transaction of the submit. */
  void submitted(@Observes Deed.Submitted deed) {
    forget();
    // All transactions in the same order, so that none waits for one that waits for it.
    List<Campaign> unknown =
        campaigns(deed.tasks())
            .filter(campaign -> !isKnown(campaign))
            .distinct()
            .sorted(Comparator.comparing(Campaign::owner).thenComparing(Campaign::name))
            .toList();
    if (!unknown.isEmpty()) {
      store.add(unknown);
    }
  }

  /** Only now is it sure that they are written down. */
  void committed(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Submitted deed) {
    synchronized (known) {
      campaigns(deed.tasks()).forEach(known::add);
    }
  }

  private void forget() {
    Instant now = clock.instant();
    synchronized (known) {
      if (forgetAt.isBefore(now) || known.size() > MOST) {
        known.clear();
        forgetAt = now.plus(REMEMBER);
      }
    }
  }

  private boolean isKnown(Campaign campaign) {
    synchronized (known) {
      return known.contains(campaign);
    }
  }

  private static Stream<Campaign> campaigns(Collection<Task> tasks) {
    return tasks.stream()
        .flatMap(task -> task.campaign().map(name -> new Campaign(task.owner(), name)).stream());
  }
}

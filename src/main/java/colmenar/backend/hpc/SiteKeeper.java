package colmenar.backend.hpc;

import colmenar.backend.Event;
import colmenar.backend.hpc.Track.Phase;
import colmenar.backend.site.Place;
import colmenar.remote.UnreachableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Does all that is due at a site, one thing after the other. {@link #serve} is for one thread at a
 * time, the other methods for any.
 */
final class SiteKeeper {

  private static final Logger LOG = System.getLogger(SiteKeeper.class.getName());
  private static final int MOST_REMOVED_AT_ONCE = 500;
  private static final Duration SWEEP_EVERY = Duration.ofHours(12);

  private final SiteSettings settings;
  private final Site site;
  private final Tracks tracks;
  private final Bringer bringer;
  private final Watcher watcher;
  private final Clock clock;
  private Instant nextSweep = Instant.MIN;
  private volatile @Nullable String trouble = "it has not been reached yet";
  private volatile @Nullable String cancelTrouble;
  private @Nullable Instant troubleSince;
  private volatile boolean stopped;

  SiteKeeper(
      SiteSettings settings,
      Site site,
      Tracks tracks,
      Bringer bringer,
      Watcher watcher,
      Clock clock) {
    this.settings = settings;
    this.site = site;
    this.tracks = tracks;
    this.bringer = bringer;
    this.watcher = watcher;
    this.clock = clock;
  }

  /** How many more attempts it will take now. */
  int capacity() {
    return trouble == null ? bringer.room(watcher.census().jobs()) : 0;
  }

  /** Why the site takes nothing; empty when it does. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** What is not as it should be, though work goes on; empty when all is well. */
  Optional<String> complaint() {
    return Stream.of(bringer.complaint(), watcher.complaint(), Optional.ofNullable(cancelTrouble))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** From now on it is no trouble that nobody answers. */
  void stop() {
    stopped = true;
  }

  /**
   * @return whether there is more to do at once
   */
  boolean serve() {
    try {
      bringer.endCanceled();
      Place place = site.prepare();
      if (trouble != null) {
        // What is sent while it is away may be there or not.
        look();
      }
      bringer.bring(place);
      cancel();
      if (watcher.due()) {
        look();
      }
      tidy();
      well();
      return bringer.due() || watcher.due();
    } catch (UnreachableException e) {
      away(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void look() {
    if (watcher.poll()) {
      bringer.counted();
    }
  }

  private void well() {
    if (trouble != null) {
      LOG.log(Level.INFO, () -> "site %s can be reached".formatted(settings.name()));
    }
    trouble = null;
    troubleSince = null;
  }

  private void away(String reason) {
    if (stopped) {
      return;
    }
    if (!reason.equals(trouble)) {
      LOG.log(Level.WARNING, () -> "site %s is away: %s".formatted(settings.name(), reason));
    }
    trouble = reason;
    Instant now = clock.instant();
    Instant since = troubleSince == null ? now : troubleSince;
    troubleSince = since;
    if (now.isAfter(since.plus(settings.pace().patience()))) {
      bringer.giveBack();
    }
  }

  private void cancel() {
    List<Track> due = tracks.in(Phase.BROUGHT).stream().filter(Track::cancelDue).toList();
    if (due.isEmpty()) {
      return;
    }
    Optional<String> complaint = site.cancel(due);
    if (complaint.isEmpty()) {
      due.forEach(Track::cancelSent);
    }
    cancelTrouble = complaint.map(text -> "jobs cannot be cancelled now: " + text).orElse(null);
  }

  private void tidy() {
    List<UUID> old = tracks.removable(MOST_REMOVED_AT_ONCE);
    if (!old.isEmpty()) {
      site.clean(old);
      tracks.removed(old);
    }
    if (clock.instant().isAfter(nextSweep)) {
      nextSweep = clock.instant().plus(SWEEP_EVERY);
      site.sweep(settings.keep().days());
    }
  }

  /**
   * Of an attempt that was brought in an earlier life.
   *
   * @param id of its job; null when that is not known
   */
  void watch(UUID attempt, @Nullable String id) {
    Track track = Track.recovered(attempt);
    track.brought(id);
    if (tracks.add(track) && id != null) {
      tracks.tell(List.of(new Event.Accepted(attempt, id, clock.instant())));
    }
  }
}

package colmenar.backend.hpc;

import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.backend.hpc.SiteSettings.Keep;
import colmenar.backend.hpc.Track.Phase;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The attempts that a site has or is to get, and what is told of them. Thread-safe. */
final class Tracks {

  private final Keep keep;
  private final Clock clock;
  private final Listener listener;
  private final ConcurrentMap<UUID, Track> all = new ConcurrentHashMap<>();

  /** Attempts that are over, of which nothing has to be kept on the site. */
  private final Set<UUID> removable = ConcurrentHashMap.newKeySet();

  Tracks(Keep keep, Clock clock, Listener listener) {
    this.keep = keep;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * @return false when there is one of this attempt already
   */
  boolean add(Track track) {
    return all.putIfAbsent(track.attempt(), track) == null;
  }

  Optional<Track> get(UUID attempt) {
    return Optional.ofNullable(all.get(attempt));
  }

  boolean has(Track track) {
    return all.get(track.attempt()) == track;
  }

  void remove(Track track) {
    all.remove(track.attempt(), track);
  }

  /** The others are somebody else's now: they are neither watched nor ended. */
  void keepOnly(Set<UUID> ours) {
    all.keySet().retainAll(ours);
  }

  int size() {
    return all.size();
  }

  Collection<Track> all() {
    return all.values();
  }

  List<Track> in(Phase phase) {
    return all.values().stream().filter(track -> track.phase() == phase).toList();
  }

  /** Waits until it is committed, so that nothing piles up here meanwhile. */
  void tell(Collection<? extends Event> events) {
    if (!events.isEmpty()) {
      listener.on(List.copyOf(events)).toCompletableFuture().join();
    }
  }

  /** Tells the last that there is of attempts; then they are not known here. */
  void end(Collection<? extends Event> events) {
    tell(events);
    for (Event event : events) {
      all.remove(event.attempt());
      if (!isKept(event)) {
        removable.add(event.attempt());
      }
    }
  }

  private boolean isKept(Event event) {
    return event instanceof Event.Finished finished
        && switch (keep.runs()) {
          case NONE -> false;
          case FAILED -> finished.outcome() instanceof Outcome.Failed;
          case ALL -> true;
        };
  }

  Event.Finished finished(Track track, Outcome outcome, @Nullable Execution execution) {
    return new Event.Finished(track.attempt(), outcome, execution, clock.instant());
  }

  /** Attempts whose run directories can be removed. */
  List<UUID> removable(int most) {
    return removable.stream().limit(most).toList();
  }

  void removed(Collection<UUID> attempts) {
    attempts.forEach(removable::remove);
  }
}

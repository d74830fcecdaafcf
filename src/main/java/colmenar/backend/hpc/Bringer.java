package colmenar.backend.hpc;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.hpc.Job.Member;
import colmenar.backend.site.Place;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings attempts to the scheduler of a site, each once. {@link #bring} and {@link #giveBack} are
 * for one thread at a time, the other methods for any.
 */
final class Bringer {

  private static final Logger LOG = System.getLogger(Bringer.class.getName());

  /** Attempts in one call. */
  private static final int MOST_AT_ONCE = 500;

  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(30);

  private final SiteSettings settings;
  private final Site site;
  private final Planner planner;
  private final Tracks tracks;
  private final Stager stager;
  private final Clock clock;
  private final Allowance allowance;
  private final ConcurrentLinkedQueue<Track> waiting = new ConcurrentLinkedQueue<>();

  /** Sent, and perhaps there: they are sent again, as they are, until that is known. */
  private List<Job> unsure = List.of();

  /** Since the scheduler was asked for its jobs. */
  private final AtomicInteger brought = new AtomicInteger();

  private Instant nextTry = Instant.MIN;
  private volatile Instant refusedUntil = Instant.MIN;
  private volatile @Nullable String complaint;

  Bringer(
      SiteSettings settings,
      Site site,
      Planner planner,
      Tracks tracks,
      Stager stager,
      Clock clock) {
    this.settings = settings;
    this.site = site;
    this.planner = planner;
    this.tracks = tracks;
    this.stager = stager;
    this.clock = clock;
    this.allowance = new Allowance(settings.bounds().submissionsPerMinute(), clock.instant());
  }

  void add(Track track) {
    waiting.add(track);
  }

  /**
   * How many more attempts can be added now.
   *
   * @param jobs that the scheduler has had when it was asked last
   */
  int room(int jobs) {
    if (refusing()) {
      return 0;
    }
    int queued = waiting.size();
    int room = settings.bounds().jobs() - jobs - brought.get() - queued;
    return Math.max(0, Math.min(room, MOST_AT_ONCE - queued));
  }

  /** The scheduler has been asked for its jobs: all that was brought is among them. */
  void counted() {
    brought.set(0);
  }

  private boolean refusing() {
    return clock.instant().isBefore(refusedUntil);
  }

  /** Why nothing can be brought now; empty when all is well. */
  Optional<String> complaint() {
    return Optional.ofNullable(complaint);
  }

  /** Whether {@link #bring} has something to do now. */
  boolean due() {
    Instant now = clock.instant();
    return now.isAfter(nextTry)
        && (!unsure.isEmpty() || (!waiting.isEmpty() && !refusing() && allowance.left(now) > 0));
  }

  void bring(Place place) {
    if (!due()) {
      return;
    }
    if (unsure.isEmpty()) {
      unsure = planner.plan(ready(), place);
      allowance.use(unsure.size());
    }
    if (unsure.isEmpty()) {
      return;
    }
    nextTry = clock.instant().plus(settings.pace().poll());
    List<Job> unanswered = new ArrayList<>(unsure);
    Map<String, JsonObject> answers =
        site.submit(unsure).stream()
            .collect(Collectors.toMap(answer -> answer.getString("name"), answer -> answer));
    for (Job job : unsure) {
      JsonObject answer = answers.get(job.name());
      if (answer != null && settled(job, answer)) {
        unanswered.remove(job);
      }
    }
    unsure = List.copyOf(unanswered);
    if (unsure.isEmpty()) {
      nextTry = Instant.MIN;
    }
  }

  private List<Track> ready() {
    List<Track> ready = new ArrayList<>();
    int most = Math.min(MOST_AT_ONCE, allowance.left(clock.instant()));
    // What comes back with its files not there waits for the next time.
    for (int left = waiting.size(); left > 0 && ready.size() < most; left--) {
      Track track = waiting.poll();
      if (track == null) {
        break;
      }
      if (tracks.has(track) && track.inputsMissing()) {
        stager.in(track, waiting::add);
      } else if (tracks.has(track)) {
        ready.add(track);
      }
    }
    return ready;
  }

  /** Nothing of these has been sent. */
  void endCanceled() {
    List<Track> canceled = waiting.stream().filter(Track::cancelRequested).toList();
    waiting.removeAll(canceled);
    tracks.end(
        canceled.stream()
            .map(track -> tracks.finished(track, new Outcome.Canceled(""), null))
            .toList());
  }

  /**
   * @return false when it is not known whether the scheduler has it
   */
  private boolean settled(Job job, JsonObject answer) {
    List<Member> members = withoutRefused(job, answer);
    if (answer.get("id") instanceof JsonString id) {
      accepted(members, id.getString());
      return true;
    }
    if (members.isEmpty()) {
      return true;
    }
    String error = answer.getString("error", "");
    if (!answer.getBoolean("certain", false)) {
      complaint = "the scheduler does not say whether it has a job: " + error;
      return false;
    }
    if (answer.getBoolean("site", false) || settings.dialect().refusedForNow(error)) {
      refusedForNow(members, error);
    } else {
      refused(members, error);
    }
    return true;
  }

  /** On those whose arrival was denied to somebody the engine does not count any more. */
  private List<Member> withoutRefused(Job job, JsonObject answer) {
    Set<String> refused =
        answer.getJsonArray("refused").getValuesAs(JsonString.class).stream()
            .map(JsonString::getString)
            .collect(Collectors.toSet());
    List<Member> members = new ArrayList<>();
    for (Member member : job.members()) {
      if (refused.contains(member.track().attempt().toString())) {
        tracks.remove(member.track());
      } else {
        members.add(member);
      }
    }
    return members;
  }

  private void accepted(List<Member> members, String id) {
    List<Event> events = new ArrayList<>();
    for (Member member : members) {
      Integer index = member.index();
      String job = index == null ? id : settings.dialect().elementId(id, index);
      member.track().brought(job);
      events.add(new Event.Accepted(member.track().attempt(), job, clock.instant()));
    }
    brought.addAndGet(members.size());
    complaint = null;
    tracks.tell(events);
  }

  private void refusedForNow(List<Member> members, String error) {
    String now = "nothing can be submitted now: " + error;
    LOG.log(Level.WARNING, () -> "site %s: %s".formatted(settings.name(), now));
    complaint = now;
    refusedUntil = clock.instant().plus(REFUSED_PAUSE);
    tracks.end(
        members.stream().map(member -> new Event.GivenBack(member.track().attempt())).toList());
  }

  private void refused(List<Member> members, String error) {
    Outcome rejected =
        new Outcome.Failed(new Failure(FailureClass.REJECTED, "SchedulerRefused", error, null));
    tracks.end(
        members.stream().map(member -> tracks.finished(member.track(), rejected, null)).toList());
  }

  /** Nothing of what waits has been sent, so it can have its turn elsewhere. */
  void giveBack() {
    List<Event> given = new ArrayList<>();
    for (Track track = waiting.poll(); track != null; track = waiting.poll()) {
      if (tracks.has(track)) {
        given.add(new Event.GivenBack(track.attempt()));
      }
    }
    tracks.end(given);
  }
}

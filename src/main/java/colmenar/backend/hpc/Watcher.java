package colmenar.backend.hpc;

import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Outcome;
import colmenar.backend.hpc.Track.Phase;
import colmenar.worker.WorkerReport;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Watches what a site has: one look at intervals, at all of it. {@link #poll} is for one thread at
 * a time, the other methods for any.
 */
final class Watcher {

  private static final Logger LOG = System.getLogger(Watcher.class.getName());

  /** A scheduler with many jobs is asked less often: one pause more for so many. */
  private static final int JOBS_FOR_LONGER_PAUSE = 500;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** How long before now a job may have been over that nobody has seen since. */
  private static final Duration LOOK_BACK = Duration.ofDays(7);

  private final SiteSettings settings;
  private final Dialect dialect;
  private final Site site;
  private final Tracks tracks;
  private final Stager stager;
  private final Clock clock;

  /** News that have been told, and committed. */
  private List<String> seen = List.of();

  private volatile Instant nextPoll = Instant.MIN;
  private volatile @Nullable String complaint;
  private volatile Census census = Census.NOTHING;

  Watcher(SiteSettings settings, Site site, Tracks tracks, Stager stager, Clock clock) {
    this.settings = settings;
    this.dialect = settings.dialect();
    this.site = site;
    this.tracks = tracks;
    this.stager = stager;
    this.clock = clock;
  }

  boolean due() {
    return !clock.instant().isBefore(nextPoll);
  }

  Census census() {
    return census;
  }

  /** What is not as it should be at the scheduler; empty when all is well. */
  Optional<String> complaint() {
    if (census.stuck() > 0) {
      return Optional.of(
          "%d jobs can never start without help: %s"
              .formatted(census.stuck(), String.join(", ", census.reasons().keySet())));
    }
    return Optional.ofNullable(complaint);
  }

  /**
   * @return whether the scheduler has told of its jobs
   */
  boolean poll() {
    nextPoll = clock.instant().plus(pause());
    findIds(tracks.in(Phase.BROUGHT).stream().filter(track -> track.jobId() == null).toList());
    List<Track> brought = tracks.in(Phase.BROUGHT);
    List<Track> gone = brought.stream().filter(track -> track.goneSince() != null).toList();
    JsonObject answer = site.poll(brought, gone, seen, commands(gone));
    seen = List.of();
    List<String> told = new ArrayList<>();
    for (JsonObject run : answer.getJsonArray("runs").getValuesAs(JsonObject.class)) {
      Optional<Track> track = tracks.get(UUID.fromString(run.getString("attempt")));
      if (track.isPresent() && read(track.get(), run)) {
        run.getJsonArray("news").getValuesAs(JsonString.class).stream()
            .map(JsonString::getString)
            .forEach(told::add);
      }
    }
    seen = List.copyOf(told);
    Instant now = clock.instant();
    Optional<Map<String, JobStatus>> jobs = statuses(answer.getJsonObject("commands"), now);
    jobs.ifPresent(known -> brought.forEach(track -> compare(track, known, now)));
    nextPoll = answer.getBoolean("more", false) ? now : now.plus(pause());
    return jobs.isPresent();
  }

  private Duration pause() {
    Duration poll = settings.pace().poll();
    Duration longer = poll.multipliedBy(1 + census.jobs() / JOBS_FOR_LONGER_PAUSE);
    Duration most = poll.compareTo(LONGEST_PAUSE) > 0 ? poll : LONGEST_PAUSE;
    return longer.compareTo(most) > 0 ? most : longer;
  }

  /** The account is asked for what the queue does not know any more. */
  private Map<String, String> commands(List<Track> gone) {
    Map<String, String> commands = new LinkedHashMap<>();
    commands.put("status", dialect.status());
    Set<String> forgotten = new LinkedHashSet<>();
    for (Track track : gone) {
      JobStatus status = track.status();
      String id = track.jobId();
      if (id != null && (status == null || !status.state().over())) {
        forgotten.add(id);
      }
    }
    if (!forgotten.isEmpty()) {
      dialect
          .account(forgotten, clock.instant().minus(LOOK_BACK))
          .ifPresent(command -> commands.put("account", command));
    }
    return commands;
  }

  /** Asks for the jobs of attempts whose submission had no answer in an earlier life. */
  private void findIds(List<Track> unknown) {
    if (unknown.isEmpty()) {
      return;
    }
    List<Event> found = new ArrayList<>();
    List<Event> neverArrived = new ArrayList<>();
    for (JsonObject run : site.recover(unknown.stream().map(Track::attempt).toList())) {
      UUID attempt = UUID.fromString(run.getString("attempt"));
      if (!run.getBoolean("arrived")) {
        neverArrived.add(new Event.GivenBack(attempt));
        continue;
      }
      Optional<String> id = jobId(run);
      Optional<Track> track = tracks.get(attempt);
      if (id.isPresent() && track.isPresent()) {
        track.get().brought(id.get());
        found.add(new Event.Accepted(attempt, id.get(), clock.instant()));
      }
    }
    tracks.tell(found);
    tracks.end(neverArrived);
  }

  /** The job of an attempt, in the site's answer to a recovery; empty when it does not know. */
  Optional<String> jobId(JsonObject run) {
    if (!(run.get("id") instanceof JsonString id)) {
      return Optional.empty();
    }
    return Optional.of(
        run.get("index") instanceof JsonString index
            ? dialect.elementId(id.getString(), Integer.parseInt(index.getString()))
            : id.getString());
  }

  /** By id; empty when the scheduler cannot be asked: then nothing is known of any job. */
  private Optional<Map<String, JobStatus>> statuses(JsonObject commands, Instant now) {
    JsonObject status = commands.getJsonObject("status");
    if (status.getInt("exitCode") != 0) {
      complaint = "the scheduler does not answer: " + status.getString("complaint");
      return Optional.empty();
    }
    try {
      List<JobStatus> all = dialect.readStatus(status.getString("out"));
      Map<String, JobStatus> jobs = new HashMap<>();
      all.forEach(job -> jobs.put(job.id(), job));
      if (commands.get("account") instanceof JsonObject account
          && account.getInt("exitCode") == 0) {
        // The queue knows better: what was put back into it is over in the account.
        dialect
            .readAccount(account.getString("out"))
            .forEach(job -> jobs.putIfAbsent(job.id(), job));
      }
      census = Census.of(now, all);
      complaint = null;
      return Optional.of(jobs);
    } catch (IllegalArgumentException e) {
      complaint = "the scheduler's answer cannot be read: " + e.getMessage();
      return Optional.empty();
    }
  }

  /**
   * Tells what is new of an attempt.
   *
   * @return whether it has been told, and need not be again
   */
  private boolean read(Track track, JsonObject run) {
    if (track.phase() != Phase.BROUGHT) {
      return false;
    }
    track.looked(run);
    List<Event> events = new ArrayList<>();
    for (JsonObject event : run.getJsonArray("events").getValuesAs(JsonObject.class)) {
      event(track, event).ifPresent(events::add);
    }
    tracks.tell(events);
    track.readTo(run.getJsonNumber("offset").longValue());
    if (!(run.get("outcome") instanceof JsonObject outcome)) {
      return true;
    }
    if (stager.out(track, run, outcome, done -> nextPoll = Instant.MIN)) {
      return false;
    }
    Execution execution = WorkerReport.execution(outcome, run);
    tracks.end(List.of(tracks.finished(track, WorkerReport.outcome(outcome), execution)));
    return true;
  }

  private Optional<Event> event(Track track, JsonObject told) {
    Optional<Event> event = WorkerReport.event(track.attempt(), told, clock.instant());
    if (event.orElse(null) instanceof Event.Running running) {
      track.started(running.at());
    }
    return event;
  }

  private static @Nullable String text(JsonObject run, String name) {
    return run.get(name) instanceof JsonString text ? text.getString() : null;
  }

  /** What the scheduler says of an attempt that has not told its outcome. */
  private void compare(Track track, Map<String, JobStatus> jobs, Instant now) {
    String id = track.jobId();
    if (id == null || !tracks.has(track) || track.phase() != Phase.BROUGHT) {
      return;
    }
    JobStatus job = jobs.get(id);
    if (job != null && !job.state().over()) {
      if (job.state() == JobState.UNKNOWN && !job.equals(track.status())) {
        LOG.log(Level.WARNING, () -> "job %s is in an unknown state: %s".formatted(id, job));
      }
      track.seen(job);
      return;
    }
    track.gone(job, now);
    Instant since = track.goneSince();
    JsonObject run = track.lastLook();
    if (run == null || since == null || run.get("outcome") instanceof JsonObject) {
      return;
    }
    // Its files may be seen from the login node later than the end of the job.
    if (!now.isBefore(since.plus(settings.pace().settle()))) {
      Outcome outcome = Verdict.of(track.cancelRequested(), id, track.status(), run);
      tracks.end(List.of(tracks.finished(track, outcome, execution(track, run, now))));
    }
  }

  private static Execution execution(Track track, JsonObject run, Instant now) {
    return new Execution(
        track.startedAt(),
        track.startedAt(),
        now,
        Map.of(),
        Map.of(),
        Verdict.exitCode(track.status(), run),
        text(run, "stdout"),
        text(run, "stderr"));
  }
}

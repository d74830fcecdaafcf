package colmenar.backend.hpc;

import colmenar.backend.Backend;
import colmenar.backend.BackendUnavailableException;
import colmenar.backend.Handle;
import colmenar.backend.Listener;
import colmenar.backend.OutputChunk;
import colmenar.backend.Profile;
import colmenar.backend.Recovered;
import colmenar.backend.Recovered.Fate;
import colmenar.backend.Refusal;
import colmenar.backend.Status;
import colmenar.backend.Status.Condition;
import colmenar.backend.Work;
import colmenar.backend.site.Place;
import colmenar.platform.Looker;
import colmenar.platform.Threads;
import colmenar.remote.UnreachableException;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Attempts as jobs of the batch scheduler of one site. */
final class HpcBackend implements Backend {

  private static final Logger LOG = System.getLogger(HpcBackend.class.getName());
  private static final long TICK_MILLIS = 500;

  private static final Profile PROFILE =
      new Profile("hpc", Set.of("python", "command"), false, true, true);

  private final SiteSettings settings;
  private final Site site;
  private final Planner planner;
  private final Transfers transfers;
  private final Threads threads;
  private final Clock clock;
  private volatile @Nullable Keeping keeping;
  private volatile @Nullable ScheduledFuture<?> timer;

  HpcBackend(SiteSettings settings, Site site, Threads threads, Clock clock) {
    this.settings = settings;
    this.site = site;
    this.planner = new Planner(settings);
    this.transfers = new Transfers(settings.exchange());
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public void start(Listener listener) {
    Tracks tracks = new Tracks(settings.keep(), clock, listener);
    Stager stager = new Stager(site, transfers, tracks, threads.executor());
    Bringer bringer = new Bringer(settings, site, planner, tracks, stager, clock);
    Watcher watcher = new Watcher(settings, site, tracks, stager, clock);
    SiteKeeper keeper = new SiteKeeper(settings, site, tracks, bringer, watcher, clock);
    Keeping started = new Keeping(tracks, bringer, watcher, keeper, threads);
    keeping = started;
    timer =
        threads
            .scheduler()
            .scheduleWithFixedDelay(started::wake, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Keeping keeping() {
    Keeping known = keeping;
    if (known == null) {
      throw new IllegalStateException("backend %s has not been started".formatted(name()));
    }
    return known;
  }

  @Override
  public List<Recovered> recover(List<Handle> attempts) {
    Keeping here = keeping();
    Set<UUID> ours = attempts.stream().map(Handle::attempt).collect(Collectors.toSet());
    here.tracks.keepOnly(ours);
    List<UUID> unknown =
        ours.stream().filter(attempt -> here.tracks.get(attempt).isEmpty()).toList();
    List<Recovered> recovered = new ArrayList<>();
    for (UUID attempt : ours) {
      if (!unknown.contains(attempt)) {
        recovered.add(new Recovered(attempt, Fate.ATTACHED, ""));
      }
    }
    if (unknown.isEmpty()) {
      return recovered;
    }
    try {
      for (JsonObject run : site.recover(unknown)) {
        recovered.add(recovered(here, run));
      }
    } catch (UnreachableException e) {
      throw new BackendUnavailableException(String.valueOf(e.getMessage()), e);
    }
    here.wake();
    return recovered;
  }

  private static Recovered recovered(Keeping here, JsonObject run) {
    UUID attempt = UUID.fromString(run.getString("attempt"));
    if (!run.getBoolean("arrived")) {
      return new Recovered(attempt, Fate.NEVER_ARRIVED, "");
    }
    here.keeper.watch(attempt, here.watcher.jobId(run).orElse(null));
    return new Recovered(attempt, Fate.ATTACHED, "");
  }

  @Override
  public int capacity() {
    Keeping known = keeping;
    return known == null ? 0 : known.keeper.capacity();
  }

  /** Takes them in at once: they are brought to the site in the background. */
  @Override
  public List<Refusal> submit(List<Work> works) {
    Keeping here = keeping();
    List<Refusal> refusals = new ArrayList<>();
    for (Work work : works) {
      try {
        HpcOptions options = HpcOptions.parse(work.options());
        planner.check(work, options);
        transfers.check(options);
        Track track = Track.of(work, options);
        if (here.tracks.add(track)) {
          here.bringer.add(track);
        }
      } catch (IllegalArgumentException e) {
        refusals.add(
            new Refusal(work.attempt(), Refusal.Kind.REJECTED, String.valueOf(e.getMessage())));
      }
    }
    here.wake();
    return refusals;
  }

  @Override
  public void cancel(Collection<UUID> attempts) {
    Keeping here = keeping();
    boolean news = false;
    for (UUID attempt : attempts) {
      Optional<Track> track = here.tracks.get(attempt);
      if (track.isPresent() && !track.get().cancelRequested()) {
        track.get().requestCancel();
        news = true;
      }
    }
    if (news) {
      here.wake();
    }
  }

  @Override
  public Optional<OutputChunk> output(
      UUID attempt, OutputStream stream, long offset, int maxBytes) {
    Optional<Place> place = site.place();
    if (place.isEmpty() || keeping().tracks.get(attempt).isEmpty()) {
      return Optional.empty();
    }
    String path =
        "%s/%s/%s"
            .formatted(
                place.get().root(), Layout.work(attempt), stream.name().toLowerCase(Locale.ROOT));
    try {
      long from = Math.max(0, offset);
      byte[] bytes = site.files().read(path, from, maxBytes).orElse(new byte[0]);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return Optional.of(new OutputChunk(text, from + bytes.length));
    } catch (IOException | UnreachableException e) {
      LOG.log(Level.DEBUG, () -> "no output of %s now: %s".formatted(attempt, e.getMessage()));
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> waiting(UUID attempt) {
    Keeping here = keeping();
    return here.tracks
        .get(attempt)
        .flatMap(
            track ->
                switch (track.phase()) {
                  case STAGING_IN -> Optional.of("its input files are being copied to the site");
                  case TO_BRING ->
                      Optional.of(
                          here.keeper
                              .trouble()
                              .map(trouble -> "the site is away: " + trouble)
                              .or(here.keeper::complaint)
                              .orElse("it is about to be submitted"));
                  case BROUGHT -> inQueue(track.status());
                  case STAGING_OUT -> Optional.empty();
                });
  }

  private static Optional<String> inQueue(@Nullable JobStatus job) {
    if (job == null) {
      return Optional.of("it has been submitted to the scheduler");
    }
    String reason = job.reason().isEmpty() ? "" : " (" + job.reason() + ")";
    return switch (job.state()) {
      case WAITING -> Optional.of("job %s waits for its turn%s".formatted(job.id(), reason));
      case STUCK ->
          Optional.of("job %s can never start without help%s".formatted(job.id(), reason));
      default -> Optional.empty();
    };
  }

  @Override
  public Status status() {
    Keeping known = keeping;
    Optional<String> trouble =
        known == null ? Optional.of("it has not been started") : known.keeper.trouble();
    Optional<String> complaint = known == null ? Optional.empty() : known.keeper.complaint();
    Census census = known == null ? Census.NOTHING : known.watcher.census();
    Condition condition =
        trouble.isPresent()
            ? Condition.DOWN
            : complaint.isPresent() ? Condition.DEGRADED : Condition.UP;
    return new Status(
        condition,
        trouble.or(() -> complaint).orElse(""),
        settings.bounds().jobs(),
        census.jobs(),
        facts(known, census));
  }

  private Map<String, String> facts(@Nullable Keeping known, Census census) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("scheduler", settings.dialect().name());
    facts.put("host", site.host());
    facts.put("jobsWaiting", String.valueOf(census.waiting()));
    facts.put("jobsRunning", String.valueOf(census.running()));
    if (!census.equals(Census.NOTHING)) {
      facts.put("lastLook", census.at().toString());
    }
    census.reasons().forEach((reason, jobs) -> facts.put("waiting." + reason, jobs.toString()));
    if (known != null) {
      facts.put("attempts", String.valueOf(known.tracks.size()));
    }
    site.place()
        .ifPresent(
            place -> {
              facts.put("account", place.account());
              facts.put("directory", place.root());
              facts.put("python", place.python());
            });
    return facts;
  }

  @Override
  public void stop() {
    ScheduledFuture<?> ticking = timer;
    if (ticking != null) {
      ticking.cancel(false);
    }
    Keeping known = keeping;
    if (known != null) {
      known.keeper.stop();
      known.looker.stop();
    }
    site.close();
  }

  /** What there is from the start on. */
  private static final class Keeping {
    final Tracks tracks;
    final Bringer bringer;
    final Watcher watcher;
    final SiteKeeper keeper;
    final Looker looker;

    Keeping(Tracks tracks, Bringer bringer, Watcher watcher, SiteKeeper keeper, Threads threads) {
      this.tracks = tracks;
      this.bringer = bringer;
      this.watcher = watcher;
      this.keeper = keeper;
      this.looker =
          new Looker("the keeper of a site", task -> threads.executor().execute(task), this::serve);
    }

    void wake() {
      looker.wake();
    }

    private void serve() {
      while (!looker.stopped() && keeper.serve()) {
        looker.moved();
      }
    }
  }
}

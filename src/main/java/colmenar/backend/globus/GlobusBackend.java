package colmenar.backend.globus;

import colmenar.backend.Backend;
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
import colmenar.backend.globus.Flight.Stage;
import colmenar.platform.Threads;
import colmenar.worker.WorkerRequest;
import jakarta.json.JsonObjectBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Attempts as tasks of one endpoint of Globus Compute. */
final class GlobusBackend implements Backend {

  private static final Profile PROFILE =
      new Profile("globus", Set.of("python", "command"), false, false, false);

  /** The service takes 10 MB. */
  private static final int MOST_REQUEST = 10_000_000;

  /** Of an endpoint that does not tell. */
  private static final int WORKERS = 32;

  private static final long TICK_MILLIS = 1000;
  private static final double MILLIS = 1000.0;

  private final EndpointSettings settings;
  private final Cloud cloud;
  private final Threads threads;
  private final Clock clock;
  private final Flights flights;
  private final EndpointWatch watch;
  private @Nullable ScheduledFuture<?> ticking;

  /** All that begins with a listener. */
  private volatile @Nullable Parts parts;

  private record Parts(Arrivals arrivals, Inquiry inquiry, Groups groups, Sender sender) {}

  GlobusBackend(EndpointSettings settings, Cloud cloud, Threads threads, Clock clock) {
    this.settings = settings;
    this.cloud = cloud;
    this.threads = threads;
    this.clock = clock;
    this.flights = new Flights(clock);
    this.watch = new EndpointWatch(settings, cloud.compute(), clock, threads);
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
    Bundles bundles =
        new Bundles(settings.bundle(), () -> watch.number("total_workers").orElse(WORKERS));
    Arrivals arrivals = new Arrivals(flights, listener, bundles, clock);
    Inquiry inquiry =
        new Inquiry(settings, cloud.compute(), flights, arrivals, cloud.results(), clock, threads);
    Groups groups = new Groups(cloud.results(), arrivals, inquiry);
    Sender sender =
        new Sender(
            settings,
            cloud.compute(),
            cloud.functions(),
            flights,
            arrivals,
            groups,
            bundles,
            threads);
    parts = new Parts(arrivals, inquiry, groups, sender);
    ticking =
        threads
            .scheduler()
            .scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Parts parts() {
    Parts known = parts;
    if (known == null) {
      throw new IllegalStateException("backend %s has not been started".formatted(name()));
    }
    return known;
  }

  private void tick() {
    Parts known = parts();
    watch.wake();
    known.sender().wake();
    known.inquiry().wake();
    known.sender().leaveUnusedGroups();
  }

  @Override
  public List<Recovered> recover(List<Handle> attempts) {
    flights.keepOnly(attempts.stream().map(Handle::attempt).collect(Collectors.toSet()));
    return attempts.stream().map(this::recover).toList();
  }

  private Recovered recover(Handle handle) {
    UUID attempt = handle.attempt();
    if (flights.get(attempt).isPresent()) {
      return new Recovered(attempt, Fate.ATTACHED, "");
    }
    String nativeId = handle.nativeId();
    if (nativeId == null) {
      return new Recovered(attempt, Fate.NEVER_ARRIVED, "");
    }
    return NativeId.parse(nativeId)
        .map(
            id -> {
              parts()
                  .groups()
                  .follow(id.group(), group -> flights.attach(attempt, group, id.task()));
              return new Recovered(attempt, Fate.ATTACHED, "");
            })
        .orElseGet(
            () -> new Recovered(attempt, Fate.LOST, "%s is no task here".formatted(nativeId)));
  }

  @Override
  public int capacity() {
    if (trouble().isPresent()) {
      return 0;
    }
    return Math.max(0, settings.window() - flights.open());
  }

  /** Why nothing is sent; empty when all is well. */
  private Optional<String> trouble() {
    return watch.trouble().or(() -> parts().sender().trouble());
  }

  @Override
  public List<Refusal> submit(List<Work> works) {
    List<Refusal> refusals = new ArrayList<>();
    for (Work work : works) {
      try {
        flights.add(work.attempt(), cargo(work));
      } catch (IllegalArgumentException e) {
        refusals.add(
            new Refusal(work.attempt(), Refusal.Kind.REJECTED, String.valueOf(e.getMessage())));
      }
    }
    parts().sender().wake();
    return refusals;
  }

  private Flight.Cargo cargo(Work work) {
    JsonObjectBuilder request = WorkerRequest.inputs(work, settings.limits());
    Duration limit = work.timeLimit();
    if (limit != null) {
      request.add("timeLimitSeconds", limit.toMillis() / MILLIS);
    }
    String text = request.build().toString();
    if (text.length() > MOST_REQUEST) {
      throw new IllegalArgumentException(
          "its arguments have %d characters with what belongs to them; Globus Compute takes at most %d"
              .formatted(text.length(), MOST_REQUEST));
    }
    return new Flight.Cargo(BatchKey.of(work, settings), work.method(), text);
  }

  @Override
  public void cancel(Collection<UUID> attempts) {
    parts().arrivals().canceled(flights.cancel(attempts));
  }

  /** The service tells it at the end only. */
  @Override
  public Optional<OutputChunk> output(
      UUID attempt, OutputStream stream, long offset, int maxBytes) {
    return Optional.empty();
  }

  @Override
  public Optional<String> waiting(UUID attempt) {
    return flights.get(attempt).map(Flight::stage).flatMap(this::waiting);
  }

  private Optional<String> waiting(Stage stage) {
    return switch (stage) {
      case WAITING, SENDING ->
          Optional.of(
              parts().sender().trouble().orElse("it is about to be sent to Globus Compute"));
      case DOUBTFUL -> Optional.of("it may have arrived at Globus Compute; that is being asked");
      case SUBMITTED ->
          Optional.of(
              watch.trouble().orElse("Globus Compute has it, and does not tell when it begins"));
      case OVER -> Optional.empty();
    };
  }

  @Override
  public Status status() {
    Optional<String> trouble = trouble();
    Optional<String> slow = cloud.results().trouble();
    Map<String, String> facts = new TreeMap<>(watch.facts());
    facts.put("endpoint", settings.id().toString());
    facts.put("waiting", String.valueOf(flights.in(Stage.WAITING).size()));
    facts.put("submitted", String.valueOf(flights.in(Stage.SUBMITTED).size()));
    facts.put("doubtful", String.valueOf(flights.in(Stage.DOUBTFUL).size()));
    facts.put("requests", cloud.pace().toString());
    facts.put("results", slow.map(reason -> "polled: " + reason).orElse("streamed"));
    int workers = watch.number("total_workers").orElse(0);
    int idle = watch.number("idle_workers").orElse(0);
    return new Status(
        trouble.isPresent() ? Condition.DOWN : slow.isPresent() ? Condition.DEGRADED : Condition.UP,
        trouble.or(() -> slow).orElse(""),
        workers > 0 ? workers : settings.window(),
        workers > 0 ? Math.max(0, workers - idle) : flights.in(Stage.SUBMITTED).size(),
        facts);
  }

  @Override
  public void stop() {
    ScheduledFuture<?> timer = ticking;
    if (timer != null) {
      timer.cancel(false);
    }
    watch.stop();
    Parts known = parts;
    if (known != null) {
      known.sender().stop();
      known.inquiry().stop();
      known.groups().leaveAllBut(Set::of);
    }
  }
}

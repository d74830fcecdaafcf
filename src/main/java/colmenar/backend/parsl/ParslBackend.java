package colmenar.backend.parsl;

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
import colmenar.backend.site.Place;
import colmenar.backend.site.RemotePython;
import colmenar.remote.Host;
import colmenar.remote.UnreachableException;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Attempts as tasks of one of Parsl's executors at a site. */
final class ParslBackend implements Backend {

  private static final Logger LOG = System.getLogger(ParslBackend.class.getName());

  private static final Profile PROFILE =
      new Profile("parsl", Set.of("python", "command"), false, true, true);

  /** Why an attempt is lost that had begun. */
  static final String LOST = "the bridge to Parsl does not know it any more";

  /** So many for each worker keep all of them busy, and leave the order to the server. */
  private static final int FLIGHTS_PER_SLOT = 10;

  private static final int FEWEST_FLIGHTS = 200;

  /** Where an id is random: its beginning is a time, and its end a number. */
  private static final int RANDOM_FROM = 24;

  private static final int RANDOM_TO = 26;

  private final ParslSettings settings;
  private final String executor;
  private final Bridge bridge;
  private final RemotePython python;
  private final Host host;
  private volatile @Nullable Listener listener;

  ParslBackend(
      ParslSettings settings, String executor, Bridge bridge, RemotePython python, Host host) {
    this.settings = settings;
    this.executor = executor;
    this.bridge = bridge;
    this.python = python;
    this.host = host;
  }

  @Override
  public String name() {
    return name(settings.name(), executor);
  }

  /** Names of backends are in lower case. */
  static String name(String site, String executor) {
    return site + "-" + executor.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public void start(Listener told) {
    listener = told;
    bridge.open(executor);
  }

  private Listener listener() {
    Listener known = listener;
    if (known == null) {
      throw new IllegalStateException("backend %s has not been started".formatted(name()));
    }
    return known;
  }

  @Override
  public List<Recovered> recover(List<Handle> attempts) {
    Set<UUID> ours = attempts.stream().map(Handle::attempt).collect(Collectors.toSet());
    bridge.keepOnly(executor, ours);
    List<Recovered> recovered = new ArrayList<>();
    List<UUID> unknown = new ArrayList<>();
    for (UUID attempt : ours) {
      if (bridge.flight(attempt).isPresent()) {
        recovered.add(new Recovered(attempt, Fate.ATTACHED, ""));
      } else {
        unknown.add(attempt);
      }
    }
    if (!unknown.isEmpty()) {
      JsonObject answer = bridge.recover(unknown, executor, listener());
      add(recovered, answer, "attached", Fate.ATTACHED, "");
      add(recovered, answer, "never", Fate.NEVER_ARRIVED, "");
      add(recovered, answer, "lost", Fate.LOST, LOST);
    }
    return recovered;
  }

  private static void add(
      List<Recovered> recovered, JsonObject answer, String name, Fate fate, String reason) {
    for (UUID attempt : BridgeJson.ids(answer, name)) {
      recovered.add(new Recovered(attempt, fate, reason));
    }
  }

  @Override
  public int capacity() {
    Optional<ExecutorStatus> status = bridge.executor(executor);
    if (bridge.trouble().isPresent() || status.isEmpty() || status.get().trouble() != null) {
      return 0;
    }
    int most = Math.max(FEWEST_FLIGHTS, FLIGHTS_PER_SLOT * status.get().slots());
    return Math.max(0, Math.min(settings.window(), most) - bridge.flights(executor));
  }

  @Override
  public List<Refusal> submit(List<Work> works) {
    List<Refusal> refusals = new ArrayList<>();
    List<Flight> taken = new ArrayList<>();
    for (Work work : works) {
      try {
        JsonObject task = BridgeJson.task(work, executor, settings);
        taken.add(Flight.of(work, executor, listener(), task));
      } catch (IllegalArgumentException e) {
        refusals.add(
            new Refusal(work.attempt(), Refusal.Kind.REJECTED, String.valueOf(e.getMessage())));
      }
    }
    bridge.run(taken);
    return refusals;
  }

  @Override
  public void cancel(Collection<UUID> attempts) {
    bridge.cancel(attempts);
  }

  @Override
  public Optional<OutputChunk> output(
      UUID attempt, OutputStream stream, long offset, int maxBytes) {
    Optional<Place> place = python.place();
    if (place.isEmpty() || bridge.flight(attempt).isEmpty()) {
      return Optional.empty();
    }
    String id = attempt.toString();
    String path =
        "%s/runs/%s/%s/work/%s"
            .formatted(
                place.get().root(),
                id.substring(RANDOM_FROM, RANDOM_TO),
                id,
                stream.name().toLowerCase(Locale.ROOT));
    try {
      long from = Math.max(0, offset);
      byte[] bytes = host.files().read(path, from, maxBytes).orElse(new byte[0]);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return Optional.of(new OutputChunk(text, from + bytes.length));
    } catch (IOException | UnreachableException e) {
      LOG.log(Level.DEBUG, () -> "no output of %s now: %s".formatted(attempt, e.getMessage()));
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> waiting(UUID attempt) {
    Optional<Flight> flight = bridge.flight(attempt);
    if (flight.isEmpty() || flight.get().running()) {
      return Optional.empty();
    }
    Optional<String> trouble = bridge.trouble();
    if (trouble.isPresent()) {
      return Optional.of("the site is away: " + trouble.get());
    }
    return Optional.of(
        bridge.executor(executor).map(ParslBackend::waiting).orElse("it is about to be sent"));
  }

  private static String waiting(ExecutorStatus status) {
    if (status.trouble() != null) {
      return "executor %s is out of order: %s".formatted(status.label(), status.trouble());
    }
    if (status.workers() > 0) {
      return "%d tasks wait for the %d workers of executor %s"
          .formatted(status.waiting(), status.workers(), status.label());
    }
    return status.blocks().stream()
        .filter(block -> !block.over())
        .findFirst()
        .map(block -> "no worker is there yet; block %s: %s".formatted(block.number(), block))
        .orElse("no block has been asked for yet");
  }

  @Override
  public Status status() {
    Optional<ExecutorStatus> known = bridge.executor(executor);
    Optional<String> trouble =
        bridge.trouble().or(() -> known.flatMap(status -> Optional.ofNullable(status.trouble())));
    Map<String, String> facts = new TreeMap<>();
    known.ifPresent(status -> facts.putAll(status.facts()));
    facts.put("site", settings.name());
    facts.put("host", host.name());
    facts.put("attempts", String.valueOf(bridge.flights(executor)));
    bridge
        .introduction()
        .ifPresent(
            ready -> {
              facts.put(
                  "bridge",
                  "%s, process %d".formatted(ready.getString("host"), ready.getInt("pid")));
              facts.put("parsl", ready.getString("parsl"));
              facts.put("python", ready.getString("python"));
            });
    return new Status(
        trouble.isPresent() ? Condition.DOWN : Condition.UP,
        trouble.orElse(""),
        known.map(ExecutorStatus::slots).orElse(0),
        known.map(ExecutorStatus::busy).orElse(0),
        facts);
  }

  @Override
  public void stop() {
    bridge.close(executor);
  }
}

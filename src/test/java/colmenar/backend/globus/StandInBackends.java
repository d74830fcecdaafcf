package colmenar.backend.globus;

import static org.awaitility.Awaitility.await;

import colmenar.backend.Event;
import colmenar.backend.Handle;
import colmenar.backend.Listener;
import colmenar.backend.Told;
import colmenar.platform.RealThreads;
import colmenar.worker.WorkerLimits;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Servers, as far as they are backends of one endpoint at the stand-in, which all of them share.
 */
final class StandInBackends implements AutoCloseable {

  static final UUID ENDPOINT = new UUID(0, 7);

  private static final Duration DOUBT = Duration.ofSeconds(3);

  private final Path directory;
  private final Broker broker;
  private final CloudStandIn cloud;
  private final RealThreads threads = new RealThreads();
  private final List<GlobusBackend> started = new ArrayList<>();
  private final List<Calls> calls = new ArrayList<>();

  /**
   * @param directory that is empty
   */
  StandInBackends(Path directory) throws Exception {
    this.directory = directory;
    broker = new Broker(Files.createDirectory(directory.resolve("broker")));
    cloud = new CloudStandIn(broker, StandInClient.ID, StandInClient.SECRET);
    cloud.addEndpoint(ENDPOINT);
  }

  Broker broker() {
    return broker;
  }

  CloudStandIn cloud() {
    return cloud;
  }

  /** One that takes work, with nothing recovered. */
  GlobusBackend start(Listener listener) {
    return start(listener, List.of());
  }

  GlobusBackend start(Listener listener, List<Handle> recovered) {
    GlobusBackend backend = startWithoutWaiting(listener);
    backend.recover(recovered);
    await().until(() -> backend.capacity() > 0);
    return backend;
  }

  GlobusBackend startWithoutWaiting(Listener listener) {
    Calls own = new Calls();
    calls.add(own);
    ServiceSettings service =
        new ServiceSettings(
            cloud.uri(),
            cloud.uri().resolve("/v2/oauth2/token"),
            StandInClient.ID,
            StandInClient.SECRET,
            null,
            CloudTokens.SCOPE,
            null,
            1000,
            Duration.ofSeconds(1));
    GlobusBackend backend =
        new GlobusBackend(
            settings(),
            Cloud.of(
                service,
                own::repeatable,
                own::once,
                threads,
                Clock.systemUTC(),
                directory.resolve("functions")),
            threads,
            Clock.systemUTC());
    started.add(backend);
    backend.start(listener);
    return backend;
  }

  private static EndpointSettings settings() {
    return new EndpointSettings(
        "cloud",
        ENDPOINT,
        JsonValue.EMPTY_JSON_OBJECT,
        false,
        1000,
        20,
        DOUBT,
        Duration.ofHours(1),
        new WorkerLimits(1 << 20, 1 << 24, 5));
  }

  /** What a server has written down of attempts before it died. */
  static List<Handle> handles(Told told, List<UUID> attempts) {
    return attempts.stream().map(attempt -> handle(told, attempt)).toList();
  }

  private static Handle handle(Told told, UUID attempt) {
    return new Handle(
        attempt,
        told.of(attempt, Event.Accepted.class).stream()
            .reduce((first, second) -> second)
            .map(Event.Accepted::nativeId)
            .orElse(null));
  }

  /** Ends all of them as they were, and the stand-in goes on. */
  void stopAll() {
    started.forEach(GlobusBackend::stop);
    started.clear();
  }

  @Override
  public void close() throws IOException {
    stopAll();
    calls.forEach(Calls::close);
    threads.close();
    cloud.close();
    broker.close();
  }
}

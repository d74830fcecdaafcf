package colmenar.backend;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what a backend tells, as an engine would commit it. */
public class Told implements Listener {

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Map<UUID, Event> last = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Void> on(List<Event> told) {
    events.addAll(told);
    for (Event event : told) {
      if (event instanceof Event.Finished || event instanceof Event.GivenBack) {
        last.put(event.attempt(), event);
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  /** All of an attempt, in their order. */
  public List<Event> of(UUID attempt) {
    return events.stream().filter(event -> event.attempt().equals(attempt)).toList();
  }

  /** Those of a kind, of an attempt. */
  public <E extends Event> List<E> of(UUID attempt, Class<E> kind) {
    return of(attempt).stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Its end; empty when none has been told. */
  public Optional<Event> end(UUID attempt) {
    return Optional.ofNullable(last.get(attempt));
  }

  public int ended() {
    return last.size();
  }

  /** Waits for its outcome. */
  public Event.Finished outcome(UUID attempt, Duration limit) {
    Event end =
        await("the end of " + attempt)
            .atMost(limit)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> last.get(attempt), found -> found != null);
    if (end instanceof Event.Finished finished) {
      return finished;
    }
    throw new AssertionError("given back: " + attempt);
  }

  /** Waits until something of a kind has been told of an attempt. */
  public <E extends Event> E first(UUID attempt, Class<E> kind, Duration limit) {
    return await(kind.getSimpleName() + " of " + attempt)
        .atMost(limit)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> of(attempt, kind), found -> !found.isEmpty())
        .get(0);
  }
}

package colmenar.backend.globus;

import colmenar.backend.globus.Flight.Stage;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The attempts that one endpoint has of this server, and those that wait to be sent. */
final class Flights {

  private final Clock clock;
  private final Map<UUID, Flight> all = new HashMap<>();
  private final Deque<Flight> waiting = new ArrayDeque<>();

  Flights(Clock clock) {
    this.clock = clock;
  }

  /** Takes one on, unless it is known. */
  synchronized void add(UUID attempt, Flight.Cargo cargo) {
    Flight flight = new Flight(attempt, cargo, Stage.WAITING, clock.instant());
    if (all.putIfAbsent(attempt, flight) == null) {
      waiting.add(flight);
    }
  }

  /**
   * One that was sent before a restart.
   *
   * @param task null when nobody knows whether it arrived
   */
  synchronized void attach(UUID attempt, Group group, @Nullable UUID task) {
    Stage stage = task == null ? Stage.DOUBTFUL : Stage.SUBMITTED;
    Flight flight = new Flight(attempt, null, stage, clock.instant());
    flight.setGroup(group);
    if (task != null) {
      flight.setTask(task);
      group.add(task, attempt);
    }
    all.put(attempt, flight);
  }

  synchronized Optional<Flight> get(UUID attempt) {
    return Optional.ofNullable(all.get(attempt));
  }

  /** How many have no outcome yet. */
  synchronized int open() {
    return (int) all.values().stream().filter(f -> f.stage() != Stage.OVER).count();
  }

  synchronized List<Flight> in(Stage stage) {
    return all.values().stream().filter(f -> f.stage() == stage).toList();
  }

  /** Those of which something waits for results. */
  synchronized Set<Group> groups() {
    return all.values().stream()
        .flatMap(flight -> flight.group().stream())
        .collect(Collectors.toSet());
  }

  /**
   * The next that can be handed over together, which are on their way from now on.
   *
   * @param mostCharacters of their requests; the first is taken whatever it has
   */
  synchronized List<Flight> nextBatch(int most, int mostCharacters) {
    List<Flight> batch = new ArrayList<>();
    int characters = 0;
    Iterator<Flight> queue = waiting.iterator();
    while (queue.hasNext() && batch.size() < most) {
      Flight flight = queue.next();
      int more = flight.cargo().request().length();
      boolean fits = batch.isEmpty() || characters + more <= mostCharacters;
      if (!fits) {
        break;
      }
      if (batch.isEmpty() || batch.get(0).cargo().key().equals(flight.cargo().key())) {
        queue.remove();
        flight.enter(Stage.SENDING, clock.instant());
        batch.add(flight);
        characters += more;
      }
    }
    return batch;
  }

  /**
   * They were not sent, and wait again.
   *
   * @return those that are to end instead
   */
  synchronized List<Flight> sendLater(List<Flight> batch) {
    List<Flight> ended = end(batch, Flight::cancelRequested);
    for (int i = batch.size() - 1; i >= 0; i--) {
      Flight flight = batch.get(i);
      if (flight.stage() == Stage.SENDING && isKnown(flight)) {
        flight.setGroup(null);
        flight.enter(Stage.WAITING, clock.instant());
        waiting.addFirst(flight);
      }
    }
    return ended;
  }

  /** They are about to be sent: from now on the service may have them. */
  synchronized void sending(List<Flight> batch, Group group) {
    batch.forEach(flight -> flight.setGroup(group));
  }

  /** Nobody knows whether they arrived, as far as they were sent. */
  synchronized void doubt(List<Flight> batch) {
    for (Flight flight : batch) {
      if (flight.stage() == Stage.SENDING && flight.group().isPresent()) {
        flight.enter(Stage.DOUBTFUL, clock.instant());
      } else if (flight.stage() == Stage.SENDING && isKnown(flight)) {
        flight.enter(Stage.WAITING, clock.instant());
        waiting.add(flight);
      }
    }
  }

  /** The service has one of them. */
  synchronized void submitted(Flight flight, UUID task) {
    if (flight.stage() != Stage.OVER) {
      flight.setTask(task);
      flight.enter(Stage.SUBMITTED, clock.instant());
    }
  }

  /**
   * An attempt is over.
   *
   * @return empty when it is not known here, or was over before
   */
  synchronized Optional<Flight> end(UUID attempt) {
    Flight flight = all.get(attempt);
    if (flight == null || flight.stage() == Stage.OVER) {
      return Optional.empty();
    }
    if (flight.stage() == Stage.WAITING) {
      waiting.remove(flight);
    }
    flight.enter(Stage.OVER, clock.instant());
    return Optional.of(flight);
  }

  /**
   * A task of an attempt is over. The attempt may have been given back before, and be in another
   * task by now: then only an outcome counts, as it has run after all.
   *
   * @param isOutcome whether the attempt has run to an end; otherwise its task ended without it
   * @return empty when it is not over by it
   */
  synchronized Optional<Flight> end(
      UUID attempt, Group group, TaskResult result, boolean isOutcome) {
    Flight flight = all.get(attempt);
    if (flight == null || isOutcome || flight.isIn(result.task())) {
      return end(attempt);
    }
    if (flight.stage() == Stage.SENDING) {
      group.keep(result);
    }
    return Optional.empty();
  }

  /** Those of a batch that are over by this; the others stay as they are. */
  synchronized List<Flight> end(Collection<Flight> batch, Predicate<Flight> over) {
    return batch.stream().filter(over).flatMap(f -> end(f.attempt()).stream()).toList();
  }

  /**
   * Asks that attempts end.
   *
   * @return those that are over by it: they wait here, or the service has them and cannot end them
   */
  synchronized List<Flight> cancel(Collection<UUID> attempts) {
    List<Flight> ended = new ArrayList<>();
    for (UUID attempt : attempts) {
      Flight flight = all.get(attempt);
      if (flight != null) {
        flight.requestCancel();
        if (flight.stage() == Stage.WAITING) {
          waiting.remove(flight);
          all.remove(attempt);
          ended.add(flight);
        } else if (flight.stage() != Stage.SENDING) {
          end(attempt).ifPresent(ended::add);
        }
      }
    }
    return ended;
  }

  /** Its outcome is committed. */
  synchronized void forget(Flight flight) {
    all.remove(flight.attempt(), flight);
  }

  /** From now on only these are watched; the others are somebody else's. */
  synchronized void keepOnly(Set<UUID> attempts) {
    all.keySet().retainAll(attempts);
    waiting.removeIf(flight -> !attempts.contains(flight.attempt()));
  }

  private boolean isKnown(Flight flight) {
    return all.get(flight.attempt()) == flight;
  }
}

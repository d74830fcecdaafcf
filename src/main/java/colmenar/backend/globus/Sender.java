package colmenar.backend.globus;

import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.globus.ServiceException.Kind;
import colmenar.json.JsonText;
import colmenar.platform.Looker;
import colmenar.platform.Threads;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hands waiting attempts of one endpoint over to the service, as many at once as it permits.
 *
 * <p>An attempt is written down with its group before it is sent, so that it can be found in that
 * group should the answer get lost, or this server with it.
 */
final class Sender {

  private static final Logger LOG = System.getLogger(Sender.class.getName());

  /** Of a result with all that belongs to it; the service takes 10 MiB. */
  private static final int MOST_RESULT = 10_480_000;

  private static final int MOST_TASKS = 500;

  /** The service takes 10 MB, and it is not known exactly of what. */
  private static final int MOST_CHARACTERS = 4_000_000;

  /** Then the next group begins, so that none has too many to ask for. */
  private static final int GROUP_SIZE = 2000;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;
  private static final int NOT_STARTED = 422;

  private final EndpointSettings settings;
  private final ComputeApi service;
  private final Functions functions;
  private final Flights flights;
  private final Arrivals arrivals;
  private final Groups groups;
  private final Bundles bundles;
  private final Threads threads;
  private final Looker looker;

  private volatile @Nullable Group group;
  private Duration pause = FIRST_PAUSE;
  private volatile @Nullable String trouble;
  private volatile boolean resting;

  Sender(
      EndpointSettings settings,
      ComputeApi service,
      Functions functions,
      Flights flights,
      Arrivals arrivals,
      Groups groups,
      Bundles bundles,
      Threads threads) {
    this.settings = settings;
    this.service = service;
    this.functions = functions;
    this.flights = flights;
    this.arrivals = arrivals;
    this.groups = groups;
    this.bundles = bundles;
    this.threads = threads;
    // A submit may take minutes, which is why it is not a thread of the pool.
    this.looker =
        new Looker(
            "the sender of endpoint " + settings.name(),
            look -> threads.thread(look).start(),
            this::send);
  }

  void wake() {
    if (!resting) {
      looker.wake();
    }
  }

  void stop() {
    looker.stop();
  }

  /** Why nothing is sent; empty when all is well. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  private void send() {
    while (!looker.stopped() && !resting) {
      List<Flight> batch = flights.nextBatch(MOST_TASKS, MOST_CHARACTERS);
      if (batch.isEmpty()) {
        // Whatever was wrong, only the next attempt can tell whether it still is.
        trouble = null;
        return;
      }
      boolean settled = false;
      try {
        send(batch);
        settled = true;
      } finally {
        if (!settled) {
          doubt(batch);
        }
      }
      looker.moved();
    }
  }

  private void send(List<Flight> batch) {
    try {
      handOver(batch);
      trouble = null;
      pause = FIRST_PAUSE;
    } catch (ServiceException e) {
      failed(batch, e);
    } catch (UncheckedIOException | CompletionException e) {
      // The disk is full, or the server stops: nothing was sent.
      rest(String.valueOf(e.getMessage()));
      arrivals.canceled(flights.sendLater(batch));
    }
  }

  private void handOver(List<Flight> batch) {
    Flight.Cargo first = batch.get(0).cargo();
    UUID function = functions.id(first.method(), first.key().code());
    Group current = open(function, first.key());
    flights.sending(batch, current);
    noteThatTheyMayArrive(batch, current);
    List<List<Flight>> tasks = bundles.of(batch);
    ComputeApi.Submitted submitted;
    try {
      submitted = service.submit(settings.id(), request(function, tasks, first.key(), current));
    } catch (ServiceException e) {
      if (e.kind() == Kind.UNKNOWN) {
        LOG.log(
            Level.WARNING,
            () ->
                "%d attempts of %s may have arrived: %s"
                    .formatted(batch.size(), settings.name(), e.getMessage()));
        doubt(batch);
        return;
      }
      throw e;
    }
    List<UUID> ids = submitted.tasks().getOrDefault(function, List.of());
    if (ids.size() == tasks.size()) {
      arrived(tasks, current, ids);
      arrivals.canceled(flights.end(batch, Flight::cancelRequested));
    } else {
      doubt(batch);
    }
  }

  /** The group for the next tasks, which a task that does nothing has opened. */
  private Group open(UUID function, BatchKey key) {
    Group known = group;
    if (known != null && known.size() < GROUP_SIZE) {
      return known;
    }
    ComputeApi.Submitted opened =
        service.submit(settings.id(), request(function, List.of(List.of()), key, null));
    groups.follow(opened.group(), fresh -> group = fresh);
    Group fresh = Objects.requireNonNull(group);
    for (UUID task : opened.tasks().getOrDefault(function, List.of())) {
      fresh.put(task, List.of());
    }
    return fresh;
  }

  /** Of groups in which nothing is open any more. */
  void leaveUnusedGroups() {
    groups.leaveAllBut(
        () -> {
          Set<Group> used = new HashSet<>(flights.groups());
          Group current = group;
          if (current != null) {
            used.add(current);
          }
          return used;
        });
  }

  private void noteThatTheyMayArrive(List<Flight> batch, Group current) {
    List<Event> notes =
        batch.stream().map(flight -> arrivals.accepted(flight.attempt(), current, null)).toList();
    arrivals.note(notes).toCompletableFuture().join();
  }

  private void arrived(List<List<Flight>> tasks, Group current, List<UUID> ids) {
    List<Event> notes = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      for (Flight flight : tasks.get(i)) {
        flights.submitted(flight, ids.get(i));
        notes.add(arrivals.accepted(flight.attempt(), current, ids.get(i)));
      }
    }
    // Before any result of theirs: what comes after the end of an attempt is not written down.
    arrivals.note(notes);
    for (int i = 0; i < tasks.size(); i++) {
      current
          .put(ids.get(i), tasks.get(i).stream().map(Flight::attempt).toList())
          .ifPresent(early -> arrivals.take(current, early));
    }
  }

  /** Nothing more goes to their group, so that it is soon known who is in it. */
  private void doubt(List<Flight> batch) {
    group = null;
    flights.doubt(batch);
    arrivals.canceled(flights.end(batch, Flight::cancelRequested));
  }

  private void failed(List<Flight> batch, ServiceException e) {
    switch (e.kind()) {
      case BUSY, UNKNOWN, UNAUTHORIZED -> {
        rest(String.valueOf(e.getMessage()));
        arrivals.canceled(flights.sendLater(batch));
      }
      case REFUSED -> refused(batch, e);
    }
  }

  private void refused(List<Flight> batch, ServiceException e) {
    if (e.status() == NOT_FOUND && !batch.get(0).triedAgain()) {
      // It may have forgotten the function or the group.
      functions.forget(batch.get(0).cargo().key().code());
      group = null;
      batch.forEach(Flight::tryAgain);
      arrivals.canceled(flights.sendLater(batch));
      return;
    }
    if (e.status() == TOO_LARGE && batch.size() > 1) {
      send(batch.subList(0, batch.size() / 2));
      send(batch.subList(batch.size() / 2, batch.size()));
      return;
    }
    // The service's words are all that explains why an endpoint did not start.
    FailureClass failureClass =
        e.status() == NOT_STARTED ? FailureClass.INFRASTRUCTURE : FailureClass.REJECTED;
    Failure failure =
        new Failure(failureClass, "RefusedByService", String.valueOf(e.getMessage()), null);
    batch.forEach(flight -> arrivals.fail(flight.attempt(), failure));
  }

  private void rest(String reason) {
    if (!reason.equals(trouble)) {
      LOG.log(
          Level.WARNING,
          () -> "nothing is sent to endpoint %s: %s".formatted(settings.name(), reason));
    }
    trouble = reason;
    resting = true;
    ScheduledFuture<?> unused = threads.after(pause, this::goOn);
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  private void goOn() {
    resting = false;
    looker.wake();
  }

  /**
   * @param tasks the attempts of each
   */
  private static JsonObject request(
      UUID function, List<List<Flight>> tasks, BatchKey key, @Nullable Group group) {
    List<String> payloads = tasks.stream().map(Sender::payload).toList();
    JsonObjectBuilder request =
        JsonText.JSON
            .createObjectBuilder()
            .add("create_queue", true)
            .add(
                "tasks",
                JsonText.JSON
                    .createObjectBuilder()
                    .add(function.toString(), JsonText.JSON.createArrayBuilder(payloads)))
            .add("user_endpoint_config", key.userConfig())
            .add("user_runtime", ClientRuntime.OF_USER)
            .add(
                "result_serializers",
                JsonText.JSON.createArrayBuilder(List.of(Wire.JSON_SERIALIZER)));
    if (key.specification() != null) {
      request.add("resource_specification", key.specification());
    }
    if (group != null) {
      request.add("task_group_id", group.id().toString());
    }
    return request.build();
  }

  private static String payload(List<Flight> attempts) {
    String requests =
        attempts.stream()
            .map(flight -> flight.cargo().request())
            .collect(Collectors.joining(",", "[", "]"));
    return Wire.payload("[%s,%d]".formatted(requests, MOST_RESULT), "{}");
  }
}

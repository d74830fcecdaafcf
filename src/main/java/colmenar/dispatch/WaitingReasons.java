package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.backend.Status;
import colmenar.cluster.Node;
import colmenar.cluster.Nodes;
import colmenar.limit.Gate;
import colmenar.limit.GateState;
import colmenar.limit.Limit;
import colmenar.limit.Limits;
import colmenar.limit.Rules;
import colmenar.platform.SingleInstance;
import colmenar.problem.IllegalMoveException;
import colmenar.task.Task;
import colmenar.task.Tasks;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says why a task waits. Asked by people, so it may take a few statements. */
@SingleInstance
public class WaitingReasons {

  /** Nobody needs to know more exactly how many come first. */
  static final int MOST_AHEAD = 10_000;

  private final Tasks tasks;
  private final Backends backends;
  private final Nodes nodes;
  private final Limits limits;
  private final Rules rules;
  private final Clock clock;

  @Inject
  public WaitingReasons(
      Tasks tasks, Backends backends, Nodes nodes, Limits limits, Rules rules, Clock clock) {
    this.tasks = tasks;
    this.backends = backends;
    this.nodes = nodes;
    this.limits = limits;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * All that holds a waiting task back now; none when it is about to be claimed, or only another
   * server knows.
   *
   * @throws IllegalMoveException when it does not wait
   */
  public List<WaitingReason> of(UUID id) {
    Task task = tasks.get(id);
    return switch (task.state()) {
      case PENDING -> pending(task, new Look());
      case SUBMITTING, QUEUED -> atBackend(task);
      default ->
          throw new IllegalMoveException(
              "task %s is %s: it does not wait".formatted(id, task.state()));
    };
  }

  /**
   * Why the tasks that wait do so, the largest groups first. How many come before the first of a
   * group is not counted here.
   */
  public List<WaitingTasks> groups(int most) {
    Look look = new Look();
    return tasks.waiting(most).stream()
        .map(group -> new WaitingTasks(group, ofGroup(group.first(), look)))
        .toList();
  }

  private List<WaitingReason> ofGroup(Task first, Look look) {
    List<WaitingReason> reasons = known(first, look);
    if (reasons.isEmpty()) {
      backends
          .named(first.backend())
          .filter(backend -> backend.capacity() <= 0)
          .ifPresent(
              full ->
                  reasons.add(
                      new WaitingReason(
                          WaitingReason.Type.CAPACITY,
                          "backend %s takes no more now".formatted(first.backend()))));
    }
    return reasons;
  }

  /** Empty when another server has it there: that one knows. */
  private List<WaitingReason> atBackend(Task task) {
    return task.attemptId()
        .flatMap(attempt -> backends.named(task.backend()).flatMap(at -> at.waiting(attempt)))
        .map(sentence -> new WaitingReason(WaitingReason.Type.AT_BACKEND, sentence))
        .map(List::of)
        .orElse(List.of());
  }

  private List<WaitingReason> pending(Task task, Look look) {
    List<WaitingReason> reasons = known(task, look);
    if (reasons.isEmpty()) {
      capacity(task, backends.named(task.backend())).ifPresent(reasons::add);
    }
    return reasons;
  }

  private List<WaitingReason> known(Task task, Look look) {
    List<WaitingReason> reasons = new ArrayList<>();
    time(task, look.now).ifPresent(reasons::add);
    paused(Gate.SERVER, "the server").ifPresent(reasons::add);
    paused(task.backend(), "backend " + task.backend()).ifPresent(reasons::add);
    backend(task.backend(), look).ifPresent(reasons::add);
    limited(task, look, reasons);
    return reasons;
  }

  private static Optional<WaitingReason> time(Task task, Instant now) {
    Instant ready = task.readyAt();
    if (!ready.isAfter(now)) {
      return Optional.empty();
    }
    return Optional.of(
        task.attempts() > 0
            ? new WaitingReason(
                WaitingReason.Type.BACKOFF,
                "attempt %d failed; the next one follows at %s".formatted(task.attempts(), ready),
                ready)
            : new WaitingReason(
                WaitingReason.Type.NOT_BEFORE, "no attempt is made before " + ready, ready));
  }

  private Optional<WaitingReason> paused(String gate, String what) {
    return rules.gate(gate) == GateState.PAUSED
        ? Optional.of(
            new WaitingReason(WaitingReason.Type.PAUSED, what + " is paused by an administrator"))
        : Optional.empty();
  }

  private Optional<WaitingReason> backend(String name, Look look) {
    Optional<Backend> here = backends.named(name);
    if (here.isEmpty()) {
      return look.isElsewhere(name)
          ? Optional.empty()
          : Optional.of(
              new WaitingReason(
                  WaitingReason.Type.BACKEND_NOT_HERE,
                  "no server that is alive has a backend " + name));
    }
    Status status = here.get().status();
    return status.condition() == Status.Condition.DOWN
        ? Optional.of(
            new WaitingReason(
                WaitingReason.Type.BACKEND_DOWN,
                "backend %s is down: %s".formatted(name, status.detail())))
        : Optional.empty();
  }

  private static void limited(Task task, Look look, List<WaitingReason> reasons) {
    Map<String, Integer> shares = task.shares();
    List<Limit> concerned =
        look.limits().stream().filter(limit -> shares.containsKey(limit.id())).toList();
    if (concerned.isEmpty()) {
      return;
    }
    Map<String, Long> used = look.used();
    for (Limit limit : concerned) {
      int share = shares.getOrDefault(limit.id(), 1);
      full(limit, share, used.getOrDefault(limit.id(), 0L)).ifPresent(reasons::add);
      rate(limit, look.now).ifPresent(reasons::add);
    }
  }

  private static Optional<WaitingReason> full(Limit limit, int share, long used) {
    return limit
        .maxRunning()
        .filter(most -> used + share > most)
        .map(
            most ->
                new WaitingReason(
                    WaitingReason.Type.LIMIT,
                    "limit %s: %d of %d are in use, and it takes %d"
                        .formatted(limit.id(), used, most, share)));
  }

  private static Optional<WaitingReason> rate(Limit limit, Instant now) {
    if (limit.starts(now) > 0) {
      return Optional.empty();
    }
    Instant next = limit.nextStart(now);
    String sentence =
        "limit %s: no more than %s starts a second, the next one at %s"
            .formatted(limit.id(), limit.rule().perSecond(), next);
    return Optional.of(new WaitingReason(WaitingReason.Type.RATE, sentence, next));
  }

  /** Of a backend on another server it is not known here how much it will take. */
  private Optional<WaitingReason> capacity(Task task, Optional<Backend> here) {
    int room = here.map(Backend::capacity).orElse(0);
    int ahead = tasks.ahead(task, MOST_AHEAD);
    if (ahead < room || (here.isEmpty() && ahead == 0)) {
      return Optional.empty();
    }
    String many = ahead == MOST_AHEAD ? ahead + " or more" : Integer.toString(ahead);
    return Optional.of(
        new WaitingReason(
            WaitingReason.Type.CAPACITY,
            "backend %s takes %d more now, and %s that could start come before it"
                .formatted(task.backend(), Math.max(0, room), many)));
  }

  /** What one answer needs to know, asked for at most once. */
  private final class Look {
    private final Instant now = clock.instant();
    private @Nullable List<Limit> limits;
    private @Nullable Map<String, Long> used;
    private @Nullable List<Node> alive;

    List<Limit> limits() {
      List<Limit> known = limits == null ? WaitingReasons.this.limits.list() : limits;
      limits = known;
      return known;
    }

    Map<String, Long> used() {
      Map<String, Long> known = used == null ? tasks.used() : used;
      used = known;
      return known;
    }

    boolean isElsewhere(String backend) {
      List<Node> known = alive == null ? nodes.list() : alive;
      alive = known;
      return known.stream()
          .anyMatch(node -> node.diedAt().isEmpty() && node.backends().contains(backend));
    }
  }
}

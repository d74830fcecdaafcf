package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.cluster.Membership;
import colmenar.limit.LimitsChanged;
import colmenar.limit.Rules;
import colmenar.platform.SingleInstance;
import colmenar.platform.Threads;
import colmenar.task.TaskChanges;
import colmenar.task.TaskRequest;
import colmenar.task.Tasks;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lanes of all backends, woken by what happens. Thread-safe. */
@SingleInstance
public class Lanes {

  private final Tasks tasks;
  private final WorkOrder workOrder;
  private final Membership membership;
  private final Threads threads;
  private final Rules rules;
  private final Map<String, Lane> byBackend = new ConcurrentSkipListMap<>();

  @Inject
  Lanes(Tasks tasks, WorkOrder workOrder, Membership membership, Threads threads, Rules rules) {
    this.tasks = tasks;
    this.workOrder = workOrder;
    this.membership = membership;
    this.threads = threads;
    this.rules = rules;
  }

  void open(Backend backend) {
    byBackend.put(
        backend.name(),
        new Lane(
            backend,
            tasks,
            membership.identity(),
            membership::alone,
            workOrder::of,
            threads.executor()));
  }

  Set<String> backends() {
    return byBackend.keySet();
  }

  /** See {@link Lane#submit}; tasks for several backends take the usual way. */
  <T> T submit(List<TaskRequest> requests, Submit<T> submit) {
    Set<String> backends = requests.stream().map(TaskRequest::backend).collect(Collectors.toSet());
    Lane lane = backends.size() == 1 ? byBackend.get(backends.iterator().next()) : null;
    return lane == null ? submit.with(null).submitted() : lane.submit(submit);
  }

  void wake() {
    byBackend.values().forEach(Lane::wake);
  }

  void doubt() {
    byBackend.values().forEach(Lane::doubt);
  }

  void stop() {
    byBackend.values().forEach(Lane::stop);
  }

  /** For how long each has not got on, by the name of its backend. */
  Map<String, Duration> stalled() {
    return byBackend.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, lane -> lane.getValue().stalled()));
  }

  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskChanges changes) {
    boolean any = !changes.ready().isEmpty() || !changes.freed().isEmpty();
    if (any && rules.anyLimit()) {
      // What has ended on one backend may be what was in the way on another.
      wake();
    } else if (any) {
      named(changes.ready()).forEach(Lane::wake);
      named(changes.freed()).forEach(Lane::freed);
    }
  }

  /** Work that was held back may start. */
  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) LimitsChanged change) {
    wake();
  }

  private List<Lane> named(Collection<String> backends) {
    return backends.stream().flatMap(name -> Stream.ofNullable(byBackend.get(name))).toList();
  }
}

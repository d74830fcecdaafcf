package colmenar.metrics;

import colmenar.platform.SingleInstance;
import colmenar.task.Claimed;
import colmenar.task.Deed;
import colmenar.task.End;
import colmenar.task.MethodLabels;
import colmenar.task.Report;
import colmenar.task.Task;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts and measures what this server has committed since its start. Fed by events, one for each
 * transaction, after the commit. Thread-safe.
 */
@SingleInstance
class TaskMetrics {

  private static final int MOST_METHODS = 200;

  /** From what a local task of nothing takes to what a simulation of a week does. */
  private static final double[] BUCKETS = {
    0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1800, 3600, 14400, 86400, 604800
  };

  private final Counter submitted =
      counter("colmenar_tasks_submitted", "Tasks submitted", "backend", "method");
  private final Counter finished =
      counter(
          "colmenar_tasks_finished",
          "Tasks that are over",
          "backend",
          "method",
          "state",
          "failure_class");
  private final Counter deleted =
      counter("colmenar_tasks_deleted", "Tasks that were over and have been deleted", "cause");
  private final Counter claims =
      counter("colmenar_attempts_made", "Attempts made of waiting tasks", "backend");
  private final Counter givenBack =
      counter(
          "colmenar_attempts_given_back",
          "Attempts that their backend did not begin, so that their tasks wait again",
          "backend");
  private final Counter attempts =
      counter(
          "colmenar_attempts_ended", "Attempts that ended", "backend", "outcome", "failure_class");
  private final Counter retries =
      counter(
          "colmenar_retries",
          "Attempts that failed and are followed by another",
          "backend",
          "failure_class");
  private final Counter leases = counter("colmenar_leases", "Leases on results given to consumers");
  private final Counter handedOut =
      counter("colmenar_results_handed_out", "Results handed out under a lease, each time");
  private final Counter redelivered =
      counter(
          "colmenar_results_redelivered",
          "Results handed out again, because a lease had ended or they were released");
  private final Counter released =
      counter("colmenar_results_released", "Results that consumers have given back");
  private final Counter acknowledged =
      counter("colmenar_results_acknowledged", "Results that consumers have acknowledged");

  private final Histogram waiting =
      histogram("colmenar_task_waiting", "From having the task to its first attempt");
  private final Histogram dispatch =
      histogram("colmenar_task_dispatch", "From making an attempt to the start of its code");
  private final Histogram running = histogram("colmenar_task_running", "Of the code of an attempt");
  private final Histogram delivery =
      histogram("colmenar_result_delivery", "From having a result to its first consumer");
  private final Histogram whole =
      histogram("colmenar_task_whole", "From having the task to having its outcome");

  private final MethodLabels methods = new MethodLabels(MOST_METHODS);

  /** By backend and by method. */
  private final ConcurrentMap<String, ConcurrentMap<String, Series>> series =
      new ConcurrentHashMap<>();

  /** Without exemplars, which would need threads of their own. */
  private static Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).withoutExemplars().build();
  }

  private static Histogram histogram(String name, String help) {
    return Histogram.builder()
        .classicOnly()
        .classicUpperBounds(BUCKETS)
        .name(name)
        .help(help + ", in seconds")
        .unit(Unit.SECONDS)
        .labelNames("backend", "method")
        .withoutExemplars()
        .build();
  }

  void register(PrometheusRegistry registry) {
    List.of(submitted, finished, deleted, claims, givenBack, attempts, retries)
        .forEach(registry::register);
    List.of(leases, handedOut, redelivered, released, acknowledged).forEach(registry::register);
    List.of(waiting, dispatch, running, delivery, whole).forEach(registry::register);
  }

  private Series series(String backend, String method) {
    return series
        .computeIfAbsent(backend, name -> new ConcurrentHashMap<>())
        .computeIfAbsent(methods.of(method), name -> series(new String[] {backend, name}));
  }

  private Series series(String[] labels) {
    return new Series(
        submitted.labelValues(labels),
        waiting.labelValues(labels),
        dispatch.labelValues(labels),
        running.labelValues(labels),
        delivery.labelValues(labels),
        whole.labelValues(labels));
  }

  void submitted(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Submitted deed) {
    for (Task task : deed.tasks()) {
      series(task.backend(), task.methodName()).submitted().inc();
    }
    deed.begun().forEach(this::claimed);
  }

  void claimed(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Claims deed) {
    claims.labelValues(deed.backend()).inc(deed.attempts().size());
    for (Claimed claimed : deed.attempts()) {
      if (claimed.number() == 1) {
        observe(
            series(deed.backend(), claimed.method()).waiting(), claimed.receivedAt(), deed.at());
      }
    }
  }

  void settled(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Settled deed) {
    deed.ends().forEach(this::ended);
    deed.givenBack().forEach(back -> givenBack.labelValues(back.backend()).inc());
  }

  private void ended(End end) {
    Series of = series(end.backend(), end.method());
    String failure = word(end.failureClass());
    if (end.outcome() != null) {
      attempts.labelValues(end.backend(), end.outcome().name(), failure).inc();
      observe(of.dispatch(), end.submittedAt(), end.startedAt());
      observe(of.running(), end.startedAt(), end.endedAt());
    }
    if (end.retried()) {
      retries.labelValues(end.backend(), failure).inc();
    } else {
      finished
          .labelValues(end.backend(), methods.of(end.method()), end.state().name(), failure)
          .inc();
      observe(of.whole(), end.receivedAt(), end.at());
    }
  }

  void deleted(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Deleted deed) {
    deleted.labelValues(deed.cause().name()).inc(deed.tasks());
  }

  void handedOut(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.HandedOut deed) {
    leases.inc();
    handedOut.inc(deed.delivery().results().size());
    for (Report report : deed.delivery().results()) {
      if (report.deliveries() > 1) {
        redelivered.inc();
      } else if (deed.at().equals(report.receivedAt())) {
        observe(series(report.backend(), report.method()).delivery(), report.sentAt(), deed.at());
      }
    }
  }

  void fetched(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Fetched deed) {
    observe(series(deed.backend(), deed.method()).delivery(), deed.sentAt(), deed.at());
  }

  void acknowledged(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Acknowledged deed) {
    acknowledged.inc(deed.results());
  }

  void released(@Observes(during = TransactionPhase.AFTER_SUCCESS) Deed.Released deed) {
    released.inc(deed.results());
  }

  private static String word(@Nullable Enum<?> value) {
    return value == null ? "" : value.name();
  }

  /** Clocks of other machines may be behind: then nothing is taken to be the truth. */
  private static void observe(
      DistributionDataPoint times, @Nullable Instant from, @Nullable Instant to) {
    if (from != null && to != null) {
      times.observe(Math.max(0, seconds(Duration.between(from, to))));
    }
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}

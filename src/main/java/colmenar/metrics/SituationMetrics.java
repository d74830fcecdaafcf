package colmenar.metrics;

import colmenar.backend.Backend;
import colmenar.backend.Status;
import colmenar.dispatch.Backends;
import colmenar.platform.AnswerTime;
import colmenar.platform.SingleInstance;
import colmenar.task.InboxSize;
import colmenar.task.Queued;
import colmenar.task.TaskState;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is so now: tasks, results and nodes of the database, and the backends of this server. */
@SingleInstance
class SituationMetrics {

  private final Situations situations;
  private final Backends backends;

  @Inject
  SituationMetrics(Situations situations, Backends backends) {
    this.situations = situations;
    this.backends = backends;
  }

  void register(PrometheusRegistry registry) {
    Gauges gauges = new Gauges(registry);
    gauges.add("colmenar_tasks", "Tasks that are not over", this::tasks, "backend", "state");
    gauges.add(
        "colmenar_task_oldest_waiting_seconds",
        "How long the task that is ready for the longest time waits for an attempt",
        this::oldest,
        "backend");
    gauges.add(
        "colmenar_results_waiting",
        "Results that nobody has acknowledged, leased ones included, counted up to 10000",
        value -> results(value, InboxSize::waiting),
        "owner",
        "topic");
    gauges.add(
        "colmenar_results_leased",
        "Results that a consumer has now, of those counted as waiting",
        value -> results(value, InboxSize::leased),
        "owner",
        "topic");
    gauges.add(
        "colmenar_nodes",
        "Servers that share the database and are alive",
        value -> situations.now().nodes().ifPresent(value::call));
    database(gauges);
    backends(gauges);
  }

  private void database(Gauges gauges) {
    gauges.add(
        "colmenar_database_up",
        "Whether the database answers",
        value -> value.call(situations.now().database() == null ? 0 : 1));
    gauges.add(
        "colmenar_database_connect_seconds",
        "How long the last look waited for a connection of the pool",
        value -> answer(value, AnswerTime::connect));
    gauges.add(
        "colmenar_database_answer_seconds",
        "How long the database then took to answer",
        value -> answer(value, AnswerTime::answer));
  }

  private void backends(Gauges gauges) {
    gauges.add(
        "colmenar_backend_condition",
        "1 for the condition in which the backend is, else 0",
        value -> ofBackends((name, status) -> conditions(value, name, status)),
        "backend",
        "condition");
    gauges.add(
        "colmenar_backend_slots",
        "Attempts that the backend can run at once",
        value -> ofBackends((name, status) -> value.call(status.slots(), name)),
        "backend");
    gauges.add(
        "colmenar_backend_busy",
        "Slots of the backend that are in use",
        value -> ofBackends((name, status) -> value.call(status.busy(), name)),
        "backend");
  }

  /** Zero is told too: of a series that comes and goes no rule can be made. */
  private void tasks(GaugeWithCallback.Callback value) {
    Situation situation = situations.now();
    if (situation.database() == null) {
      return;
    }
    Map<String, Map<TaskState, Long>> counts = new TreeMap<>();
    for (Backend backend : backends.all()) {
      counts.put(backend.name(), new TreeMap<>());
    }
    for (Queued queued : situation.queued()) {
      counts
          .computeIfAbsent(queued.backend(), name -> new TreeMap<>())
          .put(queued.state(), queued.tasks());
    }
    counts.forEach(
        (backend, byState) -> {
          for (TaskState state : TaskState.values()) {
            if (!state.terminal()) {
              value.call(byState.getOrDefault(state, 0L), backend, state.name());
            }
          }
        });
  }

  private void oldest(GaugeWithCallback.Callback value) {
    Situation situation = situations.now();
    if (situation.database() == null) {
      return;
    }
    Map<String, Instant> since = new TreeMap<>();
    for (Backend backend : backends.all()) {
      since.put(backend.name(), situation.at());
    }
    situation.queued().stream()
        .filter(queued -> queued.state() == TaskState.PENDING)
        .forEach(queued -> since.put(queued.backend(), queued.readySince()));
    since.forEach(
        (backend, from) -> {
          Duration age = Duration.between(from, situation.at());
          value.call(Math.max(0, TaskMetrics.seconds(age)), backend);
        });
  }

  private void results(GaugeWithCallback.Callback value, Function<InboxSize, Long> number) {
    for (InboxSize size : situations.now().inboxes()) {
      value.call(number.apply(size), size.inbox().owner(), size.inbox().topic());
    }
  }

  private void answer(GaugeWithCallback.Callback value, Function<AnswerTime, Duration> part) {
    AnswerTime answer = situations.now().database();
    if (answer != null) {
      value.call(TaskMetrics.seconds(part.apply(answer)));
    }
  }

  private void ofBackends(BiConsumer<String, Status> tell) {
    for (Backend backend : backends.all()) {
      tell.accept(backend.name(), backend.status());
    }
  }

  private static void conditions(GaugeWithCallback.Callback value, String backend, Status status) {
    for (Status.Condition condition : Status.Condition.values()) {
      value.call(status.condition() == condition ? 1 : 0, backend, condition.name());
    }
  }

  /** Where gauges are added that are asked when somebody looks. */
  private record Gauges(PrometheusRegistry registry) {
    void add(String name, String help, Consumer<GaugeWithCallback.Callback> ask, String... labels) {
      GaugeWithCallback.builder()
          .name(name)
          .help(help)
          .labelNames(labels)
          .callback(ask)
          .register(registry);
    }
  }
}

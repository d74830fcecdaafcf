package colmenar.metrics;

import colmenar.feed.Feed;
import colmenar.platform.SingleInstance;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Inject;
import java.util.function.LongSupplier;

/** Who listens to the task events of this server. */
@SingleInstance
class FeedMetrics {

  private final Feed feed;

  @Inject
  FeedMetrics(Feed feed) {
    this.feed = feed;
  }

  void register(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("colmenar_event_listeners")
        .help("Clients that listen to task events")
        .callback(value -> value.call(feed.listeners()))
        .register(registry);
    count(registry, "colmenar_events_sent", "Task events sent to clients", feed::eventsSent);
    count(
        registry,
        "colmenar_event_listeners_cut",
        "Clients that were cut off because they took nothing",
        feed::listenersCut);
  }

  private static void count(
      PrometheusRegistry registry, String name, String help, LongSupplier number) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(value -> value.call((double) number.getAsLong()))
        .register(registry);
  }
}

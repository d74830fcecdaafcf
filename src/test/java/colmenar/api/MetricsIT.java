package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.api.Api.Answer;
import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import colmenar.metrics.PrometheusText;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a scrape tells after tasks were run; tests of other classes are counted too. */
@SharedServer
class MetricsIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("colmenar_tasks", "gauge"),
          Map.entry("colmenar_task_oldest_waiting_seconds", "gauge"),
          Map.entry("colmenar_results_waiting", "gauge"),
          Map.entry("colmenar_nodes", "gauge"),
          Map.entry("colmenar_backend_condition", "gauge"),
          Map.entry("colmenar_backend_slots", "gauge"),
          Map.entry("colmenar_backend_busy", "gauge"),
          Map.entry("colmenar_database_up", "gauge"),
          Map.entry("colmenar_database_connect_seconds", "gauge"),
          Map.entry("colmenar_database_answer_seconds", "gauge"),
          Map.entry("colmenar_tasks_submitted_total", "counter"),
          Map.entry("colmenar_tasks_finished_total", "counter"),
          Map.entry("colmenar_attempts_made_total", "counter"),
          Map.entry("colmenar_attempts_ended_total", "counter"),
          Map.entry("colmenar_leases_total", "counter"),
          Map.entry("colmenar_results_handed_out_total", "counter"),
          Map.entry("colmenar_results_redelivered_total", "counter"),
          Map.entry("colmenar_results_released_total", "counter"),
          Map.entry("colmenar_results_acknowledged_total", "counter"),
          Map.entry("colmenar_task_waiting_seconds", "histogram"),
          Map.entry("colmenar_task_dispatch_seconds", "histogram"),
          Map.entry("colmenar_task_running_seconds", "histogram"),
          Map.entry("colmenar_result_delivery_seconds", "histogram"),
          Map.entry("colmenar_task_whole_seconds", "histogram"),
          Map.entry("colmenar_event_listeners", "gauge"),
          Map.entry("colmenar_events_sent_total", "counter"),
          Map.entry("colmenar_event_listeners_cut_total", "counter"),
          Map.entry("jvm_memory_used_bytes", "gauge"),
          Map.entry("jvm_threads_current", "gauge"),
          Map.entry("jvm_gc_collection_seconds", "summary"),
          Map.entry("process_start_time_seconds", "gauge"));

  private static Api api;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
  }

  private static PrometheusText scrape() throws Exception {
    return PrometheusText.parse(api.get("metrics").expect(200).text());
  }

  @Test
  void a_viewer_scrapes_the_text_format_and_nobody_else_does() throws Exception {
    Answer answer = api.as("prometheus", "viewer").get("metrics").expect(200);

    assertThat(answer.header("Content-Type").toLowerCase(Locale.ROOT).split(" *; *"))
        .containsExactlyInAnyOrder("text/plain", "version=0.0.4", "charset=utf-8");
    HttpRequest anonymous =
        HttpRequest.newBuilder(ColmenarServer.uri().resolve("api/v1/metrics")).build();
    assertThat(HttpClient.newHttpClient().send(anonymous, BodyHandlers.discarding()).statusCode())
        .isEqualTo(401);
  }

  @Test
  void prometheus_itself_gets_what_it_asks_for() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(ColmenarServer.uri().resolve("api/v1/metrics"))
            .header("Authorization", "Bearer " + administrator())
            .header(
                "Accept",
                "application/openmetrics-text;version=1.0.0;q=0.5,"
                    + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2");

    PrometheusText.parse(Api.send(request).expect(200).text());
  }

  private static String administrator() throws Exception {
    return Files.readString(ColmenarServer.dataDirectory().resolve("administrator.token")).trim();
  }

  @Test
  void every_metric_of_the_manual_is_there() throws Exception {
    api.define("metrics-there", "{'kind':'java','bean':'echo'}");
    api.run("{'method':'metrics-there','args':[1]}");

    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(scrape().types()).containsAllEntriesOf(ALL));
  }

  @Test
  void tasks_are_counted_and_measured_by_backend_and_method() throws Exception {
    api.define("metrics-echo", "{'kind':'java','bean':'echo'}");

    for (int i = 0; i < 5; i++) {
      api.run("{'method':'metrics-echo','args':[%d]}".formatted(i));
    }

    PrometheusText text = scrape();
    String[] labels = {"backend", "local", "method", "metrics-echo"};
    assertThat(text.count("colmenar_tasks_submitted_total", labels)).isEqualTo(5);
    for (String histogram : new String[] {"waiting", "dispatch", "running", "whole"}) {
      String name = "colmenar_task_" + histogram + "_seconds";
      assertThat(text.count(name + "_count", labels)).as(name).isEqualTo(5);
      assertThat(text.count(name + "_sum", labels)).as(name).isBetween(0.0, 60.0);
    }
    assertThat(text.count("colmenar_result_delivery_seconds_count", labels)).isEqualTo(5);
    assertThat(finished(text, "metrics-echo", "SUCCEEDED", "")).isEqualTo(5);
    assertThat(text.count("colmenar_attempts_made_total", "backend", "local"))
        .isGreaterThanOrEqualTo(5);
  }

  private static double finished(
      PrometheusText text, String method, String state, String failureClass) {
    return text.count(
        "colmenar_tasks_finished_total",
        "backend",
        "local",
        "method",
        method,
        "state",
        state,
        "failure_class",
        failureClass);
  }

  @Test
  void a_failure_is_counted_with_its_class_and_its_retry() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api.definePython("metrics_fail", "def metrics_fail():\n    raise ValueError('no')", "{}");
    PrometheusText before = scrape();

    api.run("{'method':'metrics_fail','maxRetries':1}");

    PrometheusText after = scrape();
    String[] ended = {"backend", "local", "outcome", "FAILED", "failure_class", "APPLICATION"};
    String[] retries = {"backend", "local", "failure_class", "APPLICATION"};
    assertThat(after.count("colmenar_attempts_ended_total", ended))
        .isEqualTo(before.count("colmenar_attempts_ended_total", ended) + 2);
    assertThat(after.count("colmenar_retries_total", retries))
        .isEqualTo(before.count("colmenar_retries_total", retries) + 1);
    assertThat(finished(after, "metrics_fail", "FAILED", "APPLICATION")).isEqualTo(1);
    assertThat(
            after.count(
                "colmenar_task_whole_seconds_sum", "backend", "local", "method", "metrics_fail"))
        .as("with the delay before the retry")
        .isGreaterThan(0.2);
  }

  @Test
  void tasks_that_wait_or_run_are_seen_and_so_is_their_cancel() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api.definePython("metrics_nap", "import time\ndef metrics_nap():\n    time.sleep(60)", "{}");
    String[] ids = new String[12];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = api.submit("{'method':'metrics_nap'}");
    }
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              PrometheusText text = scrape();
              assertThat(text.count("colmenar_tasks", "backend", "local", "state", "RUNNING"))
                  .isEqualTo(8);
              assertThat(text.count("colmenar_tasks", "backend", "local", "state", "PENDING"))
                  .isEqualTo(4);
              assertThat(text.count("colmenar_backend_busy", "backend", "local")).isEqualTo(8);
              assertThat(text.count("colmenar_task_oldest_waiting_seconds", "backend", "local"))
                  .isPositive();
            });

    for (int i = ids.length - 1; i >= 0; i--) {
      assertThat(api.post("tasks/" + ids[i] + "/cancel", "").status()).isIn(200, 202);
    }
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(finished(scrape(), "metrics_nap", "CANCELED", "")).isEqualTo(12));
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(scrape().value("colmenar_tasks", "backend", "local", "state", "RUNNING"))
                    .contains(0.0));
  }

  @Test
  void results_are_followed_to_their_consumer() throws Exception {
    api.define("metrics-sent", "{'kind':'java','bean':'echo'}");
    String owner = api.get("me").expect(200).object().getString("user");
    for (int i = 0; i < 3; i++) {
      api.submit("{'method':'metrics-sent','args':[%d],'topic':'metrics-topic'}".formatted(i));
    }
    String[] inbox = {"owner", owner, "topic", "metrics-topic"};
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scrape().count("colmenar_results_waiting", inbox)).isEqualTo(3));
    PrometheusText before = scrape();

    JsonObject first = receive();
    post("release", first);
    JsonObject again = receive();
    post("acknowledge", again);

    PrometheusText after = scrape();
    assertThat(added(before, after, "colmenar_leases_total")).isEqualTo(2);
    assertThat(added(before, after, "colmenar_results_handed_out_total")).isEqualTo(6);
    assertThat(added(before, after, "colmenar_results_released_total")).isEqualTo(3);
    assertThat(added(before, after, "colmenar_results_redelivered_total")).isEqualTo(3);
    assertThat(added(before, after, "colmenar_results_acknowledged_total")).isEqualTo(3);
    assertThat(
            after.count(
                "colmenar_result_delivery_seconds_count",
                "backend",
                "local",
                "method",
                "metrics-sent"))
        .isEqualTo(3);
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scrape().value("colmenar_results_waiting", inbox)).isEmpty());
  }

  private static JsonObject receive() throws Exception {
    JsonObject delivery =
        api.post("topics/metrics-topic/receive?wait=20&lease=60", "").expect(200).object();
    assertThat(delivery.getJsonArray("results")).hasSize(3);
    return delivery;
  }

  private static void post(String what, JsonObject delivery) throws Exception {
    api.post(
            "topics/metrics-topic/" + what,
            "{\"lease\":\"%s\"}".formatted(delivery.getString("lease")))
        .expect(200);
  }

  private static double added(PrometheusText before, PrometheusText after, String name) {
    return after.count(name) - before.count(name);
  }

  @Test
  void the_server_itself_is_measured() throws Exception {
    PrometheusText text = scrape();

    assertThat(text.count("colmenar_database_up")).isEqualTo(1);
    assertThat(text.count("colmenar_nodes")).isGreaterThanOrEqualTo(1);
    assertThat(text.count("colmenar_backend_slots", "backend", "local")).isEqualTo(8);
    assertThat(text.count("colmenar_backend_condition", "backend", "local", "condition", "DOWN"))
        .isZero();
    assertThat(text.count("colmenar_database_answer_seconds")).isBetween(0.0, 5.0);
    assertThat(text.count("jvm_memory_used_bytes", "area", "heap")).isPositive();
    assertThat(text.count("jvm_threads_current")).isPositive();
    assertThat(text.count("process_start_time_seconds")).isPositive();
  }

  @Test
  void readiness_tells_database_engine_and_backends_apart() throws Exception {
    JsonObject ready = health("ready");

    assertThat(ready.getString("status")).isEqualTo("UP");
    assertThat(ready.getJsonArray("checks"))
        .extracting(check -> check.asJsonObject().getString("name"))
        .contains("database", "engine", "backends");
    JsonObject engine =
        ready.getJsonArray("checks").stream()
            .map(check -> check.asJsonObject())
            .filter(check -> check.getString("name").equals("engine"))
            .findFirst()
            .orElseThrow()
            .getJsonObject("data");
    assertThat(engine.getString("lane local")).isEqualTo("OK");
    assertThat(engine.getString("outcomes")).isEqualTo("OK");
    assertThat(engine.getInt("secondsSinceHeartbeat")).isLessThan(20);
  }

  @Test
  void the_server_says_that_it_lives() throws Exception {
    assertThat(health("live").getJsonArray("checks"))
        .anySatisfy(
            check -> {
              assertThat(check.asJsonObject().getString("name")).isEqualTo("engine");
              assertThat(check.asJsonObject().getString("status")).isEqualTo("UP");
            });
  }

  private static JsonObject health(String kind) throws Exception {
    URI uri = URI.create(ColmenarServer.health() + "/" + kind);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Api.parse(answer.body()).asJsonObject();
  }
}

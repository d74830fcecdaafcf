package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.api.Api.Answer;
import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of tasks after they were run; tests of other classes are counted too. */
@SharedServer
class HistoryIT {

  private static final Duration SOON = Duration.ofSeconds(40);

  private static Api api;
  private static Instant before;
  private static String nap;

  /** At once, because it takes ten seconds until anything is written down. */
  @BeforeAll
  static void run() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    api.define("history-echo", "{'kind':'java','bean':'echo'}");
    api.define("history-hours", "{'kind':'java','bean':'echo'}");
    api.definePython("history_nap", "import time\ndef history_nap():\n    time.sleep(60)", "{}");
    api.definePython("history_fail", "def history_fail():\n    raise ValueError('no')", "{}");
    before = Instant.now();
    nap = api.submit("{'method':'history_nap'}");
    for (int i = 0; i < 5; i++) {
      api.run("{'method':'history-echo','args':[%d]}".formatted(i));
    }
    api.run("{'method':'history-hours','args':[1]}");
    api.run("{'method':'history_fail','maxRetries':1}");
  }

  private static JsonObject history(String query) throws Exception {
    return api.get("history?" + query).expect(200).object();
  }

  private static JsonObject total(JsonObject history) {
    return only(history).getJsonObject("total");
  }

  private static JsonObject only(JsonObject history) {
    assertThat(history.getJsonArray("series")).hasSize(1);
    return history.getJsonArray("series").getJsonObject(0);
  }

  private static double sum(JsonArray values) {
    return values.stream()
        .filter(JsonNumber.class::isInstance)
        .mapToDouble(value -> ((JsonNumber) value).doubleValue())
        .sum();
  }

  @Test
  void tasks_are_counted_and_measured_in_the_bin_in_which_they_ran() throws Exception {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(total(history("method=history-echo")).getInt("succeeded")).isEqualTo(5));

    JsonObject history = history("groupBy=method&groupBy=backend&method=history-echo");
    JsonObject series = only(history);
    assertThat(history.getInt("stepSeconds")).isEqualTo(60);
    assertThat(history.getJsonArray("at")).hasSize(60);
    assertThat(series.getString("method")).isEqualTo("history-echo");
    assertThat(series.getString("backend")).isEqualTo("local");
    assertThat(series).doesNotContainKeys("node", "slots");
    for (String number : List.of("submitted", "succeeded")) {
      assertThat(series.getJsonArray(number)).as(number).hasSize(60);
      assertThat(sum(series.getJsonArray(number))).as(number).isEqualTo(5);
      assertThat(series.getJsonObject("total").getInt(number)).as(number).isEqualTo(5);
    }
    assertThat(series.getJsonArray("submitted").get(0)).isEqualTo(JsonValue.NULL);
    assertThat(sum(series.getJsonArray("failed"))).isZero();
    for (String times : List.of("waitingSeconds", "runningSeconds", "deliverySeconds")) {
      JsonObject quantiles = series.getJsonObject("total").getJsonObject(times);
      double median = quantiles.getJsonNumber("p50").doubleValue();
      double high = quantiles.getJsonNumber("p95").doubleValue();
      assertThat(median).as(times).isBetween(0.0, 60.0);
      assertThat(high).as(times).isBetween(median, 60.0);
      assertThat(series.getJsonObject(times).getJsonArray("p50")).as(times).hasSize(60);
    }
    int bin = history.getJsonArray("at").size() - 1;
    while (Instant.parse(history.getJsonArray("at").getString(bin)).isAfter(before)) {
      bin--;
    }
    assertThat(sum(series.getJsonArray("submitted")))
        .as("from the minute in which they were submitted on")
        .isEqualTo(
            series.getJsonArray("submitted").stream()
                .skip(bin)
                .filter(JsonNumber.class::isInstance)
                .mapToInt(value -> ((JsonNumber) value).intValue())
                .sum());
  }

  @Test
  void what_runs_is_seen_while_it_runs_and_so_are_the_slots() throws Exception {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        sum(
                            only(history("method=history_nap&groupBy=method"))
                                .getJsonArray("running")))
                    .isPositive());

    api.post("tasks/" + nap + "/cancel", "");
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(total(history("method=history_nap")).getInt("canceled")).isEqualTo(1));
    JsonObject local = only(history("backend=local&groupBy=backend"));
    double most =
        local.getJsonArray("slots").stream()
            .filter(JsonNumber.class::isInstance)
            .mapToDouble(value -> ((JsonNumber) value).doubleValue())
            .max()
            .orElseThrow();
    assertThat(most).isBetween(0.5, 9.0);
  }

  @Test
  void a_failure_and_its_retry_are_counted() throws Exception {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              JsonObject total = total(history("method=history_fail"));
              assertThat(total.getInt("failed")).isEqualTo(1);
              assertThat(total.getInt("retried")).isEqualTo(1);
            });
  }

  @Test
  void hours_tell_the_same_and_nodes_have_names() throws Exception {
    String query =
        "since=%s&groupBy=node&method=history-hours"
            .formatted(Instant.now().minus(Duration.ofDays(9)));

    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(total(history(query)).getInt("succeeded")).isEqualTo(1));
    JsonObject history = history(query);
    assertThat(history.getInt("stepSeconds")).isEqualTo(14_400);
    assertThat(only(history).getString("node")).isNotEmpty();
  }

  @Test
  void a_viewer_may_see_it() throws Exception {
    api.as("history-viewer", "viewer").get("history").expect(200);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "bins=0, bins",
    "bins=1001, bins",
    "bins=many, bins",
    "groupBy=owner, groupBy",
    "since=yesterday, since",
    "until=1, until",
    "since=2025-03-02T00:00:00Z&until=2025-03-01T00:00:00Z, since",
    "since=2025-01-01T00:00:00Z&until=2025-03-01T00:00:00Z&bins=2, bins"
  })
  void what_does_not_fit_is_named(String query, String field) throws Exception {
    Answer answer = api.get("history?" + query).expect(422);

    assertThat(answer.object().getJsonArray("errors").getJsonObject(0).getString("field"))
        .isEqualTo(field);
  }
}

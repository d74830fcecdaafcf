package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import colmenar.backend.globus.ComputeApi.Submitted;
import colmenar.backend.globus.ScriptedEndpoint.Answer;
import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How results come from the stand-in, with an endpoint that is scripted. */
class CloudStandInResultsTest {

  private static final int LIMIT_SECONDS = 10;

  @TempDir private static Path directory;
  private static Broker broker;

  private final UUID endpoint = UUID.randomUUID();
  private final CountDownLatch go = new CountDownLatch(1);
  private CloudStandIn cloud;
  private ScriptedEndpoint scripted;
  private StandInClient client;
  private UUID function;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(directory);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
  }

  @BeforeEach
  void start() throws Exception {
    cloud = new CloudStandIn(broker, StandInClient.ID, StandInClient.SECRET);
    cloud.addEndpoint(endpoint);
    scripted = new ScriptedEndpoint(endpoint, broker, this::answer);
    client = new StandInClient(cloud.uri());
    function = client.register();
  }

  @AfterEach
  void stop() throws Exception {
    go.countDown();
    client.close();
    scripted.close();
    cloud.close();
  }

  private Answer answer(JsonObject request) {
    String attempt = request.getString("attempt");
    return switch (attempt) {
      case "fails" -> Answer.failure("Traceback: WorkerLost");
      case "other" -> Answer.data("00\ngASVCQ==\n");
      case "never" -> Answer.nothing();
      case "late" -> Answer.value("1").after(Duration.ofMillis(300));
      case "held" -> {
        go();
        yield Answer.value("2");
      }
      default -> Answer.value("[\"%s\"]".formatted(attempt));
    };
  }

  private void go() {
    try {
      if (!go.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody let it go on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Submitted submit(String... attempts) {
    return client.submit(endpoint, function, attempts);
  }

  private UUID task(Submitted submitted, int number) {
    return submitted.tasks().get(function).get(number);
  }

  private static byte[] next(BlockingQueue<byte[]> results) throws Exception {
    byte[] body = results.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(body).as("a message").isNotNull();
    return body;
  }

  private static List<TaskResult> take(BlockingQueue<byte[]> results, int count) throws Exception {
    List<TaskResult> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(TaskResult.ofMessage(next(results)));
    }
    return taken;
  }

  private static JsonObject outcome(TaskResult result) {
    return JsonText.parse(Wire.json(result.value()).orElseThrow()).asJsonArray().getJsonObject(0);
  }

  private TaskResult polled(UUID task) {
    return await()
        .until(
            () -> TaskResult.ofStatus(task, client.service().statuses(List.of(task)).get(task)),
            Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void a_result_comes_from_the_queue_and_is_told_when_asked() throws Exception {
    Submitted submitted = submit("a");
    UUID task = task(submitted, 0);

    TaskResult result = TaskResult.ofMessage(next(client.results(submitted.group())));

    assertThat(result.task()).isEqualTo(task);
    assertThat(outcome(result).getString("attempt")).isEqualTo("a");
    assertThat(outcome(result).getJsonArray("value").getString(0)).isEqualTo("a");
    assertThat(outcome(result).getJsonObject("times").getJsonNumber("ended").doubleValue())
        .isPositive();
    assertThat(polled(task)).isEqualTo(result);
    JsonObject told = StandInClient.json(client.ask("GET", "/v2/tasks/" + task, "").body());
    assertThat(told.getString("status")).isEqualTo("success");
    assertThat(told.getString("completion_t")).matches("\\d+\\.\\d{6}");
    assertThat(told.getJsonObject("details").getString("python_version")).isNotEmpty();
    assertThat(scripted.runs("a")).isEqualTo(1);
  }

  @Test
  void what_was_submitted_is_waiting_until_it_is_over() {
    UUID task = task(submit("held"), 0);

    assertThat(client.service().statuses(List.of(task)).get(task).getString("status"))
        .isEqualTo("waiting-for-ep");
    go.countDown();
    assertThat(outcome(polled(task)).getInt("value")).isEqualTo(2);
  }

  @Test
  void results_are_of_all_kinds() throws Exception {
    Submitted submitted = submit("fails", "other", "late", "never");

    assertThat(polled(task(submitted, 0)))
        .isEqualTo(new TaskResult(task(submitted, 0), null, "Traceback: WorkerLost"));
    assertThat(polled(task(submitted, 1)).value()).isEqualTo("00\ngASVCQ==\n");
    assertThat(outcome(polled(task(submitted, 2))).getInt("value")).isEqualTo(1);
    assertThat(
            client.service().statuses(submitted.tasks().get(function)).values().stream()
                .filter(status -> status.getString("status").equals("waiting-for-ep")))
        .hasSize(1);
    assertThat(take(client.results(submitted.group()), 3)).contains(polled(task(submitted, 0)));
  }

  @Test
  void a_function_that_is_called_in_another_way_returns_null() {
    JsonObject submit =
        StandInClient.json("{'tasks':{'%s':['6\\n11\\n[1]5\\n11\\n{}']}}".formatted(function));

    Submitted submitted = client.service().submit(endpoint, submit);

    assertThat(polled(task(submitted, 0)).value()).isEqualTo("11\nnull");
    assertThat(scripted.runs()).isEmpty();
  }

  @Test
  void lengths_are_read_in_code_points() {
    String packed = Wire.function("é🚀", "🚀") + Wire.payload("[\"🚀\"]", "{}");

    assertThat(ScriptedEndpoint.buffers(packed))
        .containsExactly("st\né🚀:🚀", "11\n[\"🚀\"]", "11\n{}");
  }

  @Test
  void results_may_come_twice() throws Exception {
    cloud.duplicateResults(true);
    Submitted submitted = submit("a");

    List<TaskResult> results = take(client.results(submitted.group()), 2);

    assertThat(results.get(0)).isEqualTo(results.get(1));
  }

  @Test
  void results_may_come_in_another_order() throws Exception {
    cloud.shuffleResults(true);
    Submitted submitted = submit("a", "b", "c", "d");

    List<String> ends = new ArrayList<>();
    for (TaskResult each : take(client.results(submitted.group()), 4)) {
      ends.add(
          StandInClient.json(client.ask("GET", "/v2/tasks/" + each.task(), "").body())
              .getString("completion_t"));
    }

    assertThat(ends).isNotEqualTo(ends.stream().sorted().toList());
    assertThat(take(client.results(submit("alone").group()), 1)).hasSize(1);
  }

  @Test
  void messages_that_are_none_may_come_before_each() throws Exception {
    cloud.malformedBeforeEach(true);
    Submitted submitted = submit("a", "b", "c");
    BlockingQueue<byte[]> results = client.results(submitted.group());

    for (String said : List.of("not JSON", "of type ep_status_report", "without task_id")) {
      byte[] malformed = next(results);
      assertThatThrownBy(() -> TaskResult.ofMessage(malformed)).hasMessageContaining(said);
      assertThat(take(results, 1)).hasSize(1);
    }
  }

  @Test
  void results_may_lack_what_is_not_needed() throws Exception {
    cloud.withoutDetails(true);
    Submitted submitted = submit("a");

    String body = new String(next(client.results(submitted.group())), UTF_8);

    assertThat(body).doesNotContain("details\":{").doesNotContain("task_statuses");
    assertThat(client.ask("GET", "/v2/tasks/" + task(submitted, 0), "").body())
        .contains("success")
        .doesNotContain("details");
  }

  @Test
  void a_stream_that_is_cut_loses_nothing() throws Exception {
    Submitted submitted = submit("held", "a");
    BlockingQueue<byte[]> results = client.results(submitted.group(), false);
    next(results);

    cloud.dropStreams();
    await().until(() -> !client.connected());
    go.countDown();
    polled(task(submitted, 0));

    assertThat(results).isEmpty();
    assertThat(take(client.results(submitted.group()), 2))
        .extracting(each -> outcome(each).getString("attempt"))
        .containsExactlyInAnyOrder("held", "a");
  }

  @Test
  void without_streams_results_are_told_when_asked_only() throws Exception {
    Submitted submitted = submit("a");
    String url = client.service().resultQueues().url();
    client.connect(url);
    cloud.withoutStreams(true);

    await().until(() -> !client.connected());
    assertThatThrownBy(() -> client.service().resultQueues()).hasMessageContaining("503");
    assertThatThrownBy(() -> client.connect(url)).isInstanceOf(IOException.class);
    assertThat(outcome(polled(task(submitted, 0))).getString("attempt")).isEqualTo("a");

    cloud.withoutStreams(false);
    assertThat(take(client.results(submitted.group()), 1)).hasSize(1);
  }

  @Test
  void a_task_that_is_forgotten_is_told_as_unknown() throws Exception {
    Submitted submitted = submit("a", "b");
    polled(task(submitted, 0));
    cloud.forget(task(submitted, 0));

    assertThat(polled(task(submitted, 0)))
        .isEqualTo(new TaskResult(task(submitted, 0), null, "Unknown task id"));
    assertThat(polled(task(submitted, 1)).value()).isNotNull();
    assertThat(client.ask("GET", "/v2/tasks/" + task(submitted, 0), "").statusCode())
        .isEqualTo(404);
  }

  @Test
  void only_groups_with_a_queue_get_results_there() throws Exception {
    JsonObject submit = StandInClient.submitOf(function, null, "a");
    Submitted submitted =
        client
            .service()
            .submit(
                endpoint,
                JsonText.JSON.createObjectBuilder(submit).add("create_queue", false).build());
    polled(task(submitted, 0));

    assertThatThrownBy(() -> client.results(submitted.group())).isInstanceOf(IOException.class);
  }

  @Test
  void one_submit_may_be_of_some_functions() {
    UUID other = client.register();
    JsonObject tasks =
        JsonText.JSON
            .createObjectBuilder(
                StandInClient.submitOf(function, null, "a", "b").getJsonObject("tasks"))
            .addAll(
                JsonText.JSON.createObjectBuilder(
                    StandInClient.submitOf(other, null, "c").getJsonObject("tasks")))
            .build();
    Submitted submitted =
        client
            .service()
            .submit(endpoint, JsonText.JSON.createObjectBuilder().add("tasks", tasks).build());

    assertThat(
            Stream.concat(
                    submitted.tasks().get(function).stream(), submitted.tasks().get(other).stream())
                .map(task -> outcome(polled(task)).getString("attempt")))
        .containsExactly("a", "b", "c");
  }
}

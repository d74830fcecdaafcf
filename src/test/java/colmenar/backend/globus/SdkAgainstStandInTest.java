package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.Services;
import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-in is as the service in what the service's own SDK and endpoint make of it. */
class SdkAgainstStandInTest {

  private static final int LIMIT_SECONDS = 180;
  private static final UUID ENDPOINT = UUID.fromString("00000000-0000-4000-8000-000000000007");

  @TempDir private static Path directory;
  private static Broker broker;
  private static RealEndpoint endpoint;
  private static CloudStandIn cloud;
  private static JsonObject told;

  @BeforeAll
  static void askWithTheSdk() throws Exception {
    Optional<Path> program = RealEndpoint.program();
    Services.require("globus-compute-endpoint, on the path", program.isPresent());
    broker = new Broker(Files.createDirectory(directory.resolve("broker")));
    endpoint = new RealEndpoint(ENDPOINT, broker, program.orElseThrow(), directory);
    cloud = new CloudStandIn(broker, StandInClient.ID, StandInClient.SECRET);
    cloud.addEndpoint(ENDPOINT);
    // The SDK is to come through all of this.
    cloud.refuseNext("/v3/functions", 401, "{\"reason\":\"the token has ended\"}", Map.of());
    cloud.refuseNext("/submit", 429, "{\"detail\":\"slowly\"}", Map.of("Retry-After", "1"));
    cloud.loseNextRequest("/get_amqp_result_connection_url");
    cloud.duplicateResults(true);
    cloud.shuffleResults(true);
    told = told(program.orElseThrow().resolveSibling("python"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (cloud != null) {
      cloud.close();
    }
    if (endpoint != null) {
      endpoint.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  private static JsonObject told(Path python) throws Exception {
    URI script = SdkAgainstStandInTest.class.getResource("/globus/sdk.py").toURI();
    Path output = directory.resolve("told");
    Path errors = directory.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(
                python.toString(),
                Path.of(script).toString(),
                cloud.uri().toString(),
                ENDPOINT.toString())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME",
                Files.createDirectory(directory.resolve("home")).toString(),
                "PYTHONDONTWRITEBYTECODE",
                "1",
                "PYTHONIOENCODING",
                "utf-8",
                "GLOBUS_COMPUTE_CLIENT_ID",
                StandInClient.ID,
                "GLOBUS_COMPUTE_CLIENT_SECRET",
                StandInClient.SECRET,
                "GLOBUS_SDK_SERVICE_URL_AUTH",
                cloud.uri() + "/"));
    Process process = builder.start();
    try {
      boolean over = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      assertThat(over).as(Files.readString(errors)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    } finally {
      process.destroyForcibly();
    }
    return JsonText.parse(Files.readString(output)).asJsonObject();
  }

  private static JsonValue json(String text) {
    return JsonText.parse(text.replace('\'', '"'));
  }

  private static List<Integer> doubles() {
    return IntStream.range(0, 20).mapToObj(x -> 2 * x).toList();
  }

  @Test
  void an_executor_has_the_results_of_its_functions() {
    assertThat(told.get("doubles")).hasToString(doubles().toString().replace(" ", ""));
    assertThat(told.get("roots")).isEqualTo(json("[[4.0,'é🚀'],[3.0,'-']]"));
    assertThat(told.getJsonObject("failure").getString("remote"))
        .startsWith("Traceback")
        .contains("ValueError: no é");
    assertThat(told.getString("function")).contains("st\nroot:");
  }

  @Test
  void a_task_is_told_to_whoever_asks() {
    assertThat(told.getJsonObject("task").getString("status")).isEqualTo("success");
    assertThat(told.getJsonObject("task").getInt("result")).isEqualTo(6);
    assertThat(
            told.getJsonObject("task").getJsonObject("details").getJsonObject("task_transitions"))
        .containsKeys("execution-start", "execution-end");
    assertThat(told.getString("failed")).contains("ValueError: no é");
    assertThat(told.get("batch")).hasToString(doubles().toString().replace(" ", ""));
  }

  @Test
  void an_executor_takes_up_a_group_whether_or_not_its_tasks_are_over() {
    assertThat(told.getJsonArray("reloaded")).hasSize(23).contains(json("38"), json("[3.0,'-']"));
    assertThat(told.getJsonObject("early").get("pending")).hasToString("[true,true,true]");
    assertThat(told.getJsonObject("early").get("results")).hasToString("[0,1,2]");
  }

  @Test
  void endpoints_are_told() {
    assertThat(told.get("endpoint"))
        .isEqualTo(
            json(
                "{'listed':['%s'],'version':'4.15.0','status':'online','restricted':false}"
                    .formatted(ENDPOINT)));
  }

  @Test
  void a_refusal_is_understood() {
    assertThat(told.getJsonObject("unknown").getInt("status")).isEqualTo(404);
    assertThat(told.getJsonObject("unknown").getString("code")).isEqualTo("ENDPOINT_NOT_FOUND");
    assertThat(told.getJsonObject("unknown").getString("message"))
        .contains("could not be resolved");
  }

  @Test
  void it_has_come_through_what_went_wrong() {
    assertThat(cloud.requests("POST /v2/oauth2/token")).isEqualTo(2);
    assertThat(cloud.submitted()).isEqualTo(23 + 3);
    assertThat(cloud.tasks()).hasSize(26);
  }
}

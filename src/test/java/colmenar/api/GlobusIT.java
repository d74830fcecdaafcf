package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.globus.Broker;
import colmenar.backend.globus.CloudStandIn;
import colmenar.backend.globus.RealEndpoint;
import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real endpoint behind the stand-in of the service, and a server that dies meanwhile. */
@OwnServer
class GlobusIT {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int CAMPAIGN = 1000;

  /** So many in a row end the patience with the service. */
  private static final int FAILURES = 10;

  private static final UUID ENDPOINT = new UUID(0, 7);
  private static final String ACCOUNT = "8d3e2d3c-0000-4000-8000-000000000001";
  private static final String SECRET = "a-secret-that-is-nowhere-else";
  private static final String THERE = "{'backends':['cloud']}";

  @TempDir private Path directory;

  @Test
  void methods_run_on_an_endpoint_and_survive_a_server_that_dies() throws Exception {
    Path program = RealEndpoint.required();
    try (Broker broker = new Broker(Files.createDirectory(directory.resolve("broker")));
        CloudStandIn cloud = new CloudStandIn(broker, ACCOUNT, SECRET);
        RealEndpoint endpoint = new RealEndpoint(ENDPOINT, broker, program, directory);
        ServerProcess server = new ServerProcess("globus")) {
      cloud.addEndpoint(endpoint.id());
      configure(server, cloud);
      server.start();
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      aFunctionWithLettersOfAllKinds(api);
      whatGoesWrongInTheCode(api);
      aCommand(api);
      aGenerator(api);
      whatIsTooLargeIsRefused(api);
      whatTheServiceHasIsAbandoned(api);
      whatIsKnownOfTheEndpoint(api);
      aServiceThatIsIllIsLeftAlone(cloud, api);
      campaign(server, cloud, api);
      assertThat(Files.readString(server.log()).contains(SECRET)).as("secret in the log").isFalse();
    }
  }

  private static void configure(ServerProcess server, CloudStandIn cloud) {
    server
        .with("GLOBUS_COMPUTE_CLIENT_ID", ACCOUNT)
        .with("GLOBUS_COMPUTE_CLIENT_SECRET", SECRET)
        .with("COLMENAR_GLOBUS_COMPUTE_URL", cloud.uri().toString())
        .with("COLMENAR_GLOBUS_AUTH_URL", cloud.uri().toString())
        .with("COLMENAR_REQUEST_MAX_BYTES", "20000000")
        .with("COLMENAR_INPUT_MAX_BYTES", "20000000")
        .with("COLMENAR_GLOBUS_ENDPOINTS", "cloud")
        .with("COLMENAR_GLOBUS_CLOUD_ID", ENDPOINT.toString());
  }

  private static void aFunctionWithLettersOfAllKinds(Api api) throws Exception {
    api.definePython(
        "greet",
        """
        from math import sqrt
        SIGN = 'é🚀'
        def helper(text):
            return text + SIGN
        def greet(text):
            return [helper(text), sqrt(4)]
        """,
        THERE);

    JsonObject result = api.run("{'method':'greet','args':['→ü🚀']}");

    assertThat(result.getBoolean("success")).as(result.toString()).isTrue();
    assertThat(result.getJsonArray("value")).hasToString("[\"→ü🚀é🚀\",2.0]");
    assertThat(result.getJsonObject("timeSpans").keySet()).contains("running");
  }

  private static void whatGoesWrongInTheCode(Api api) throws Exception {
    assertFails(api, "def raises(): return {}['x']", "KeyError");
    assertFails(api, "import sys\ndef leaves(): sys.exit(3)", "SystemExit");
    assertFails(api, "def strange(): return {1, 2}", "ResultNotJson");
    assertFails(api, "def large(): return 'x' * 11_000_000", "ResultTooLarge");
  }

  private static void assertFails(Api api, String source, String type) throws Exception {
    String name = source.replaceFirst("(?s).*def (\\w+).*", "$1");
    api.definePython(name, source, THERE);

    JsonObject failure = api.run("{'method':'%s'}".formatted(name)).getJsonObject("failure");

    assertThat(failure.getString("type")).isEqualTo(type);
    assertThat(failure.getString("failureClass")).isEqualTo("APPLICATION");
  }

  private static void aCommand(Api api) throws Exception {
    api.define(
        "shout",
        "{'kind':'command','backends':['cloud'],'parameters':['name'],"
            + "'argv':['sh','-c','echo $0 | tr a-z A-Z','{name}']}");

    assertThat(api.run("{'method':'shout','args':['bee']}").getString("value")).isEqualTo("BEE\n");
  }

  private static void aGenerator(Api api) throws Exception {
    api.definePython(
        "count", "def count(n):\n    for i in range(n):\n        yield i * i\n    return n", THERE);

    String id = api.submit("{'method':'count','args':[4]}");

    assertThat(api.result(id).getInt("value")).isEqualTo(4);
    assertThat(
            api.get("tasks/" + id + "/items")
                .expect(200)
                .object()
                .getJsonArray("items")
                .getValuesAs(JsonObject.class))
        .extracting(item -> item.getInt("value"))
        .containsExactly(0, 1, 4, 9);
    JsonObject backend = api.get("backends/cloud").expect(200).object();
    assertThat(backend.getBoolean("streamsLive")).isFalse();
  }

  private static void whatIsTooLargeIsRefused(Api api) throws Exception {
    JsonObject failure =
        api.run("{'method':'greet','args':['%s']}".formatted("x".repeat(10_000_000)))
            .getJsonObject("failure");

    assertThat(failure.getString("failureClass")).isEqualTo("REJECTED");
    assertThat(failure.getString("message")).contains("takes at most 10000000");
  }

  private static void whatTheServiceHasIsAbandoned(Api api) throws Exception {
    api.definePython("sleep", "import time\ndef sleep(s): time.sleep(s)", THERE);
    String id = api.submit("{'method':'sleep','args':[5]}");
    Awaitility.await("the submit").atMost(LONG).until(() -> api.state(id).equals("QUEUED"));

    api.post("tasks/" + id + "/cancel", "").expect(202);

    Awaitility.await("the cancel").atMost(LONG).until(() -> api.state(id).equals("CANCELED"));
    assertThat(api.attempts(id).getJsonObject(0).getString("note")).contains("may still run there");
  }

  private static void whatIsKnownOfTheEndpoint(Api api) throws Exception {
    JsonObject backend = api.get("backends/cloud").expect(200).object();

    assertThat(backend.getString("condition")).isEqualTo("UP");
    assertThat(backend.getJsonObject("facts").getString("endpoint")).isEqualTo(ENDPOINT.toString());
    assertThat(backend.getJsonObject("facts").getString("results")).isEqualTo("streamed");
  }

  private static void aServiceThatIsIllIsLeftAlone(CloudStandIn cloud, Api api) throws Exception {
    for (int i = 0; i < FAILURES; i++) {
      cloud.refuseNext("/v3/functions", 500, "{}", Map.of());
    }
    api.definePython("late", "def late(): return 'better'", THERE);
    String id = api.submit("{'method':'late'}");

    Awaitility.await("the circuit breaker")
        .atMost(LONG)
        .until(
            () ->
                api.get("backends/cloud")
                    .expect(200)
                    .object()
                    .getString("detail")
                    .contains("it is left alone for a while"));

    Awaitility.await("its recovery").atMost(LONG).until(() -> api.state(id).equals("SUCCEEDED"));
  }

  private void campaign(ServerProcess server, CloudStandIn cloud, Api api) throws Exception {
    api.definePython(
        "mark",
        """
        import os, time
        def mark(directory, name):
            with open(os.path.join(directory, name), 'a') as file:
                file.write('x')
            time.sleep(0.02)
            return name
        """,
        THERE);
    Path marks = Files.createDirectory(directory.resolve("marks"));
    List<String> ids = submit(api, marks);

    for (int part = 1; part <= 3; part++) {
      int some = CAMPAIGN * part / 8;
      Awaitility.await("a part of it").atMost(LONG).until(() -> over(api) > some);
      cloud.dropStreams();
    }
    Awaitility.await("half of it").atMost(LONG).until(() -> over(api) > CAMPAIGN / 2);
    server.killServerOnly();
    server.start();

    Awaitility.await("the end of it").atMost(LONG).until(() -> over(api) == CAMPAIGN);
    for (int i = 0; i < CAMPAIGN; i++) {
      assertThat(Files.readString(marks.resolve("m" + i))).as("m" + i).isEqualTo("x");
      assertThat(api.state(ids.get(i))).isEqualTo("SUCCEEDED");
    }
  }

  private static List<String> submit(Api api, Path marks) throws Exception {
    JsonArrayBuilder batch = Json.createArrayBuilder();
    for (int i = 0; i < CAMPAIGN; i++) {
      batch.add(
          Json.createObjectBuilder()
              .add("method", "mark")
              .add("campaign", "marks")
              .add("args", Json.createArrayBuilder().add(marks.toString()).add("m" + i)));
    }
    return api
        .post("tasks", batch.build().toString())
        .expect(200)
        .object()
        .getJsonArray("items")
        .getValuesAs(JsonObject.class)
        .stream()
        .map(item -> item.getString("id"))
        .toList();
  }

  private static int over(Api api) throws Exception {
    JsonObject campaign = api.get("campaigns/marks").expect(200).object();
    return campaign.getInt("total") - campaign.getInt("unfinished");
  }
}

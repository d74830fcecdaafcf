package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import colmenar.backend.globus.ComputeApi.Submitted;
import colmenar.backend.globus.ScriptedEndpoint.Answer;
import colmenar.backend.globus.ServiceException.Kind;
import com.rabbitmq.client.Connection;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the stand-in says to requests. */
class CloudStandInTest {

  private static final UUID UNKNOWN = new UUID(0, 404);

  @TempDir private static Path directory;
  private static Broker broker;

  private final UUID endpoint = UUID.randomUUID();
  private CloudStandIn cloud;
  private StandInClient client;

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
    client = new StandInClient(cloud.uri());
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cloud.close();
  }

  private static ServiceException refused(ThrowingCallable call) {
    return catchThrowableOfType(ServiceException.class, call);
  }

  private HttpResponse<String> token(String secret, String form) throws Exception {
    String account = StandInClient.ID + ":" + secret;
    String basic = Base64.getEncoder().encodeToString(account.getBytes(UTF_8));
    return client.ask("POST", "/v2/oauth2/token", "Basic " + basic, form);
  }

  @Test
  void only_the_account_gets_a_token() throws Exception {
    HttpResponse<String> refused =
        token("wrong", "grant_type=client_credentials&scope=" + CloudTokens.SCOPE);

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).isEqualTo("{\"error\":\"invalid_client\"}");
    assertThat(token(StandInClient.SECRET, "scope=openid").body())
        .contains("unsupported_grant_type");
    assertThat(token(StandInClient.SECRET, "grant_type=client_credentials&scope=x").body())
        .contains("invalid_scope");
  }

  @Test
  void tokens_are_of_the_asked_scopes_only() throws Exception {
    String scopes = "grant_type=client_credentials&scope=openid+" + CloudTokens.SCOPE;
    JsonObject token = StandInClient.json(token(StandInClient.SECRET, scopes).body());
    JsonObject other = token.getJsonArray("other_tokens").getJsonObject(0);

    assertThat(token.getString("resource_server")).isEqualTo("auth.globus.org");
    assertThat(token.getInt("expires_in")).isEqualTo(172_800);
    assertThat(other.getString("resource_server")).isEqualTo("funcx_service");
    assertThat(endpointsWith("Bearer " + token.getString("access_token"))).isEqualTo(401);
    assertThat(endpointsWith("Bearer " + other.getString("access_token"))).isEqualTo(200);
    cloud.revokeTokens();
    assertThat(endpointsWith("Bearer " + other.getString("access_token"))).isEqualTo(401);
  }

  private int endpointsWith(String authorization) throws Exception {
    return client.ask("GET", "/v2/endpoints", authorization, "").statusCode();
  }

  @Test
  void the_version_is_told_to_anyone() throws Exception {
    assertThat(client.ask("GET", "/v2/version", "none", "").body()).isEqualTo("\"1.55.1\"");
    assertThat(client.ask("GET", "/v2/version?service=all", "none", "").body())
        .contains("min_ep_version", "min_sdk_version");
  }

  @Test
  void a_function_is_told_as_it_was_registered() throws Exception {
    UUID function = client.register();

    assertThat(client.register()).isNotEqualTo(function);
    JsonObject told = StandInClient.json(client.ask("GET", "/v2/functions/" + function, "").body());
    assertThat(told.getString("function_code")).isEqualTo("9\nst\nf:code");
    assertThat(client.ask("DELETE", "/v2/functions/" + function, "").statusCode()).isEqualTo(200);
    assertThat(client.ask("GET", "/v2/functions/" + function, "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'function_code':'c','meta':{}}",
        "{'function_name':'f','meta':{}}",
        "{'function_name':'f','function_code':'c'}",
        "{'function_name':'f','function_code':'c','meta':{'python_version':'3'}}",
        "[]",
        "{",
      })
  void a_function_that_lacks_something_is_refused(String function) throws Exception {
    HttpResponse<String> refused = client.ask("POST", "/v3/functions", function);

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("\"loc\":[\"body\"");
  }

  @Test
  void groups_keep_their_tasks_in_order() {
    UUID function = client.register();
    Submitted first = client.submit(endpoint, function, "a", "b");
    Submitted second = client.submit(endpoint, function, first.group(), "c");

    assertThat(second.group()).isEqualTo(first.group());
    assertThat(client.submit(endpoint, function, "d").group()).isNotEqualTo(first.group());
    assertThat(client.service().tasksOf(first.group()).orElseThrow())
        .containsExactly(
            first.tasks().get(function).get(0),
            first.tasks().get(function).get(1),
            second.tasks().get(function).get(0));
    assertThat(cloud.submits()).isEqualTo(3);
    assertThat(cloud.submitted()).isEqualTo(4);
    assertThat(cloud.tasks()).hasSize(4).contains(first.tasks().get(function).get(0));
    assertThat(cloud.submitBodies()).hasSize(3);
    assertThat(cloud.submitBodies().get(1).getString("task_group_id"))
        .isEqualTo(first.group().toString());
    assertThat(cloud.requests("/submit")).isEqualTo(3);
    assertThat(cloud.requests()).isEqualTo(6);
  }

  @Test
  void what_is_not_known_is_not_found() throws Exception {
    UUID function = client.register();

    assertCode(404, "ENDPOINT_NOT_FOUND", submit(UNKNOWN, function, null));
    assertCode(404, "FUNCTION_NOT_FOUND", submit(endpoint, UNKNOWN, null));
    assertCode(404, "TASK_GROUP_NOT_FOUND", submit(endpoint, function, UNKNOWN));
    assertCode(404, "TASK_NOT_FOUND", client.ask("GET", "/v2/tasks/" + UNKNOWN, ""));
    assertCode(404, "ENDPOINT_NOT_FOUND", client.ask("GET", "/v2/endpoints/" + UNKNOWN, ""));
    assertThat(client.service().tasksOf(UNKNOWN)).isEmpty();
    assertThat(client.service().statuses(List.of(UNKNOWN)).get(UNKNOWN).getString("reason"))
        .isEqualTo("Unknown task id");
    assertThat(cloud.submits()).isZero();
  }

  private HttpResponse<String> submit(UUID to, UUID function, UUID group) throws Exception {
    String body = StandInClient.submitOf(function, group, "a").toString();
    return client.ask("POST", "/v3/endpoints/%s/submit".formatted(to), body);
  }

  private static void assertCode(int status, String code, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(StandInClient.json(answer.body()).getString("code")).isEqualTo(code);
  }

  @Test
  void ten_megabytes_of_payloads_are_taken_and_no_more() throws Exception {
    UUID function = client.register();
    String path = "/v3/endpoints/%s/submit".formatted(endpoint);
    String body = "{'tasks':{'%s':['%s','%s']}}";
    String half = "x".repeat(5 << 20);

    assertThat(client.ask("POST", path, body.formatted(function, half, half)).statusCode())
        .isEqualTo(200);
    assertCode(
        413,
        "TASK_PAYLOAD_TOO_LARGE",
        client.ask("POST", path, body.formatted(function, half, half + "x")));
    assertThat(cloud.submitted()).isEqualTo(2);
  }

  @Test
  void endpoints_are_told_with_their_state() throws Exception {
    assertThat(client.service().status(endpoint).getString("status")).isEqualTo("online");
    cloud.online(endpoint, false);
    assertThat(client.service().status(endpoint).getString("status")).isEqualTo("offline");
    assertThat(client.service().endpoint(endpoint).getString("uuid"))
        .isEqualTo(endpoint.toString());
    assertThat(client.ask("GET", "/v2/endpoints?role=any", "").body())
        .contains(endpoint.toString());
    assertThat(
            client.ask("GET", "/v3/endpoints/%s/allowed_functions".formatted(endpoint), "").body())
        .contains("\"restricted\":false");
  }

  @Test
  void a_request_is_refused_once() {
    UUID function = client.register();
    cloud.refuseNext("/submit", 429, "{\"detail\":\"slowly\"}", Map.of("Retry-After", "0"));

    ServiceException refused = refused(() -> client.submit(endpoint, function, "a"));

    assertThat(refused.kind()).isEqualTo(Kind.BUSY);
    assertThat(refused).hasMessageEndingWith("429: slowly");
    assertThat(cloud.submits()).isZero();
    client.submit(endpoint, function, "a");
    assertThat(cloud.submits()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "false, 0"})
  void a_submit_is_lost_before_or_after_it_is_done(boolean done, int submits) {
    UUID function = client.register();
    if (done) {
      cloud.loseNextAnswer("/submit");
    } else {
      cloud.loseNextRequest("/submit");
    }

    assertThat(refused(() -> client.submit(endpoint, function, "a")).kind())
        .isEqualTo(Kind.UNKNOWN);

    assertThat(cloud.submits()).isEqualTo(submits);
    assertThat(cloud.submitted()).isEqualTo(submits);
    client.submit(endpoint, function, "a");
    assertThat(cloud.submits()).isEqualTo(submits + 1);
  }

  @Test
  void an_answer_may_be_late() {
    UUID function = client.register();
    Duration delay = Duration.ofMillis(300);
    cloud.delayNext("/submit", delay);
    long start = System.nanoTime();

    client.submit(endpoint, function, "a");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(delay);
  }

  @Test
  void only_the_newest_password_is_taken_and_open_connections_stay() throws Exception {
    String first = client.service().resultQueues().url();
    Connection open = client.connect(first);
    String second = client.service().resultQueues().url();

    assertThatThrownBy(() -> client.connect(first)).isInstanceOf(IOException.class);
    assertThat(client.connect(second).isOpen()).isTrue();
    assertThat(open.isOpen()).isTrue();
  }

  @Test
  void a_scripted_endpoint_runs_what_it_is_sent() throws Exception {
    try (ScriptedEndpoint scripted =
        new ScriptedEndpoint(endpoint, broker, request -> Answer.value("1"))) {
      client.submit(endpoint, client.register(), "a", "b", "a");

      await().untilAsserted(() -> assertThat(scripted.runs()).isEqualTo(Map.of("a", 2, "b", 1)));
      assertThat(scripted.runs("b")).isEqualTo(1);
      assertThat(scripted.runs("c")).isZero();
    }
  }
}

package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import colmenar.backend.globus.ServiceException.Kind;
import colmenar.json.JsonText;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said to the service over HTTP, and what its answers mean. */
class ComputeApiTest {

  private static final String TOKEN = "{'access_token':'t%d','expires_in':172800}";
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID TWO = new UUID(0, 2);

  private final Calls calls = new Calls();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private URI base;
  private int tokens;

  private record Answer(int status, String body) {}

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    base = URI.create("http://127.0.0.1:%d".formatted(server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    calls.close();
  }

  private synchronized void answer(HttpExchange exchange) {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String path = exchange.getRequestURI().getPath();
      boolean isToken = path.equals("/v2/oauth2/token");
      requests.add(
          "%s %s %s %s"
              .formatted(
                  exchange.getRequestMethod(),
                  path,
                  exchange.getRequestHeaders().getFirst("Authorization"),
                  body));
      Answer answer = isToken ? new Answer(200, TOKEN.formatted(++tokens)) : answers.remove();
      byte[] text = answer.body().replace('\'', '"').getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), text.length == 0 ? -1 : text.length);
      exchange.getResponseBody().write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ComputeApi service() {
    return service(null);
  }

  private ComputeApi service(@Nullable String accessToken) {
    return service(accessToken, new Pace(1000, Duration.ofSeconds(1), System::nanoTime));
  }

  private ComputeApi service(@Nullable String accessToken, Pace pace) {
    ServiceSettings settings =
        new ServiceSettings(
            base,
            base.resolve("/v2/oauth2/token"),
            "id",
            "hush",
            accessToken,
            "all",
            null,
            1000,
            Duration.ofSeconds(1));
    return new ComputeApi(
        base,
        calls::repeatable,
        calls::once,
        new AccessTokens(settings, calls::repeatable, Clock.systemUTC(), pace),
        pace);
  }

  private static JsonObject json(String text) {
    return JsonText.parse(text.replace('\'', '"')).asJsonObject();
  }

  private ServiceException refused(ThrowingCallable call) {
    return catchThrowableOfType(ServiceException.class, call);
  }

  @Test
  void a_function_is_registered_with_a_token_of_the_account() {
    answers.add(new Answer(200, "{'function_uuid':'%s'}".formatted(ONE)));

    assertThat(service().register(json("{'function_name':'f'}"))).isEqualTo(ONE);

    assertThat(requests)
        .containsExactly(
            "POST /v2/oauth2/token Basic aWQ6aHVzaA== grant_type=client_credentials&scope=all",
            "POST /v3/functions Bearer t1 {\"function_name\":\"f\"}");
  }

  @Test
  void one_token_is_enough_until_it_is_refused() {
    ComputeApi service = service();
    answers.add(new Answer(200, "{}"));
    answers.add(new Answer(401, "{'reason':'expired'}"));
    answers.add(new Answer(200, "{'status':'online'}"));

    service.endpoint(ONE);
    assertThat(service.status(ONE).getString("status")).isEqualTo("online");

    assertThat(requests).filteredOn(request -> request.contains("token")).hasSize(2);
    assertThat(requests.get(requests.size() - 1)).contains("Bearer t2");
  }

  @Test
  void a_token_that_is_refused_twice_is_told() {
    answers.add(new Answer(401, "{'reason':'no'}"));
    answers.add(new Answer(401, "{'reason':'no'}"));

    ServiceException refused = refused(() -> service().endpoint(ONE));

    assertThat(refused.kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(refused).hasMessageContaining("401: no").hasMessageNotContaining("hush");
  }

  @Test
  void tasks_come_back_in_the_order_of_their_payloads() {
    answers.add(
        new Answer(
            200,
            "{'task_group_id':'%s','tasks':{'%s':['%s','%s']}}".formatted(ONE, TWO, TWO, ONE)));

    ComputeApi.Submitted submitted = service().submit(ONE, json("{'tasks':{}}"));

    assertThat(submitted.group()).isEqualTo(ONE);
    assertThat(submitted.tasks().get(TWO)).containsExactly(TWO, ONE);
  }

  @ParameterizedTest
  @CsvSource({
    "403, REFUSED",
    "404, REFUSED",
    "413, REFUSED",
    "422, REFUSED",
    "429, BUSY",
    "503, BUSY",
    "500, UNKNOWN",
    "502, UNKNOWN",
  })
  void what_an_answer_means_for_a_submit(int status, Kind kind) {
    answers.add(new Answer(status, "{'code':'X','detail':'why'}"));

    ServiceException refused = refused(() -> service().submit(ONE, JsonValue.EMPTY_JSON_OBJECT));

    assertThat(refused.kind()).isEqualTo(kind);
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused).hasMessageContaining("%d: why".formatted(status));
  }

  @Test
  void an_answer_that_is_not_understood_leaves_it_open_whether_a_submit_has_arrived() {
    answers.add(new Answer(200, "<html>"));

    assertThat(refused(() -> service().submit(ONE, JsonValue.EMPTY_JSON_OBJECT)).kind())
        .isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void what_was_never_sent_has_not_arrived() {
    server.stop(0);

    ServiceException refused =
        refused(() -> service("given").submit(ONE, JsonValue.EMPTY_JSON_OBJECT));

    assertThat(refused.kind()).isEqualTo(Kind.BUSY);
    assertThat(refused).hasMessageContaining("/submit").hasMessageNotContaining("given");
  }

  @Test
  void a_connection_that_ends_leaves_it_open_whether_a_submit_has_arrived() {
    ComputeApi service = service();
    answers.add(new Answer(200, "{}"));
    service.endpoint(ONE);
    server.stop(0);

    assertThat(refused(() -> service.submit(ONE, JsonValue.EMPTY_JSON_OBJECT)).kind())
        .isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void a_group_that_is_not_known_has_no_tasks() {
    ComputeApi service = service();
    answers.add(new Answer(404, "{'reason':'no such group'}"));
    assertThat(service.tasksOf(ONE)).isEmpty();

    answers.add(new Answer(200, "{'tasks':[{'id':'%s'}]}".formatted(TWO)));
    assertThat(service.tasksOf(ONE)).contains(List.of(TWO));
  }

  @Test
  void statuses_are_asked_for_together() {
    answers.add(new Answer(200, "{'results':{'%s':{'status':'success'}}}".formatted(TWO)));

    assertThat(service().statuses(List.of(ONE, TWO))).containsOnlyKeys(TWO);
    assertThat(requests.get(1)).endsWith("{\"task_ids\":[\"%s\",\"%s\"]}".formatted(ONE, TWO));
  }

  @Test
  void the_words_of_an_error_are_found_wherever_they_are() {
    assertThat(Calls.said("{\"detail\":[{\"msg\":\"a\"},{\"msg\":\"b\"}]}")).isEqualTo("a; b");
    assertThat(Calls.said("{\"reason\":\"c\"}")).isEqualTo("c");
    assertThat(Calls.said("{\"error\":\"invalid_client\"}")).isEqualTo("invalid_client");
    assertThat(Calls.said("plain")).isEqualTo("plain");
  }

  @Test
  void requests_wait_for_their_turn() {
    ComputeApi service = service("t0", new Pace(1, Duration.ofMillis(300), () -> 0));
    answers.add(new Answer(200, "{}"));
    answers.add(new Answer(200, "{}"));
    service.status(ONE);
    long begin = System.nanoTime();

    service.status(ONE);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void a_service_that_is_asked_too_often_in_spite_of_it_gets_the_silence_that_it_wants() {
    Pace pace = new Pace(1000, Duration.ofSeconds(1), () -> 0);
    ComputeApi service = service("t0", pace);
    answers.add(new Answer(429, "{}"));

    assertThat(refused(() -> service.status(ONE)).kind()).isEqualTo(Kind.BUSY);

    assertThat(pace.next()).isEqualTo(Duration.ofSeconds(10));
  }
}

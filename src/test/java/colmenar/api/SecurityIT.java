package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.JsonObject;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SharedServer
class SecurityIT {

  private static final String PI = "{\"method\":\"pi-integral\",\"args\":[10]}";

  private static Api administrator;
  private static Api submitter;
  private static Api viewer;

  @BeforeAll
  static void logIn() throws Exception {
    administrator = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    submitter = administrator.as("sue", "submitter");
    viewer = administrator.as("vic", "viewer");
  }

  @Test
  void nobody_gets_in_without_a_token() throws Exception {
    for (String path :
        List.of("me", "tasks", "methods", "backends", "tokens", "openapi", "nothing")) {
      Api.Answer answer = Api.send(anonymous("api/v1/" + path)).expect(401);
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"colmenar\"");
      assertThat(answer.object().getString("type")).isEqualTo("urn:colmenar:problem:unauthorized");
    }
    assertThat(Api.send(anonymous("")).status()).isEqualTo(302);
    assertThat(Api.send(anonymous("index.html")).header("Location")).endsWith("login.html");
    assertThat(Api.send(anonymous("login.html")).status()).isEqualTo(200);
  }

  @Test
  void browsers_are_told_what_pages_may_do() throws Exception {
    for (Api.Answer answer :
        List.of(
            Api.send(anonymous("login.html")),
            administrator.get("me"),
            administrator.get("../../console/"))) {
      assertThat(answer.header("Content-Security-Policy"))
          .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Referrer-Policy")).isEqualTo("same-origin");
    }
    assertThat(administrator.get("me").header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void a_script_of_a_page_is_not_offered_the_dialog_of_a_browser() throws Exception {
    for (String path : List.of("me", "tasks", "nothing", "events")) {
      assertThat(challenges(anonymous("api/v1/" + path)))
          .containsExactly(
              "Bearer realm=\"colmenar\"", "Basic realm=\"colmenar\", charset=\"UTF-8\"");
      assertThat(challenges(anonymous("api/v1/" + path).header("Sec-Fetch-Dest", "document")))
          .hasSize(2);
      assertThat(challenges(anonymous("api/v1/" + path).header("Sec-Fetch-Dest", "empty")))
          .containsExactly("Bearer realm=\"colmenar\"");
    }
  }

  private static List<String> challenges(HttpRequest.Builder request) throws Exception {
    return Api.send(request).expect(401).response().headers().allValues("WWW-Authenticate");
  }

  private static HttpRequest.Builder anonymous(String path) {
    return HttpRequest.newBuilder(ColmenarServer.uri().resolve(path));
  }

  @Test
  void a_wrong_token_is_refused_without_being_repeated() throws Exception {
    Api.Answer answer = new Api(ColmenarServer.uri(), "colmenar_guessed").get("me").expect(401);

    assertThat(answer.text()).doesNotContain("guessed");
  }

  @Test
  void roles_include_the_lesser_ones() throws Exception {
    assertThat(viewer.get("me").text()).isEqualTo("{\"roles\":[\"viewer\"],\"user\":\"vic\"}");
    assertThat(submitter.get("me").text()).contains("viewer", "submitter").doesNotContain("admin");
    assertThat(administrator.get("me").text()).contains("viewer", "submitter", "administrator");
  }

  @Test
  void a_viewer_sees_everything_and_changes_nothing() throws Exception {
    String id = submitter.submit(PI);
    for (String path : List.of("tasks", "tasks/" + id, "methods", "methods/lorenz", "backends")) {
      viewer.get(path).expect(200);
    }
    viewer.post("tasks", PI).expect(403);
    viewer.post("tasks", "application/x-ndjson", PI).expect(403);
    viewer.post("tasks/" + id + "/cancel", "").expect(403);
    viewer.post("tasks/" + id + "/rerun", "").expect(403);
    refusedAdministration(viewer);
  }

  @Test
  void a_submitter_calls_methods_and_defines_none() throws Exception {
    assertThat(submitter.run(PI).getBoolean("success")).isTrue();
    refusedAdministration(submitter);
  }

  private static void refusedAdministration(Api caller) throws Exception {
    Api.Answer answer =
        caller.put("methods/evil", "{\"kind\":\"command\",\"argv\":[\"id\"]}").expect(403);
    assertThat(answer.object().getString("type")).isEqualTo("urn:colmenar:problem:forbidden");
    caller.delete("methods/lorenz").expect(403);
    caller.get("tokens").expect(403);
    caller.post("tokens", "{\"user\":\"x\",\"role\":\"administrator\"}").expect(403);
    caller.delete("tokens/01a206ed-4cdc-7000-9494-36c41f0a67b9").expect(403);
    administrator.get("methods/evil").expect(404);
  }

  @Test
  void a_submitter_changes_only_what_is_his_own() throws Exception {
    Api other = administrator.as("olga", "submitter");
    String id = submitter.submit(PI);
    submitter.result(id);

    other.get("tasks/" + id).expect(200);
    other.post("tasks/" + id + "/rerun", "").expect(403);
    other.post("tasks/" + id + "/cancel", "").expect(403);
    administrator.post("tasks/" + id + "/rerun", "").expect(201);
  }

  @Test
  void looking_at_somebody_elses_result_does_not_count_as_its_delivery() throws Exception {
    String id = submitter.submit(PI);
    JsonObject seen = viewer.result(id);
    assertThat(seen.getJsonObject("timestamps")).doesNotContainKey("resultReceived");

    assertThat(submitter.result(id).getJsonObject("timestamps")).containsKey("resultReceived");
  }

  @Test
  void a_revoked_token_is_useless_at_once() throws Exception {
    JsonObject made =
        administrator
            .post("tokens", "{\"user\":\"rob\",\"role\":\"viewer\",\"description\":\"lost\"}")
            .expect(201)
            .object();
    Api rob = new Api(ColmenarServer.uri(), made.getString("secret"));
    rob.get("me").expect(200);

    administrator.delete("tokens/" + made.getString("id")).expect(204);
    rob.get("me").expect(401);
    assertThat(administrator.get("tokens").text()).contains("revokedAt");
  }

  @Test
  void a_token_expires() throws Exception {
    JsonObject made =
        administrator
            .post("tokens", "{\"user\":\"eve\",\"role\":\"viewer\",\"expiresInSeconds\":2}")
            .expect(201)
            .object();
    Api eve = new Api(ColmenarServer.uri(), made.getString("secret"));

    assertThat(made).containsKey("expiresAt");
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> eve.get("me").status() == 401);
  }

  @Test
  void a_secret_is_shown_once_and_stored_nowhere() throws Exception {
    String secret =
        administrator
            .post("tokens", "{\"user\":\"sam\",\"role\":\"viewer\"}")
            .expect(201)
            .object()
            .getString("secret");

    assertThat(administrator.get("tokens").expect(200).text())
        .contains("sam")
        .doesNotContain(secret)
        .doesNotContain("hash");
  }

  @Test
  void only_its_owner_can_read_the_first_token() throws Exception {
    Path file = ColmenarServer.dataDirectory().resolve("administrator.token");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(ColmenarServer.dataDirectory())))
        .isEqualTo("rwx------");
  }

  @Test
  void a_token_serves_as_password_of_its_own_user_only() throws Exception {
    String secret = secret("bea");

    assertThat(Api.send(basic("bea", secret)).expect(200).text()).contains("bea");
    Api.send(basic("administrator", secret)).expect(401);
    Api.send(basic("bea", "wrong")).expect(401);
    if (ColmenarServer.name().equals("wildfly")) {
      // Open Liberty reads this header before the application does, and fails on one that is
      // broken.
      Api.send(anonymous("api/v1/me").header("Authorization", "Basic ???")).expect(401);
    }
    Api.send(anonymous("api/v1/me").header("Authorization", "Digest x")).expect(401);
  }

  private static HttpRequest.Builder basic(String user, String password) {
    byte[] login = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return anonymous("api/v1/me")
        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
  }

  private static String secret(String user) throws Exception {
    return administrator
        .post("tokens", "{\"user\":\"%s\",\"role\":\"submitter\"}".formatted(user))
        .expect(201)
        .object()
        .getString("secret");
  }

  @Test
  void the_form_opens_a_session_that_only_pages_of_the_server_can_use() throws Exception {
    HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    HttpResponse<String> wrong = logIn(browser, "fay", "wrong", "same-origin");
    assertThat(wrong.headers().firstValue("Location").orElse("")).endsWith("login.html?refused");
    String secret = secret("fay");
    HttpResponse<String> foreign = logIn(browser, "fay", secret, "cross-site");
    assertThat(foreign.headers().firstValue("Location").orElse("")).endsWith("login.html?refused");
    assertThat(send(browser, anonymous("api/v1/me")).statusCode()).isEqualTo(401);

    HttpResponse<String> right = logIn(browser, "fay", secret, "same-origin");
    assertThat(right.statusCode()).isEqualTo(302);
    assertThat(right.headers().firstValue("Set-Cookie").orElse(""))
        .contains("HttpOnly")
        .contains("SameSite=Lax");
    assertThat(send(browser, anonymous("api/v1/me")).body()).contains("fay").contains("submitter");
    assertThat(right.headers().firstValue("Location").orElse("")).endsWith("/console/");
    assertThat(send(browser, anonymous("console/")).body()).contains("Log out");
    assertThat(submit(browser, "cross-site").statusCode()).isEqualTo(403);
    assertThat(submit(browser, "same-site").statusCode()).isEqualTo(403);
    assertThat(submit(browser, null).statusCode()).isEqualTo(403);
    assertThat(submit(browser, "same-origin").statusCode()).isEqualTo(201);
    assertThat(look(browser, "api/v1/me", "cross-site").statusCode()).isEqualTo(403);
    assertThat(look(browser, "api/v1/me", "same-site").statusCode()).isEqualTo(403);
    assertThat(look(browser, "api/v1/me", "none").statusCode()).isEqualTo(200);
    assertThat(look(browser, "console/", "cross-site").statusCode()).isEqualTo(200);

    send(
        browser,
        anonymous("logout").header("Sec-Fetch-Site", "same-origin").POST(BodyPublishers.noBody()));
    assertThat(send(browser, anonymous("api/v1/me")).statusCode()).isEqualTo(401);
  }

  @Test
  void a_session_ends_with_the_token_that_opened_it() throws Exception {
    JsonObject made =
        administrator.post("tokens", "{\"user\":\"gus\",\"role\":\"viewer\"}").expect(201).object();
    HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    logIn(browser, "gus", made.getString("secret"), "same-origin");
    assertThat(send(browser, anonymous("api/v1/me")).body()).contains("gus");

    administrator.delete("tokens/" + made.getString("id")).expect(204);
    assertThat(send(browser, anonymous("api/v1/me")).statusCode()).isEqualTo(401);
    assertThat(send(browser, anonymous("")).statusCode()).isEqualTo(302);
  }

  private static HttpResponse<String> logIn(
      HttpClient browser, String user, String token, String site) throws Exception {
    String form = "user=" + user + "&token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    return send(
        browser,
        anonymous("login")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Sec-Fetch-Site", site)
            .POST(BodyPublishers.ofString(form)));
  }

  private static HttpResponse<String> submit(HttpClient browser, String site) throws Exception {
    HttpRequest.Builder request =
        anonymous("api/v1/tasks")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(PI));
    return send(browser, site == null ? request : request.header("Sec-Fetch-Site", site));
  }

  private static HttpResponse<String> look(HttpClient browser, String path, String site)
      throws Exception {
    return send(browser, anonymous(path).header("Sec-Fetch-Site", site));
  }

  private static HttpResponse<String> send(HttpClient browser, HttpRequest.Builder request)
      throws Exception {
    return browser.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void health_is_for_everybody() throws Exception {
    URI health = ColmenarServer.health();
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"database\"").contains("\"backends\"").contains("local");
  }
}

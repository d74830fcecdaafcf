package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Submitting once, many at once, and for a time. */
@SharedServer
class SubmittingIT {

  private static Api api;
  private static String token;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    token = Files.readString(ColmenarServer.dataDirectory().resolve("administrator.token")).trim();
    api.definePython("wait", "import time\ndef wait(s):\n    time.sleep(s)\n    return s", "{}");
    api.definePython("fail", "def fail():\n    raise ValueError('no')", "{}");
  }

  private static Api.Answer submit(String key, String type, String body) throws Exception {
    URI uri = ColmenarServer.uri().resolve("api/v1/tasks");
    return Api.send(
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type)
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body)));
  }

  private static Api.Answer submit(String key, String body) throws Exception {
    return submit(key, "application/json", body.replace('\'', '"'));
  }

  private static List<JsonObject> items(Api.Answer answer) {
    return answer.object().getJsonArray("items").getValuesAs(JsonObject.class);
  }

  @Test
  void five_thousand_tasks_are_submitted_in_one_request() throws Exception {
    String one = "{\"method\":\"echo\",\"args\":[1],\"topic\":\"of-many\"}";
    String array = Collections.nCopies(5000, one).toString();
    String lines = String.join("\n", Collections.nCopies(5000, one));

    assertThat(api.post("tasks", array).expect(200).object().getInt("accepted")).isEqualTo(5000);
    assertThat(
            api.post("tasks", "application/x-ndjson", lines)
                .expect(200)
                .object()
                .getInt("accepted"))
        .isEqualTo(5000);

    Set<String> received = new HashSet<>();
    String acknowledge = "";
    while (received.size() < 10_000) {
      JsonObject delivery =
          api.post("topics/of-many/receive?wait=60&max=5000", acknowledge).expect(200).object();
      List<JsonObject> results = delivery.getJsonArray("results").getValuesAs(JsonObject.class);
      assertThat(results).isNotEmpty();
      results.forEach(result -> assertThat(received.add(result.getString("taskId"))).isTrue());
      acknowledge = "{\"acknowledge\":{\"lease\":\"" + delivery.getString("lease") + "\"}}";
    }
    api.post("topics/of-many/receive", acknowledge).expect(200);
    assertThat(api.get("topics/of-many").expect(200).object().getBoolean("done")).isTrue();
  }

  @Test
  void the_same_client_id_is_the_same_task_and_another_request_under_it_is_refused()
      throws Exception {
    String body = "{'method':'echo','args':[1],'clientId':'it/1'}".replace('\'', '"');
    String id = api.post("tasks", body).expect(201).object().getString("id");

    Api.Answer again = api.post("tasks", body);
    Api.Answer other = api.post("tasks", body.replace("[1]", "[2]"));

    assertThat(again.expect(200).object().getString("id")).isEqualTo(id);
    assertThat(again.object().getString("clientId")).isEqualTo("it/1");
    assertThat(
            other.expect(422).object().getJsonArray("errors").getJsonObject(0).getString("field"))
        .isEqualTo("clientId");
  }

  @Test
  void in_a_batch_each_submission_has_its_own_answer() throws Exception {
    String known = "{'method':'echo','clientId':'it/2'}";
    api.submit(known);

    List<JsonObject> items =
        items(
            api.post(
                "tasks",
                ("["
                        + known
                        + ",{'method':'echo'},{'method':'none'},"
                        + "{'method':'echo','args':[9],'clientId':'it/2'},{'method':'echo',"
                        + "'clientId':'it/3'},{'method':'echo','clientId':'it/3'}]")
                    .replace('\'', '"')));

    assertThat(items)
        .extracting(item -> item.getInt("status"))
        .containsExactly(200, 201, 422, 422, 201, 200);
    assertThat(items.get(4).getString("id")).isEqualTo(items.get(5).getString("id"));
  }

  @Test
  void many_who_submit_the_same_client_id_at_once_make_one_task() throws Exception {
    String body = "{\"method\":\"echo\",\"clientId\":\"it/race\"}";

    Set<String> ids = atOnce(() -> api.post("tasks", body).object().getString("id"));

    assertThat(ids).hasSize(1);
  }

  private static <T> Set<T> atOnce(Callable<T> action) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      Set<T> seen = new HashSet<>();
      for (Future<T> future : pool.invokeAll(Collections.nCopies(8, action))) {
        seen.add(future.get());
      }
      return seen;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void a_request_repeated_with_its_key_is_answered_as_the_first_time() throws Exception {
    String one = "{'method':'echo','args':[1]}";
    String batch = "[{'method':'echo'},{'method':'none'}]";

    Api.Answer first = submit("key-1", one);
    Api.Answer again = submit("key-1", one);
    Api.Answer firstBatch = submit("key-2", batch);
    Api.Answer secondBatch = submit("key-2", batch);

    assertThat(again.expect(201).object().getString("id"))
        .isEqualTo(first.expect(201).object().getString("id"));
    assertThat(secondBatch.expect(200).object()).isEqualTo(firstBatch.expect(200).object());
    assertThat(items(firstBatch)).extracting(i -> i.getInt("status")).containsExactly(201, 422);
  }

  @Test
  void lines_have_keys_too() throws Exception {
    String lines = "{\"method\":\"echo\"}\n{\"method\":\"echo\"}\n";

    Api.Answer first = submit("key-3", "application/x-ndjson", lines);
    Api.Answer again = submit("key-3", "application/x-ndjson", lines);

    assertThat(again.expect(200).object()).isEqualTo(first.expect(200).object());
  }

  @Test
  void another_request_under_a_key_is_refused_and_so_is_a_bad_key() throws Exception {
    submit("key-4", "{'method':'echo'}").expect(201);

    assertThat(submit("key-4", "{'method':'echo','args':[2]}").expect(422).text())
        .contains("Idempotency-Key");
    assertThat(submit("with space", "{'method':'echo'}").expect(422).text())
        .contains("Idempotency-Key");
  }

  @Test
  void what_was_refused_may_be_mended_under_the_same_key() throws Exception {
    submit("key-5", "{'method':'none'}").expect(422);

    submit("key-5", "{'method':'echo'}").expect(201);
  }

  @Test
  void many_who_repeat_a_request_at_once_make_one_task() throws Exception {
    Set<String> ids =
        atOnce(() -> submit("key-race", "{'method':'echo'}").object().getString("id"));

    assertThat(ids).hasSize(1);
  }

  @Test
  void campaign_and_labels_stay_with_the_task() throws Exception {
    String id =
        api.submit("{'method':'echo','campaign':'spring','labels':{'phase':'2','who':'ä'}}");

    JsonObject task = api.get("tasks/" + id).expect(200).object();

    assertThat(task.getString("campaign")).isEqualTo("spring");
    assertThat(task.getJsonObject("labels").getString("who")).isEqualTo("ä");
    assertThat(api.post("tasks", "{\"method\":\"echo\",\"labels\":{\"a\":1}}").status())
        .isEqualTo(422);
  }

  @Test
  void no_attempt_is_made_before_its_time() throws Exception {
    Instant notBefore = Instant.now().plus(Duration.ofSeconds(2));

    JsonObject result = api.run("{'method':'echo','notBefore':'" + notBefore + "'}");

    assertThat(Instant.parse(result.getJsonObject("timestamps").getString("startTaskSubmission")))
        .isAfterOrEqualTo(notBefore);
  }

  @Test
  void a_task_that_comes_too_late_is_never_begun() throws Exception {
    JsonObject result =
        api.run(
            "{'method':'echo','startBy':'%s'}".formatted(Instant.now().minus(Duration.ofHours(1))));

    assertThat(result.getString("state")).isEqualTo("FAILED");
    assertThat(result.getInt("attempt")).isZero();
  }

  @Test
  void a_task_that_does_not_begin_in_time_fails() throws Exception {
    Instant far = Instant.now().plus(Duration.ofDays(1));
    JsonObject result =
        api.run(
            "{'method':'echo','notBefore':'%s','startBy':'%s'}"
                .formatted(far, Instant.now().plusSeconds(1)));

    assertThat(result.getString("state")).isEqualTo("FAILED");
    assertThat(result.getJsonObject("failure").getString("failureClass")).isEqualTo("TIME_LIMIT");
    assertThat(result.getJsonObject("failure").getString("type")).isEqualTo("WaitLimit");
    assertThat(result.getInt("attempt")).isZero();
  }

  @Test
  void a_task_that_is_not_over_in_time_is_ended_and_not_tried_again() throws Exception {
    JsonObject result =
        api.run("{'method':'wait','args':[120],'totalLimitSeconds':3,'maxRetries':5}");

    assertThat(result.getString("state")).isEqualTo("FAILED");
    assertThat(result.getJsonObject("failure").getString("failureClass")).isEqualTo("TIME_LIMIT");
    assertThat(result.getJsonObject("failure").getString("type")).isEqualTo("TotalLimit");
    assertThat(result.getInt("attempt")).isEqualTo(1);
  }

  @Test
  void a_task_may_say_how_it_is_retried_and_every_failure_is_kept() throws Exception {
    String id =
        api.submit(
            "{'method':'fail','maxRetries':2,'keepInputs':false,"
                + "'retry':{'delaySeconds':0.05,'factor':1,'jitter':0}}");

    JsonObject result = api.result(id);
    JsonArray attempts = api.attempts(id);

    assertThat(result.getInt("attempt")).isEqualTo(3);
    assertThat(result.getInt("retries")).isEqualTo(2);
    assertThat(attempts.getValuesAs(JsonObject.class))
        .extracting(attempt -> attempt.getJsonObject("failure").getString("type"))
        .containsExactly("ValueError", "ValueError", "ValueError");
  }

  @Test
  void a_task_may_say_which_failures_are_not_tried_again() throws Exception {
    JsonObject result =
        api.run("{'method':'fail','maxRetries':5,'retry':{'on':['INFRASTRUCTURE']}}");

    assertThat(result.getInt("attempt")).isEqualTo(1);
  }
}

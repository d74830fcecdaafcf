package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failed tasks by cause. */
@SharedServer
class FailuresIT {

  private static Api api;
  private static Api ada;

  @BeforeAll
  static void define() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    ada = api.as("fail-ada", "submitter");
    for (String name : List.of("fails", "fails_too", "fails_here", "fails_late", "fails_once")) {
      api.definePython(
          name,
          "import os\ndef %s(what, mark=None):\n".formatted(name)
              + "    if mark and os.path.exists(mark):\n        return 1\n"
              + "    if mark:\n        open(mark, 'w').close()\n"
              + "    if what == 'key':\n        raise KeyError('a key')\n"
              + "    raise ValueError(what)",
          "{}");
    }
  }

  private static String fail(Api caller, String method, String message, String more)
      throws Exception {
    String id =
        caller.submit(
            "{'method':'%s','args':['%s'],'maxRetries':0%s}".formatted(method, message, more));
    assertThat(caller.result(id).getString("state")).isEqualTo("FAILED");
    return id;
  }

  private static List<JsonObject> groups(String query) throws Exception {
    return api.get("failures?" + query)
        .expect(200)
        .object()
        .getJsonArray("groups")
        .getValuesAs(JsonObject.class);
  }

  private static List<String> ids(JsonObject page) {
    return page.getJsonArray("tasks").stream()
        .map(JsonValue::asJsonObject)
        .map(task -> task.getString("id"))
        .toList();
  }

  @Test
  void tasks_that_failed_for_the_same_cause_are_one_group() throws Exception {
    Instant begin = Instant.now().minusSeconds(5);
    String first = fail(api, "fails", "no energy after 17 steps in /tmp/run-1", "");
    String second = fail(api, "fails", "no energy after 4 steps in /tmp/run-2", "");
    String other = fail(api, "fails", "key", "");

    List<JsonObject> groups = groups("method=fails");

    assertThat(groups).hasSize(2);
    assertThat(groups.get(0).getString("type")).contains("KeyError");
    assertThat(groups.get(0).getString("sampleTask")).isEqualTo(other);
    JsonObject same = groups.get(1);
    assertThat(same.getInt("count")).isEqualTo(2);
    assertThat(same.getString("method")).isEqualTo("fails");
    assertThat(same.getString("failureClass")).isEqualTo("APPLICATION");
    assertThat(same.getString("type")).contains("ValueError");
    assertThat(same.getString("message")).contains("no energy after 4 steps");
    assertThat(same.getString("sampleTask")).isEqualTo(second);
    assertThat(Instant.parse(same.getString("firstAt")))
        .isAfter(begin)
        .isBefore(Instant.parse(same.getString("lastAt")));

    String group = same.getString("id");
    JsonObject one = api.get("failures/" + group + "?limit=1").expect(200).object();
    assertThat(one.getInt("count")).isEqualTo(2);
    assertThat(ids(one)).containsExactly(second);
    assertThat(ids(api.get("failures/" + group).object())).containsExactly(second, first);
    assertThat(ids(api.get("tasks?failureGroup=" + group).expect(200).object()))
        .containsExactly(second, first);
    assertThat(ids(api.get("tasks?failureGroup=" + group + "&state=SUCCEEDED").object())).isEmpty();
    assertThat(api.get("tasks/" + first).object().getString("failureGroup")).isEqualTo(group);
  }

  @Test
  void groups_are_chosen_by_what_their_tasks_are() throws Exception {
    fail(ada, "fails_too", "bad", ",'topic':'fail-a','campaign':'fail-spring'");
    fail(ada, "fails_too", "bad", ",'topic':'fail-b'");
    fail(api, "fails_too", "bad", ",'topic':'fail-b'");
    fail(api, "fails_too", "key", ",'topic':'fail-b'");
    Instant now = Instant.now();

    assertThat(counts("method=fails_too&owner=fail-ada")).containsExactly(2);
    assertThat(counts("topic=fail-b")).containsExactly(1, 2);
    assertThat(counts("topic=fail-b&sort=largest")).containsExactly(2, 1);
    assertThat(counts("topic=fail-b&owner=fail-ada")).containsExactly(1);
    assertThat(counts("campaign=fail-spring")).containsExactly(1);
    assertThat(counts("campaign=fail-spring&topic=fail-b")).isEmpty();
    assertThat(counts("method=fails_too&failureClass=APPLICATION")).containsExactly(1, 3);
    assertThat(counts("method=fails_too&failureClass=TIME_LIMIT")).isEmpty();
    assertThat(counts("method=fails_too&since=" + now.minusSeconds(60))).containsExactly(1, 3);
    assertThat(counts("method=fails_too&since=" + now.plusSeconds(60))).isEmpty();
    assertThat(counts("owner=ada")).as("an end of a name is no name").isEmpty();
    assertThat(counts("method=fails_")).as("a beginning of a name is no name").isEmpty();
    assertThat(counts("owner=nobody")).isEmpty();

    JsonObject first = api.get("failures?method=fails_too&limit=1").expect(200).object();
    assertThat(first.getJsonArray("groups")).hasSize(1);
    assertThat(first.getBoolean("more")).isTrue();
    assertThat(api.get("failures?method=fails_too&limit=2").object().getBoolean("more")).isFalse();
  }

  private static List<Integer> counts(String query) throws Exception {
    return groups(query).stream().map(group -> group.getInt("count")).toList();
  }

  @Test
  void a_task_that_never_began_is_in_a_group_too() throws Exception {
    String id =
        api.submit(
            "{'method':'fails_late','args':['x'],'notBefore':'%s','startBy':'%s'}"
                .formatted(Instant.now().plusSeconds(3600), Instant.now().plusSeconds(1)));
    assertThat(api.result(id).getString("state")).isEqualTo("FAILED");

    assertThat(groups("method=fails_late"))
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.getString("failureClass")).isEqualTo("TIME_LIMIT");
              assertThat(group.getString("type")).isEqualTo("WaitLimit");
              assertThat(group.getString("sampleTask")).isEqualTo(id);
            });
  }

  @Test
  void a_failure_that_was_followed_by_a_success_stays_with_its_attempt_only() throws Exception {
    String mark =
        ColmenarServer.dataDirectory().resolve("fails-once-" + System.nanoTime()).toString();
    String id =
        api.submit(
            "{'method':'fails_once','args':['x'],'kwargs':{'mark':'%s'},'maxRetries':1,'retry':{'delaySeconds':0}}"
                .formatted(mark));

    assertThat(api.result(id).getString("state")).isEqualTo("SUCCEEDED");

    assertThat(groups("method=fails_once")).isEmpty();
    assertThat(api.get("tasks/" + id).object()).doesNotContainKey("failureGroup");
    assertThat(api.attempts(id).getJsonObject(0).getJsonObject("failure").getString("message"))
        .contains("x");
  }

  @Test
  void a_long_message_is_shortened() throws Exception {
    fail(api, "fails_here", "a".repeat(5000), "");

    assertThat(groups("method=fails_here").get(0).getString("message")).hasSize(500).endsWith("…");
  }

  @Test
  void an_unknown_group_is_not_found() throws Exception {
    api.get("failures/0123456789abcdef").expect(404);
    api.get("failures/nothing").expect(404);
  }

  @ParameterizedTest
  @CsvSource({
    "since=yesterday, since",
    "failureClass=BUG, failureClass",
    "sort=oldest, sort",
    "limit=0, limit",
    "limit=1001, limit",
    "method=%00, method"
  })
  void what_cannot_be_asked_for_is_refused_by_name(String query, String field) throws Exception {
    JsonObject problem = api.get("failures?" + query).expect(422).object();

    assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("field")).isEqualTo(field);
  }

  @Test
  void who_is_nobody_sees_nothing() throws Exception {
    new Api(ColmenarServer.uri(), "none").get("failures").expect(401);
    api.as("fail-vic", "viewer").get("failures").expect(200);
  }
}

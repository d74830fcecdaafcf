package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Results by topic: handed out with a lease until they are acknowledged. */
@SharedServer
class TopicsIT {

  private static Api api;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    api.definePython(
        "count_up",
        "def count_up(n):\n    for i in range(n):\n        yield i\n    return n",
        "{}");
  }

  /** Submits and waits for the ends, so that all results are there. */
  private static List<String> finished(String topic, int count) throws Exception {
    List<String> submissions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      submissions.add("{\"method\":\"echo\",\"args\":[%d],\"topic\":\"%s\"}".formatted(i, topic));
    }
    JsonArray items =
        api.post("tasks", submissions.toString()).expect(200).object().getJsonArray("items");
    List<String> ids = new ArrayList<>();
    for (JsonObject item : items.getValuesAs(JsonObject.class)) {
      ids.add(item.getString("id"));
      api.result(item.getString("id"));
    }
    return ids;
  }

  private static JsonObject receive(String topic, String query) throws Exception {
    return receive(topic, query, "");
  }

  private static JsonObject receive(String topic, String query, String body) throws Exception {
    return api.post("topics/" + topic + "/receive?" + query, body).expect(200).object();
  }

  private static List<JsonObject> results(JsonObject delivery) {
    return delivery.getJsonArray("results").getValuesAs(JsonObject.class);
  }

  private static List<String> tasks(JsonObject delivery) {
    return results(delivery).stream().map(result -> result.getString("taskId")).toList();
  }

  private static String leaseOf(JsonObject delivery) {
    return "{\"lease\":\"" + delivery.getString("lease") + "\"}";
  }

  private static JsonObject topic(String topic) throws Exception {
    return api.get("topics/" + topic).expect(200).object();
  }

  @Test
  void results_come_in_the_order_of_their_ends_and_once_while_a_consumer_has_them()
      throws Exception {
    List<String> ids = finished("of-once", 20);

    JsonObject first = receive("of-once", "max=15");
    JsonObject second = receive("of-once", "max=15");

    assertThat(results(first)).hasSize(15);
    assertThat(results(second)).hasSize(5);
    Set<String> received = new HashSet<>(tasks(first));
    received.addAll(tasks(second));
    assertThat(received).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(results(first))
        .extracting(result -> result.getJsonNumber("sequence").longValue())
        .isSorted();
    assertThat(receive("of-once", "")).doesNotContainKey("lease");
    assertThat(topic("of-once").getInt("leased")).isEqualTo(20);
    assertThat(topic("of-once").getBoolean("done")).isFalse();
  }

  @Test
  void what_is_not_acknowledged_in_time_is_handed_out_again() throws Exception {
    List<String> ids = finished("of-again", 3);
    JsonObject first = receive("of-again", "lease=1");
    assertThat(tasks(first)).hasSameElementsAs(ids);

    JsonObject second = receive("of-again", "wait=30&lease=60");

    assertThat(tasks(second)).isEqualTo(tasks(first));
    assertThat(results(second)).allMatch(result -> result.getInt("deliveries") == 2);
    assertThat(acknowledged(first, "of-again")).as("by the lease that has ended").isZero();
    assertThat(acknowledged(second, "of-again")).isEqualTo(3);
    assertThat(topic("of-again").getBoolean("done")).isTrue();
  }

  private static int acknowledged(JsonObject delivery, String topic) throws Exception {
    return api.post("topics/" + topic + "/acknowledge", leaseOf(delivery))
        .expect(200)
        .object()
        .getInt("acknowledged");
  }

  @Test
  void some_results_of_a_lease_may_be_acknowledged_and_the_rest_given_back() throws Exception {
    finished("of-some", 5);
    JsonObject delivery = receive("of-some", "");
    long first = results(delivery).get(0).getJsonNumber("sequence").longValue();

    JsonObject one =
        api.post(
                "topics/of-some/acknowledge",
                "{\"lease\":\"%s\",\"sequences\":[%d]}"
                    .formatted(delivery.getString("lease"), first))
            .expect(200)
            .object();
    JsonObject rest = api.post("topics/of-some/release", leaseOf(delivery)).expect(200).object();

    assertThat(one.getInt("acknowledged")).isEqualTo(1);
    assertThat(rest.getInt("released")).isEqualTo(4);
    assertThat(results(receive("of-some", ""))).hasSize(4);
  }

  @Test
  void one_request_acknowledges_and_receives() throws Exception {
    finished("of-both", 4);
    JsonObject first = receive("of-both", "max=2");

    JsonObject second = receive("of-both", "max=9", "{\"acknowledge\":" + leaseOf(first) + "}");

    assertThat(second.getInt("acknowledged")).isEqualTo(2);
    assertThat(results(second)).hasSize(2);
    assertThat(topic("of-both").getInt("waiting")).isEqualTo(2);
  }

  @Test
  void a_consumer_that_waits_gets_a_result_as_soon_as_there_is_one() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<JsonObject> waiting = other.submit(() -> receive("of-wait", "wait=60"));

      String id = api.submit("{'method':'echo','args':['x'],'topic':'of-wait'}");

      JsonObject delivery = waiting.get();
      assertThat(tasks(delivery)).containsExactly(id);
      assertThat(results(delivery).get(0).getString("value")).isEqualTo("x");
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void streamed_items_come_in_order_before_the_outcome() throws Exception {
    String id = api.submit("{'method':'count_up','args':[4],'topic':'of-items'}");
    api.result(id);

    List<JsonObject> results = results(receive("of-items", "wait=60"));

    assertThat(results)
        .extracting(result -> result.getBoolean("complete"))
        .containsExactly(false, false, false, false, true);
    assertThat(results.subList(0, 4))
        .extracting(result -> result.getInt("index"))
        .containsExactly(0, 1, 2, 3);
    assertThat(results).extracting(result -> result.getInt("value")).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void nobody_gets_a_later_item_while_another_has_an_earlier_one() throws Exception {
    String id = api.submit("{'method':'count_up','args':[3],'topic':'of-turns'}");
    api.result(id);
    JsonObject first = receive("of-turns", "max=1");
    assertThat(results(first)).hasSize(1);

    assertThat(receive("of-turns", "").getJsonArray("results")).isEmpty();

    assertThat(acknowledged(first, "of-turns")).isEqualTo(1);
    assertThat(results(receive("of-turns", ""))).hasSize(3);
  }

  @Test
  void inputs_come_back_or_not_as_the_task_says() throws Exception {
    api.run("{'method':'echo','args':[1],'topic':'of-inputs','keepInputs':true}");
    api.run("{'method':'echo','args':[2],'topic':'of-inputs','keepInputs':false}");

    List<JsonObject> results = results(receive("of-inputs", "wait=60"));

    assertThat(results.get(0).getJsonArray("args").getInt(0)).isEqualTo(1);
    assertThat(results.get(1)).doesNotContainKeys("args", "kwargs");
  }

  @Test
  void looking_consumes_nothing() throws Exception {
    finished("of-peek", 3);

    JsonArray all = api.get("topics/of-peek/results").expect(200).json().asJsonArray();
    long first = all.getJsonObject(0).getJsonNumber("sequence").longValue();
    JsonArray rest =
        api.get("topics/of-peek/results?limit=1&after=" + first).expect(200).json().asJsonArray();

    assertThat(all).hasSize(3);
    assertThat(rest).containsExactly(all.get(1));
    assertThat(results(receive("of-peek", ""))).hasSize(3);
  }

  @Test
  void a_result_by_topic_is_the_result_of_the_task() throws Exception {
    String id = finished("of-same", 1).get(0);

    JsonObject byTopic = results(receive("of-same", "")).get(0);
    JsonObject byTask = api.get("tasks/" + id + "/result").expect(200).object();

    byTask.forEach((name, value) -> assertThat(byTopic.get(name)).as(name).isEqualTo(value));
    assertThat(byTopic.keySet()).contains("sequence", "deliveries").hasSize(byTask.size() + 2);
  }

  @Test
  void all_is_done_only_when_every_task_is_over_and_everything_acknowledged() throws Exception {
    assertThat(topic("of-done").getBoolean("done")).as("of a topic without tasks").isTrue();
    api.run("{'method':'count_up','args':[2],'topic':'of-done'}");
    assertThat(topic("of-done").getBoolean("done")).isFalse();

    acknowledged(receive("of-done", ""), "of-done");

    JsonObject done = api.get("topics/of-done?wait=60").expect(200).object();
    assertThat(done.getBoolean("done")).isTrue();
    assertThat(done.getInt("unfinished")).isZero();
  }

  @Test
  void a_topic_tells_its_oldest_result_and_how_many_consumers_it_has() throws Exception {
    assertThat(topic("of-consumers")).doesNotContainKey("oldestAt");
    List<String> ids = finished("of-consumers", 5);
    Instant first = Instant.MAX;
    for (JsonObject seen :
        api.get("topics/of-consumers/results").json().asJsonArray().getValuesAs(JsonObject.class)) {
      Instant sent = Instant.parse(seen.getJsonObject("timestamps").getString("resultSent"));
      first = sent.isBefore(first) ? sent : first;
    }
    JsonObject none = topic("of-consumers");
    assertThat(none.getInt("consumers")).isZero();
    assertThat(Instant.parse(none.getString("oldestAt"))).isEqualTo(first);

    JsonObject one = receive("of-consumers", "max=2");
    JsonObject other = receive("of-consumers", "max=1");
    JsonObject two = topic("of-consumers");
    assertThat(two.getInt("consumers")).isEqualTo(2);
    assertThat(two.getInt("leased")).isEqualTo(3);
    assertThat(two.getString("oldestAt")).isEqualTo(none.getString("oldestAt"));
    assertThat(
            api.get("topics").json().asJsonArray().getValuesAs(JsonObject.class).stream()
                .filter(topic -> topic.getString("topic").equals("of-consumers")))
        .containsExactly(two);

    acknowledged(one, "of-consumers");
    acknowledged(other, "of-consumers");
    assertThat(topic("of-consumers").getInt("consumers")).isZero();
    acknowledged(receive("of-consumers", ""), "of-consumers");
    assertThat(topic("of-consumers")).doesNotContainKey("oldestAt");
    assertThat(ids).hasSize(5);
  }

  @Test
  void everybody_has_topics_of_his_own_and_an_administrator_may_serve_them() throws Exception {
    Api ada = api.as("topic-ada", "submitter");
    Api bob = api.as("topic-bob", "submitter");
    Api viewer = api.as("topic-vic", "viewer");
    ada.run("{'method':'echo','args':[1],'topic':'of-own'}");

    assertThat(bob.post("topics/of-own/receive", "").expect(200).object().getJsonArray("results"))
        .isEmpty();
    assertThat(bob.post("topics/of-own/receive?owner=topic-ada", "").status()).isEqualTo(403);
    assertThat(viewer.post("topics/of-own/receive", "").status()).isEqualTo(403);
    assertThat(bob.get("topics?owner=topic-bob").expect(200).json().asJsonArray()).isEmpty();
    for (Api anybody : List.of(ada, bob, viewer)) {
      assertThat(anybody.get("topics?owner=topic-ada").expect(200).json().asJsonArray()).hasSize(1);
      assertThat(anybody.get("topics").expect(200).text()).contains("topic-ada");
      assertThat(anybody.get("topics?owner=a%20b").status()).isEqualTo(422);
    }
    assertThat(results(receive("of-own", "owner=topic-ada"))).hasSize(1);
  }

  @Test
  void bad_requests_name_what_is_wrong() throws Exception {
    assertInvalid("topics/t/receive?max=0", "", "max");
    assertInvalid("topics/t/receive?wait=301", "", "wait");
    assertInvalid("topics/t/receive?lease=0", "", "lease");
    assertInvalid("topics/a%20b/receive", "", "topic");
    assertInvalid("topics/t/receive", "{\"acknowledge\":{}}", "");
    assertInvalid("topics/t/receive", "{\"other\":1}", "other");
    assertInvalid("topics/t/acknowledge", "{\"lease\":\"x\"}", "lease");
    assertInvalid("topics/t/acknowledge", "{\"lease\":\"x\",\"sequences\":[0]}", "sequences.0");
    assertThat(api.post("topics/t/acknowledge", "no").status()).isEqualTo(400);
  }

  private static void assertInvalid(String path, String body, String field) throws Exception {
    JsonObject problem = api.post(path, body).expect(422).object();
    assertThat(problem.getJsonArray("errors").getValuesAs(JsonObject.class))
        .extracting(error -> error.getString("field"))
        .contains(field);
  }

  @Test
  void what_was_fetched_by_task_need_not_be_received_by_topic() throws Exception {
    String id = api.submit("{'method':'count_up','args':[3],'topic':'of-fetch'}");
    api.result(id);
    assertThat(topic("of-fetch").getInt("waiting")).isEqualTo(4);

    JsonObject result =
        api.get("tasks/" + id + "/result?wait=60&acknowledge=true").expect(200).object();

    assertThat(result.getInt("value")).isEqualTo(3);
    assertThat(topic("of-fetch").getBoolean("done")).isTrue();
    assertThat(results(receive("of-fetch", ""))).isEmpty();
    assertThat(api.result(id).getInt("value")).as("it is kept").isEqualTo(3);
    assertThat(api.get("tasks/" + id + "/items").object().getJsonArray("items")).hasSize(3);
  }

  @Test
  void results_of_a_task_that_is_over_may_be_acknowledged_whoever_has_them() throws Exception {
    String id = finished("of-task", 1).get(0);
    JsonObject delivery = receive("of-task", "");
    String other = api.submit("{'method':'echo','notBefore':'2099-01-01T00:00:00Z'}");

    assertThat(acknowledgedByTask(id)).isEqualTo(1);
    assertThat(acknowledgedByTask(id)).as("again").isZero();
    assertThat(acknowledged(delivery, "of-task")).isZero();
    assertThat(topic("of-task").getBoolean("done")).isTrue();
    api.post("tasks/" + other + "/acknowledge", "").expect(409);
    api.post("tasks/" + other + "/cancel", "").expect(200);
    api.post("tasks/00000000-0000-0000-0000-000000000000/acknowledge", "").expect(404);
  }

  private static int acknowledgedByTask(String id) throws Exception {
    return api.post("tasks/" + id + "/acknowledge", "").expect(200).object().getInt("acknowledged");
  }

  @Test
  void only_owner_and_administrator_acknowledge_by_task() throws Exception {
    Api ada = api.as("fetch-ada", "submitter");
    Api bob = api.as("fetch-bob", "submitter");
    String id = ada.submit("{'method':'echo','topic':'of-theirs'}");
    ada.result(id);

    bob.post("tasks/" + id + "/acknowledge", "").expect(403);
    bob.get("tasks/" + id + "/result?acknowledge=true").expect(403);
    api.as("fetch-ada", "viewer").get("tasks/" + id + "/result?acknowledge=true").expect(403);
    assertThat(ada.get("tasks/" + id + "/result?acknowledge=maybe").expect(422).text())
        .contains("acknowledge");
    assertThat(ada.get("topics/of-theirs").object().getInt("waiting")).isEqualTo(1);
    assertThat(acknowledgedByTask(id)).isEqualTo(1);
  }
}

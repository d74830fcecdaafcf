package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SharedServer
class MethodsIT {

  private static Api api;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
  }

  @Test
  void the_files_of_the_directory_are_in_the_catalog() throws Exception {
    assertThat(api.get("methods").expect(200).json().asJsonArray())
        .extracting(m -> m.asJsonObject().getString("name"))
        .contains("ising-model", "lorenz", "pi-integral", "pi-integral-mpi");
    JsonObject lorenz = api.get("methods/lorenz").expect(200).object();
    assertThat(lorenz.getString("createdBy")).isEqualTo("start-up");
    assertThat(lorenz.getJsonObject("definition").getString("source")).contains("def lorenz");
  }

  @Test
  void a_changed_definition_is_a_new_version_and_the_same_one_is_not() throws Exception {
    api.define("versioned", "{'kind':'command','argv':['echo','one']}");
    api.define("versioned", "{'kind':'command','argv':['echo','one']}");
    assertThat(api.get("methods/versioned").object().getInt("version")).isEqualTo(1);
    api.define("versioned", "{'kind':'command','argv':['echo','two']}");

    assertThat(api.get("methods/versioned").object().getInt("version")).isEqualTo(2);
    JsonArray versions = api.get("methods/versioned/versions").expect(200).json().asJsonArray();
    assertThat(versions).extracting(v -> v.asJsonObject().getInt("version")).containsExactly(2, 1);
    assertThat(api.get("methods/versioned/versions/1").expect(200).text()).contains("one");
  }

  @Test
  void a_task_keeps_the_version_it_was_submitted_for() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api.define("pinned", "{'kind':'command','argv':['echo','one']}");
    String old = api.submit("{'method':'pinned'}");
    api.define("pinned", "{'kind':'command','argv':['echo','two']}");

    assertThat(api.result(old).getString("value")).isEqualTo("one\n");
    assertThat(api.run("{'method':'pinned'}").getString("value")).isEqualTo("two\n");
    assertThat(api.run("{'method':'pinned','version':1}").getString("value")).isEqualTo("one\n");
    String again = api.post("tasks/" + old + "/rerun", "").expect(201).object().getString("id");
    assertThat(api.result(again).getString("value")).isEqualTo("one\n");
  }

  @Test
  void a_retired_method_takes_no_tasks_until_it_is_put_back() throws Exception {
    api.define("retired", "{'kind':'java','bean':'isingModel'}");
    api.delete("methods/retired").expect(204);

    api.get("methods/retired").expect(404);
    api.post("tasks", "{\"method\":\"retired\"}").expect(422);
    assertThat(api.get("methods").text()).doesNotContain("\"retired\"");
    assertThat(api.get("methods/retired/versions").expect(200).text()).contains("retiredAt");
    api.define("retired", "{'kind':'java','bean':'isingModel'}");
    assertThat(api.get("methods/retired").expect(200).object().getInt("version")).isEqualTo(1);
  }

  @Test
  void defaults_of_a_method_are_overridden_by_a_task() throws Exception {
    api.define(
        "defaults",
        "{'kind':'java','bean':'isingModel','maxRetries':2,'maxAttempts':9,'timeLimitSeconds':30,"
            + "'resources':{'nodes':3,'queue':'debug'},'options':{'local':{'a':1,'b':2}}}");
    JsonObject plain = task("{'method':'defaults'}");
    assertThat(plain.getInt("maxRetries")).isEqualTo(2);
    assertThat(plain.getInt("maxAttempts")).isEqualTo(9);
    assertThat(plain.getJsonNumber("timeLimitSeconds").doubleValue()).isEqualTo(30);
    assertThat(plain.getJsonObject("resources").getInt("nodes")).isEqualTo(3);
    assertThat(plain.getJsonObject("options").getInt("a")).isEqualTo(1);

    JsonObject own =
        task(
            "{'method':'defaults','maxRetries':0,'maxAttempts':1,'timeLimitSeconds':0.5,"
                + "'resources':{'nodes':1},'options':{'b':3}}");
    assertThat(own.getInt("maxRetries")).isZero();
    assertThat(own.getInt("maxAttempts")).isEqualTo(1);
    assertThat(own.getJsonNumber("timeLimitSeconds").doubleValue()).isEqualTo(0.5);
    assertThat(own.getJsonObject("resources").getInt("nodes")).isEqualTo(1);
    assertThat(own.getJsonObject("resources").getString("queue")).isEqualTo("debug");
    assertThat(own.getJsonObject("options").toString()).isEqualTo("{\"a\":1,\"b\":3}");
  }

  private static JsonObject task(String json) throws Exception {
    return api.get("tasks/" + api.submit(json)).expect(200).object();
  }

  @Test
  void a_java_method_whose_bean_is_not_there_rejects_its_task() throws Exception {
    api.define("beanless", "{'kind':'java','bean':'nobody'}");
    JsonObject failure = api.run("{'method':'beanless'}").getJsonObject("failure");

    assertThat(failure.getString("failureClass")).isEqualTo("REJECTED");
    assertThat(failure.getString("message")).contains("nobody");
  }

  @Test
  void a_java_method_is_ended_at_its_limit() throws Exception {
    JsonObject failure =
        api.run(
                "{'method':'ising-model','timeLimitSeconds':0.3,"
                    + "'kwargs':{'size':8,'temperature':2.0,'sweeps':10000000}}")
            .getJsonObject("failure");

    assertThat(failure.getString("failureClass")).isEqualTo("TIME_LIMIT");
  }

  @Test
  void a_java_method_fails_with_its_exception_and_rejects_what_it_cannot_bind() throws Exception {
    api.define("unchecked", "{'kind':'java','bean':'isingModel'}");
    JsonObject thrown =
        api.run("{'method':'unchecked','kwargs':{'size':1,'temperature':2,'sweeps':1}}")
            .getJsonObject("failure");
    assertThat(thrown.getString("failureClass")).isEqualTo("APPLICATION");
    assertThat(thrown.getString("type")).isEqualTo("java.lang.IllegalArgumentException");
    assertThat(thrown.getString("message")).contains("size >= 2");
    assertThat(thrown.getString("traceback")).contains("IsingModel.run");

    JsonObject unbound =
        api.run("{'method':'unchecked','kwargs':{'size':'many'}}").getJsonObject("failure");
    assertThat(unbound.getString("failureClass")).isEqualTo("REJECTED");
    assertThat(unbound.getString("message")).contains("IsingModel");

    JsonObject two = api.run("{'method':'unchecked','args':[1,2]}").getJsonObject("failure");
    assertThat(two.getString("failureClass")).isEqualTo("REJECTED");
  }

  @Test
  void a_java_method_takes_its_input_by_position_too() throws Exception {
    api.define("by_position", "{'kind':'java','bean':'isingModel'}");

    assertThat(
            api.run("{'method':'by_position','args':[{'size':4,'temperature':2,'sweeps':10}]}")
                .getJsonObject("value")
                .getInt("measurements"))
        .isEqualTo(8);
  }

  @Test
  void a_schema_that_could_not_be_used_is_refused() throws Exception {
    for (String schema : new String[] {"{'pattern':'['}", "{'$ref':'http://192.0.2.1/schema'}"}) {
      JsonObject problem =
          api.put(
                  "methods/unusable",
                  "{'kind':'command','argv':['echo'],'inputSchema':{'properties':{'a':%s}}}"
                      .formatted(schema)
                      .replace('\'', '"'))
              .expect(422)
              .object();
      assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("field"))
          .isEqualTo("inputSchema");
    }
    api.get("methods/unusable").expect(404);
  }
}

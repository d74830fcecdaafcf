package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import colmenar.container.SharedServer;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What happens to real work on the local backend, with eight workers. */
@SharedServer
class LocalBackendIT {

  private static final int WORKERS = 8;
  private static final Set<String> DONE = Set.of("SUCCEEDED", "FAILED", "CANCELED");
  private static final Duration SOON = Duration.ofSeconds(30);

  private static Api api;

  @BeforeAll
  static void define() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    api.definePython("add", "def add(x, y=10):\n    return x + y", "{}");
    api.definePython("nap", "import time\ndef nap(s):\n    time.sleep(s)\n    return s", "{}");
    api.definePython("forever", "def forever():\n    while True:\n        pass", "{}");
    api.define("shell", "{'kind':'command','argv':['sh','-c','{script}'],'parameters':['script']}");
  }

  private static JsonObject failure(JsonObject result) {
    assertThat(result.getString("state")).isEqualTo("FAILED");
    assertThat(result.getBoolean("success")).isFalse();
    assertThat(result).doesNotContainKey("value");
    return result.getJsonObject("failure");
  }

  private static void await(String id, String state) {
    Awaitility.await().atMost(SOON).until(() -> api.state(id).equals(state));
  }

  @Test
  void a_python_function_takes_positional_and_keyword_arguments() throws Exception {
    JsonObject result = api.run("{'method':'add','args':[1],'kwargs':{'y':2}}");

    assertThat(result.getInt("value")).isEqualTo(3);
    assertThat(result.getJsonObject("worker").keySet()).contains("hostname", "pid", "python");
    assertThat(result.getJsonObject("timeSpans").keySet())
        .contains("running", "deserializeInputs", "serializeResults");
    assertThat(result.getJsonObject("timestamps").keySet())
        .containsExactlyInAnyOrder(
            "created",
            "inputReceived",
            "startTaskSubmission",
            "taskReceived",
            "computeStarted",
            "computeEnded",
            "resultSent",
            "resultReceived");
  }

  @Test
  void a_python_function_can_be_imported_and_sees_its_resources() throws Exception {
    api.define("gcd", "{'kind':'python','function':'math:gcd'}");
    assertThat(api.run("{'method':'gcd','args':[12,18]}").getInt("value")).isEqualTo(6);

    api.definePython("ranks", "def ranks(_resources):\n    return _resources.total_ranks", "{}");
    assertThat(
            api.run("{'method':'ranks','resources':{'nodes':3,'processesPerNode':4}}")
                .getInt("value"))
        .isEqualTo(12);
  }

  @Test
  void a_generator_streams_its_items() throws Exception {
    api.definePython(
        "count", "def count(n):\n    for i in range(n):\n        yield i * i\n    return n", "{}");
    String id = api.submit("{'method':'count','args':[5]}");

    assertThat(api.result(id).getInt("value")).isEqualTo(5);
    JsonObject items = api.get("tasks/" + id + "/items").expect(200).object();
    assertThat(items.getJsonArray("items"))
        .extracting(i -> i.asJsonObject().getInt("value"))
        .containsExactly(0, 1, 4, 9, 16);
    assertThat(items.getBoolean("complete")).isTrue();
  }

  @Test
  void text_of_every_script_and_large_numbers_survive() throws Exception {
    api.definePython("echo", "def echo(x):\n    return x", "{}");
    String text =
        "{\"method\":\"echo\",\"args\":[{\"ä🚀\\u0000\":[123456789012345678901234567890,-0.5,null,true]}]}";
    JsonObject result = api.result(api.post("tasks", text).expect(201).object().getString("id"));

    assertThat(result.get("value")).isEqualTo(result.getJsonArray("args").get(0));
  }

  @Test
  void an_exception_fails_its_task_with_type_message_and_traceback() throws Exception {
    api.definePython(
        "divide", "def inner(x):\n    return 1 / x\ndef divide(x):\n    return inner(x)", "{}");
    JsonObject failure = failure(api.run("{'method':'divide','args':[0]}"));

    assertThat(failure.getString("failureClass")).isEqualTo("APPLICATION");
    assertThat(failure.getString("type")).isEqualTo("ZeroDivisionError");
    assertThat(failure.getString("message")).isEqualTo("division by zero");
    assertThat(failure.getString("traceback")).contains("in inner").contains("return 1 / x");
  }

  @Test
  void a_syntax_error_fails_its_task_and_says_where() throws Exception {
    api.definePython("broken", "def broken():\n    return )", "{}");
    JsonObject failure = failure(api.run("{'method':'broken'}"));

    assertThat(failure.getString("failureClass")).isEqualTo("REJECTED");
    assertThat(failure.getString("type")).isEqualTo("SyntaxError");
    assertThat(failure.getString("message")).contains("line 2");
  }

  @Test
  void arguments_that_do_not_fit_are_rejected_and_not_retried() throws Exception {
    String id = api.submit("{'method':'add','kwargs':{'z':1},'maxRetries':3}");
    JsonObject failure = failure(api.result(id));

    assertThat(failure.getString("failureClass")).isEqualTo("REJECTED");
    assertThat(failure.getString("message")).contains("add");
    assertThat(api.attempts(id)).hasSize(1);
  }

  @Test
  void a_failure_is_retried_as_often_as_asked_and_every_attempt_is_kept() throws Exception {
    api.definePython("fail", "def fail():\n    raise ValueError('no luck')", "{}");
    String id = api.submit("{'method':'fail','maxRetries':2}");
    JsonObject result = api.result(id);

    assertThat(failure(result).getString("message")).isEqualTo("no luck");
    assertThat(result.getInt("retries")).isEqualTo(2);
    assertThat(api.attempts(id)).hasSize(3);
    for (JsonValue attempt : api.attempts(id)) {
      JsonObject record = attempt.asJsonObject();
      assertThat(record.getString("outcome")).isEqualTo("FAILED");
      assertThat(record.getJsonObject("failure").getString("message")).isEqualTo("no luck");
      assertThat(record.getJsonObject("failure").getString("traceback")).contains("no luck");
      assertThat(record.getJsonObject("timestamps")).containsKeys("computeStarted", "finished");
    }
  }

  @Test
  void inputs_survive_retries_whatever_keep_inputs_says() throws Exception {
    api.definePython("fail_with", "def fail_with(x):\n    raise ValueError(x)", "{}");
    JsonObject result =
        api.run("{'method':'fail_with','args':['true reason'],'maxRetries':1,'keepInputs':false}");

    assertThat(failure(result).getString("message")).isEqualTo("true reason");
  }

  @Test
  void an_endless_loop_is_ended_at_its_limit() throws Exception {
    String id = api.submit("{'method':'forever','timeLimitSeconds':0.5}");
    JsonObject failure = failure(api.result(id));

    assertThat(failure.getString("failureClass")).isEqualTo("TIME_LIMIT");
    assertThat(failure.getString("message")).contains("0.5 s");
    assertThat(api.run("{'method':'add','args':[1]}").getInt("value")).isEqualTo(11);
  }

  @Test
  void a_killed_worker_fails_only_its_own_attempt_and_the_pool_is_whole_again() throws Exception {
    List<String> others = submitNaps(WORKERS - 1, 2);
    api.definePython(
        "suicide",
        "import os, signal\ndef suicide():\n    os.kill(os.getpid(), signal.SIGKILL)",
        "{}");
    String id = api.submit("{'method':'suicide','maxAttempts':1}");
    JsonObject result = api.result(id);
    JsonObject failure = failure(result);

    assertThat(failure.getString("failureClass")).isEqualTo("INFRASTRUCTURE");
    assertThat(failure.getString("message")).contains("signal 9");
    assertThat(result.getInt("exitCode")).isEqualTo(137);
    for (String other : others) {
      assertThat(api.result(other).getInt("attempt")).isEqualTo(1);
      assertThat(api.result(other).getBoolean("success")).isTrue();
    }
    for (String after : submitNaps(WORKERS, 0)) {
      assertThat(api.result(after).getBoolean("success")).isTrue();
    }
  }

  private static List<String> submitNaps(int count, int seconds) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(api.submit("{'method':'nap','args':[" + seconds + "]}"));
    }
    return ids;
  }

  @Test
  void a_lost_worker_is_retried_without_using_up_a_retry() throws Exception {
    Path marker = Files.createTempFile("colmenar", ".marker");
    Files.delete(marker);
    api.definePython(
        "die_once",
        """
        import os, signal
        def die_once(path):
            if not os.path.exists(path):
                open(path, "w").close()
                os.kill(os.getpid(), signal.SIGKILL)
            return "alive"
        """,
        "{}");
    String id = api.submit("{'method':'die_once','args':['" + marker + "']}");
    JsonObject result = api.result(id);
    Files.deleteIfExists(marker);

    assertThat(result.getString("value")).isEqualTo("alive");
    assertThat(result.getInt("attempt")).isEqualTo(2);
    assertThat(result.getInt("retries")).isZero();
    assertThat(api.attempts(id).getJsonObject(0).getJsonObject("failure").getString("failureClass"))
        .isEqualTo("INFRASTRUCTURE");
  }

  @Test
  void a_function_that_ends_its_process_is_to_blame() throws Exception {
    api.definePython("leave", "import os\ndef leave():\n    os._exit(3)", "{}");
    JsonObject result = api.run("{'method':'leave'}");

    assertThat(failure(result).getString("failureClass")).isEqualTo("APPLICATION");
    assertThat(failure(result).getString("message")).contains("exit code 3");
    assertThat(result.getInt("exitCode")).isEqualTo(3);
  }

  @Test
  void sys_exit_is_a_failure_like_any_other() throws Exception {
    api.definePython("quit", "import sys\ndef quit():\n    sys.exit('enough')", "{}");

    assertThat(failure(api.run("{'method':'quit'}")).getString("type")).isEqualTo("SystemExit");
  }

  @Test
  void a_value_that_is_not_json_says_where() throws Exception {
    api.definePython("odd", "def odd():\n    return {'frames': [1, b'x']}", "{}");
    JsonObject failure = failure(api.run("{'method':'odd'}"));

    assertThat(failure.getString("type")).isEqualTo("ResultNotJson");
    assertThat(failure.getString("message")).contains("frames[1]");
  }

  @Test
  void a_value_that_is_too_large_names_the_limit() throws Exception {
    api.definePython("huge", "def huge():\n    return 'x' * 200000", "{}");

    assertThat(failure(api.run("{'method':'huge'}")).getString("message")).contains("100000");
  }

  @Test
  void what_is_printed_is_captured_and_capped() throws Exception {
    api.definePython(
        "talk",
        """
        import subprocess, sys
        def talk():
            print("from python")
            subprocess.run(["sh", "-c", "echo from a child"])
            print("an error", file=sys.stderr)
        """,
        "{}");
    String id = api.submit("{'method':'talk'}");
    api.result(id);
    assertThat(api.get("tasks/" + id + "/attempts/1/stdout").expect(200).text())
        .isEqualTo("from python\nfrom a child\n");
    assertThat(api.get("tasks/" + id + "/attempts/1/stderr").text()).isEqualTo("an error\n");

    String loud = api.submit("{'method':'shell','args':['yes | head -c 5000000']}");
    assertThat(failure(api.result(loud)).getString("type")).isEqualTo("ResultTooLarge");
    assertThat(api.get("tasks/" + loud + "/attempts/1/stdout").text()).hasSize(64 * 1024);
  }

  @Test
  void output_can_be_read_while_it_is_written() throws Exception {
    String id = api.submit("{'method':'shell','args':['echo first; sleep 60']}");
    String path = "tasks/" + id + "/attempts/1/stdout";
    Awaitility.await()
        .atMost(SOON)
        .until(() -> api.get(path).status() == 200 && api.get(path).text().equals("first\n"));

    assertThat(api.get(path).header("Colmenar-Next-Offset")).isEqualTo("6");
    assertThat(api.get(path + "?offset=6").text()).isEmpty();
    api.post("tasks/" + id + "/cancel", "").expect(202);
    assertThat(api.result(id).getString("state")).isEqualTo("CANCELED");
  }

  @Test
  void a_command_that_exits_3_fails_with_its_code_and_its_last_words() throws Exception {
    JsonObject result = api.run("{'method':'shell','args':['echo oh no >&2; exit 3']}");
    JsonObject failure = failure(result);

    assertThat(result.getInt("exitCode")).isEqualTo(3);
    assertThat(failure.getString("failureClass")).isEqualTo("APPLICATION");
    assertThat(failure.getString("message")).contains("3").contains("oh no");
  }

  @Test
  void a_command_gets_its_stdin_and_files_and_gives_its_result_from_a_file() throws Exception {
    api.define(
        "mix",
        "{'kind':'command','argv':['sh','-c','cat - in/data.txt > out.json'],"
            + "'stdin':'[{a},','files':{'in/data.txt':'{b}]'},'parameters':['a','b'],"
            + "'result':{'from':'file','path':'out.json','as':'json'}}");

    assertThat(api.run("{'method':'mix','args':[1,'2']}").getJsonArray("value").toString())
        .isEqualTo("[1,2]");
  }

  @Test
  void arguments_never_reach_a_shell() throws Exception {
    api.define("say", "{'kind':'command','argv':['printf','%s','{what}']}");
    String evil = "$(id); `id` && rm -rf / ; \\\" '";
    String body =
        "{\"method\":\"say\",\"kwargs\":{\"what\":\"" + evil.replace("\\\"", "\\\\\\\"") + "\"}}";
    JsonObject result = api.result(api.post("tasks", body).expect(201).object().getString("id"));

    assertThat(result.getString("value")).isEqualTo(evil);
  }

  @Test
  void a_program_that_is_not_there_is_rejected() throws Exception {
    api.define("no_program", "{'kind':'command','argv':['no-such-program']}");
    JsonObject failure = failure(api.run("{'method':'no_program'}"));

    assertThat(failure.getString("failureClass")).isEqualTo("REJECTED");
    assertThat(failure.getString("message")).contains("no-such-program");
  }

  @Test
  void an_mpi_launch_template_starts_all_ranks() throws Exception {
    Services.require("mpirun", Services.onPath("mpirun"));
    JsonObject sample = api.get("methods/pi-integral-mpi").object().getJsonObject("definition");
    // As root, and on fewer processors than ranks, mpirun wants to be told that this is meant.
    JsonObject definition =
        Json.createObjectBuilder(sample)
            .add("name", "mpi")
            .add(
                "launch",
                "mpirun --allow-run-as-root --oversubscribe -x INTERVALS -np {total_ranks}")
            .build();
    api.put("methods/mpi", definition.toString()).expect(200);
    JsonObject result =
        api.run("{'method':'mpi','args':[100000],'resources':{'nodes':1,'processesPerNode':3}}");

    assertThat(result.getString("state")).as(result.toString()).isEqualTo("SUCCEEDED");
    assertThat(result.getJsonObject("value").getInt("ranks")).isEqualTo(3);
    assertThat(result.getJsonObject("value").getJsonNumber("pi").doubleValue())
        .isCloseTo(Math.PI, Offset.offset(1e-8));
    assertThat(result.getJsonObject("timeSpans").getJsonObject("additional").keySet())
        .contains("exec_preprocess", "exec_execution", "exec_postprocess");
  }

  @Test
  void cancelling_ends_the_whole_process_group() throws Exception {
    Path pids = Files.createTempFile("colmenar", ".pids");
    String script =
        "echo $$ > " + pids + "; sleep 600 & echo $! >> " + pids + "; trap : TERM; wait; sleep 600";
    String command = api.submit("{'method':'shell','args':['" + script + "']}");
    Awaitility.await().atMost(SOON).until(() -> Files.readAllLines(pids).size() == 2);
    api.definePython(
        "parent",
        """
        import os, subprocess
        def parent(path):
            child = subprocess.Popen(["sleep", "600"])
            with open(path, "a") as f:
                f.write(f"{os.getpid()}\\n{child.pid}\\n")
            child.wait()
        """,
        "{}");
    String function = api.submit("{'method':'parent','args':['" + pids + "']}");
    Awaitility.await().atMost(SOON).until(() -> Files.readAllLines(pids).size() == 4);

    for (String id : List.of(command, function)) {
      api.post("tasks/" + id + "/cancel", "").expect(202);
      assertThat(api.result(id).getString("state")).isEqualTo("CANCELED");
    }
    Awaitility.await("end of every process").atMost(SOON).until(() -> living(pids).isEmpty());
    Files.delete(pids);
  }

  private static List<String> living(Path pids) throws Exception {
    return Files.readAllLines(pids).stream()
        .filter(
            pid -> ProcessHandle.of(Long.parseLong(pid)).filter(LocalBackendIT::runs).isPresent())
        .toList();
  }

  /** A process that has ended may be left for its parent, long gone too, to ask about. */
  private static boolean runs(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void a_waiting_task_is_cancelled_at_once() throws Exception {
    List<String> busy = submitNaps(WORKERS, 60);
    for (String id : busy) {
      await(id, "RUNNING");
    }
    String waiting = api.submit("{'method':'add','args':[1]}");
    assertThat(api.post("tasks/" + waiting + "/cancel", "").expect(200).object().getString("state"))
        .isEqualTo("CANCELED");
    assertThat(api.attempts(waiting)).isEmpty();
    assertThat(api.result(waiting).getString("state")).isEqualTo("CANCELED");

    for (String id : busy) {
      api.post("tasks/" + id + "/cancel", "").expect(202);
    }
    for (String id : busy) {
      assertThat(api.result(id).getString("state")).isEqualTo("CANCELED");
    }
  }

  @Test
  void exactly_the_configured_number_of_java_methods_run_at_once() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3 * WORKERS; i++) {
      ids.add(
          api.submit(
              "{'method':'ising-model','kwargs':{'size':32,'temperature':2.3,'sweeps':1500}}"));
    }
    List<JsonObject> results = new ArrayList<>();
    for (String id : ids) {
      results.add(api.result(id));
    }

    assertThat(mostAtOnce(results)).isEqualTo(WORKERS);
  }

  /** The largest number of intervals from computeStarted to computeEnded that overlap. */
  private static int mostAtOnce(List<JsonObject> results) {
    Map<Instant, Integer> changes = new TreeMap<>();
    for (JsonObject result : results) {
      JsonObject times = result.getJsonObject("timestamps");
      changes.merge(Instant.parse(times.getString("computeStarted")), 1, Integer::sum);
      changes.merge(Instant.parse(times.getString("computeEnded")), -1, Integer::sum);
    }
    int now = 0;
    int most = 0;
    for (int change : changes.values()) {
      now += change;
      most = Math.max(most, now);
    }
    return most;
  }

  @Test
  void the_servers_secrets_do_not_reach_user_code() throws Exception {
    api.definePython("env", "import os\ndef env():\n    return dict(os.environ)", "{}");
    JsonObject environment = api.run("{'method':'env'}").getJsonObject("value");

    assertThat(environment).containsKey("PATH");
    assertThat(environment.keySet()).noneMatch(name -> name.startsWith("COLMENAR_"));
  }

  @Test
  void the_run_directory_goes_after_a_success_and_stays_after_a_failure() throws Exception {
    Path runs = ColmenarServer.dataDirectory().resolve("runs");
    String good = api.submit("{'method':'shell','args':['echo x > made; pwd']}");
    String value = api.result(good).getString("value").trim();
    assertThat(value).startsWith(runs.toRealPath().toString());
    assertThat(Path.of(value)).doesNotExist();

    String bad = api.submit("{'method':'shell','args':['echo x > made; exit 1']}");
    api.result(bad);
    String attempt = api.attempts(bad).getJsonObject(0).getString("id");
    assertThat(runs.resolve(attempt).resolve("made")).exists();
  }

  @Test
  void a_thousand_mixed_tasks_finish_each_in_its_right_state() throws Exception {
    api.definePython(
        "odd_fails",
        "def odd_fails(i):\n    if i % 2:\n        raise ValueError(i)\n    return i",
        "{}");
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      bodies.add(
          switch (i % 4) {
            case 0 ->
                "{\"method\":\"ising-model\",\"kwargs\":{\"size\":4,\"temperature\":2,\"sweeps\":3},\"topic\":\"mixed\"}";
            case 1 ->
                "{\"method\":\"odd_fails\",\"args\":[%d],\"topic\":\"mixed\"}".formatted(i / 4);
            case 2 ->
                "{\"method\":\"shell\",\"args\":[\"exit %d\"],\"topic\":\"mixed\"}"
                    .formatted(i / 4 % 2);
            default -> "{\"method\":\"add\",\"args\":[%d],\"topic\":\"mixed\"}".formatted(i);
          });
    }
    JsonObject answer =
        api.post("tasks", "[" + String.join(",", bodies) + "]").expect(200).object();
    assertThat(answer.getInt("accepted")).isEqualTo(1000);
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> states("mixed").values().stream().allMatch(DONE::contains));

    Map<String, String> states = states("mixed");
    JsonArray items = answer.getJsonArray("items");
    for (int i = 0; i < 1000; i++) {
      String id = items.getJsonObject(i).getString("id");
      boolean fails = (i % 4 == 1 || i % 4 == 2) && i / 4 % 2 == 1;
      assertThat(states.get(id)).as(bodies.get(i)).isEqualTo(fails ? "FAILED" : "SUCCEEDED");
      if (i % 20 == 3) {
        assertThat(api.result(id).getInt("value")).isEqualTo(i + 10);
        assertThat(api.result(id).getInt("attempt")).isEqualTo(1);
      }
    }
  }

  /** State by id. */
  private static Map<String, String> states(String topic) throws Exception {
    return api
        .get("tasks?limit=1000&topic=" + topic)
        .expect(200)
        .object()
        .getJsonArray("tasks")
        .stream()
        .map(JsonValue::asJsonObject)
        .collect(Collectors.toMap(task -> task.getString("id"), task -> task.getString("state")));
  }
}

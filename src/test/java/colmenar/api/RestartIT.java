package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@OwnServer
class RestartIT {

  @BeforeAll
  static void needs() {
    Services.require("python3", Services.onPath("python3"));
  }

  @Test
  void waiting_tasks_run_and_results_are_there_after_a_stop_and_after_a_crash() throws Exception {
    try (ServerProcess server = new ServerProcess("restart").with("COLMENAR_LOCAL_WORKERS", "2")) {
      server.start();
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      api.definePython("nap", "import time\ndef nap(s):\n    time.sleep(s)\n    return s", "{}");
      String fetched = api.submit("{'method':'nap','args':[0]}");
      JsonObject before = api.result(fetched);
      String once = api.submit("{'method':'nap','args':[120],'maxAttempts':1}");
      String again = api.submit("{'method':'nap','args':[8]}");
      await(api, once, "RUNNING");
      await(api, again, "RUNNING");
      List<String> waiting = submitMany(api, 20);
      assertThat(api.state(waiting.get(0))).isEqualTo("PENDING");

      server.stop();
      server.start();

      assertThat(succeeded(api)).as("in the history").isPositive();
      assertThat(api.result(fetched)).isEqualTo(before);
      JsonObject lost = api.result(once);
      assertThat(lost.getString("state")).isEqualTo("FAILED");
      assertThat(lost.getJsonObject("failure").getString("failureClass"))
          .isEqualTo("INFRASTRUCTURE");
      assertThat(api.result(again).getInt("attempt")).isEqualTo(2);
      assertThat(api.result(again).getInt("retries")).isZero();
      assertAllSucceeded(api, waiting);

      String running = api.submit("{'method':'nap','args':[3]}");
      String canceling = api.submit("{'method':'nap','args':[60]}");
      await(api, running, "RUNNING");
      await(api, canceling, "RUNNING");
      List<String> late = submitMany(api, 20);
      int told = succeeded(api);
      server.killServerOnly();
      server.start();

      assertThat(succeeded(api)).as("in the history").isGreaterThanOrEqualTo(told);
      assertThat(api.result(running).getBoolean("success")).isTrue();
      assertAllSucceeded(api, late);
      assertThat(api.result(fetched)).isEqualTo(before);
      api.post("tasks/" + canceling + "/cancel", "");
      assertThat(api.result(canceling).getString("state")).isEqualTo("CANCELED");
      Awaitility.await("end of the workers of the server that was killed")
          .atMost(Duration.ofSeconds(20))
          .until(() -> workers(server) <= 2);
    }
  }

  private static int succeeded(Api api) throws Exception {
    return api.get("history?bins=1&method=nap")
        .expect(200)
        .object()
        .getJsonArray("series")
        .getJsonObject(0)
        .getJsonObject("total")
        .getInt("succeeded");
  }

  /** Worker processes on this machine that were started by this server, in any of its lives. */
  private static long workers(ServerProcess server) {
    String home = server.dataDirectory().toString();
    return ProcessHandle.allProcesses().filter(process -> isWorker(process, home)).count();
  }

  private static boolean isWorker(ProcessHandle process, String home) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
          .toString()
          .startsWith(home);
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> submitMany(Api api, int count) throws Exception {
    String one = "{\"method\":\"nap\",\"args\":[0.01]}";
    String batch = "[" + (one + ",").repeat(count - 1) + one + "]";
    JsonArray items = api.post("tasks", batch).expect(200).object().getJsonArray("items");
    List<String> ids = new ArrayList<>();
    items.forEach(item -> ids.add(item.asJsonObject().getString("id")));
    return ids;
  }

  private static void assertAllSucceeded(Api api, List<String> ids) throws Exception {
    for (String id : ids) {
      assertThat(api.result(id).getString("state")).isEqualTo("SUCCEEDED");
    }
  }

  private static void await(Api api, String id, String state) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> api.state(id).equals(state));
  }
}

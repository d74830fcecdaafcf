package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How many tasks a server takes, and what it does when it drains. */
@OwnServer
class LimitsRestartIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @BeforeAll
  static void needs() {
    Services.require("python3", Services.onPath("python3"));
  }

  @Test
  void a_server_takes_so_many_tasks_and_drains_over_a_restart() throws Exception {
    try (ServerProcess server =
        new ServerProcess("limits")
            .with("COLMENAR_LOCAL_WORKERS", "2")
            .with("COLMENAR_QUEUE_MAX_TASKS", "30")
            .with("COLMENAR_QUEUE_MAX_TASKS_PER_OWNER", "20")) {
      server.start();
      Api root = Api.administrator(server.uri(), server.dataDirectory());
      root.definePython("free", "def free():\n    return 1", "{}");
      Api ann = root.as("ann", "submitter");
      root.post("server/pause", "").expect(200);
      submit(ann, 20);

      Api.Answer refused = ann.post("tasks", "{\"method\":\"free\"}").expect(429);
      assertThat(refused.object().getString("type"))
          .isEqualTo("urn:colmenar:problem:too-many-tasks");
      assertThat(refused.header("Retry-After")).isEqualTo("10");
      submit(root, 10);
      assertThat(root.post("tasks", "[{\"method\":\"free\"}]").expect(429).text())
          .contains("31 unfinished tasks; the limit is 30");

      server.stop();
      server.start();
      JsonObject paused = root.get("server").expect(200).object();
      assertThat(paused.getString("gate")).isEqualTo("PAUSED");
      assertThat(paused.getJsonObject("tasks").getInt("PENDING")).isEqualTo(30);
      Awaitility.await()
          .atMost(SOON)
          .until(() -> ann.post("tasks", "{\"method\":\"free\"}").status() == 429);

      assertThat(root.post("server/drain", "").expect(200).object().getBoolean("drained"))
          .isFalse();
      root.post("tasks", "{\"method\":\"free\"}").expect(503);
      root.post("tasks", "[{\"method\":\"free\"}]").expect(503);
      Awaitility.await()
          .atMost(SOON)
          .until(() -> root.get("server").object().getBoolean("drained"));
      assertThat(root.get("server").object().getInt("unfinished")).isZero();

      root.post("server/resume", "").expect(200);
      Awaitility.await()
          .atMost(SOON)
          .until(() -> ann.post("tasks", "{\"method\":\"free\"}").status() == 201);
    }
  }

  private static void submit(Api caller, int many) throws Exception {
    String bodies = String.join(",", Collections.nCopies(many, "{\"method\":\"free\"}"));
    JsonObject answer = caller.post("tasks", "[" + bodies + "]").expect(200).object();
    assertThat(answer.getInt("accepted")).isEqualTo(many);
  }
}

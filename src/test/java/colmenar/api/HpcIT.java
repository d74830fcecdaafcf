package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.hpc.RealScheduler;
import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import colmenar.remote.SshServer;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Campaigns on real clusters, whose server dies meanwhile. */
@OwnServer
class HpcIT {

  private static final Duration LONG = Duration.ofMinutes(15);

  /** {@code -Dcolmenar.test.hpc.tasks=500} for more. */
  private static final int TASKS = Integer.getInteger("colmenar.test.hpc.tasks", 60);

  private static final String[] SITES = {"slurm", "gridengine"};

  @TempDir private Path directory;

  @Test
  void a_mixed_campaign_on_two_clusters_survives_a_server_that_dies_between_submission_and_record()
      throws Exception {
    try (RealScheduler slurm = RealScheduler.slurm();
        RealScheduler gridEngine = RealScheduler.gridEngine();
        SshServer ssh = new SshServer(Files.createDirectory(directory.resolve("ssh"))).start();
        ServerProcess server = new ServerProcess("hpc")) {
      configure(server, ssh, "slurm", slurm, "sbatch");
      configure(server, ssh, "gridengine", gridEngine, "qsub");
      server.start();
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      define(api);
      Map<String, Check> campaign = submit(api);

      for (String site : SITES) {
        awaitFile(slowDown(site).resolve("submitted"));
        server.killServerOnly();
        Files.delete(slowDown(site).resolve("slow"));
        server.start();
      }
      cancel(api, campaign);
      Awaitility.await("half of it").atMost(LONG).until(() -> over(api) > campaign.size() / 2);
      server.killServerOnly();
      server.start();

      Awaitility.await("the end of the campaign")
          .atMost(LONG)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> over(api) == campaign.size());
      for (Map.Entry<String, Check> task : campaign.entrySet()) {
        check(api, task.getKey(), task.getValue());
      }
      assertThat(jobNames(slurm, "squeue --states=all --noheader --format=%F:%j"))
          .doesNotHaveDuplicates();
    }
  }

  private void configure(
      ServerProcess server, SshServer ssh, String site, RealScheduler scheduler, String submit)
      throws Exception {
    String prefix = "COLMENAR_HPC_" + site.toUpperCase(Locale.ROOT) + "_";
    server
        .with("COLMENAR_HPC_SITES", String.join(",", SITES))
        .with(prefix + "SCHEDULER", site)
        .with(prefix + "HOST", ssh.hop().host())
        .with(prefix + "PORT", String.valueOf(ssh.port()))
        .with(prefix + "USER", ssh.hop().user())
        .with(prefix + "IDENTITY", ssh.userKey().toString())
        .with(prefix + "KNOWN_HOSTS", ssh.knownHosts().toString())
        .with(prefix + "DIRECTORY", directory.resolve("site-" + site).toString())
        .with(prefix + "POLL_SECONDS", "1")
        .with(prefix + "SETTLE_SECONDS", "2")
        .with(prefix + "SETUP", scheduler.setup() + "\n" + slow(site, submit));
  }

  /** Between the submission and its answer there is time for a crash. */
  private String slow(String site, String submit) throws Exception {
    Path wrappers = Files.createDirectories(slowDown(site));
    Files.createFile(wrappers.resolve("slow"));
    Files.createDirectory(wrappers.resolve("bin"));
    Path wrapper = wrappers.resolve("bin").resolve(submit);
    Files.writeString(
        wrapper,
        """
        #!/bin/sh
        PATH=${PATH#*:}
        answer=$(%s "$@") || exit
        : >%s/submitted
        while [ -e %s/slow ]; do sleep 0.1; done
        echo "$answer"
        """
            .formatted(submit, wrappers, wrappers));
    assertThat(wrapper.toFile().setExecutable(true)).isTrue();
    return "PATH=" + wrapper.getParent() + ":$PATH";
  }

  private Path slowDown(String site) {
    return directory.resolve("slow-" + site);
  }

  private static void awaitFile(Path file) {
    Awaitility.await("the first submission").atMost(LONG).until(() -> Files.exists(file));
  }

  private static void define(Api api) throws Exception {
    String sites = "{'backends':['slurm','gridengine']}";
    api.definePython(
        "marks",
        """
        import os, time
        def marks(directory, name, seconds=0):
            with open(os.path.join(directory, name), 'a') as file:
                file.write('x')
            print('ran', name)
            time.sleep(seconds)
            return name
        """,
        sites);
    api.definePython("raises", "def raises():\n    raise ValueError('no such state')", sites);
    api.definePython("counts", "def counts(n):\n    yield from range(n)", sites);
    api.define(
        "exits",
        "{'kind':'command','argv':['sh','-c','echo out; exit {code}'],'parameters':['code'],"
            + "'backends':['slurm','gridengine']}");
  }

  /** Checks by id of the task. */
  private Map<String, Check> submit(Api api) throws Exception {
    JsonArrayBuilder batch = Json.createArrayBuilder();
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      String site = SITES[i % SITES.length];
      String name = "task" + i;
      String marks = "'method':'marks','args':['%s','%s',%s]".formatted(directory, name, i % 3);
      String body;
      switch (i / SITES.length % 8) {
        case 3 -> {
          body = "'method':'exits','args':[3]";
          checks.add(HpcIT::exitedWith3);
        }
        case 4 -> {
          body = "'method':'raises'";
          checks.add((task, attempt) -> failed(attempt, "APPLICATION", "ValueError"));
        }
        case 5 -> {
          body = marks.replace("%d]".formatted(i % 3), "600]") + ",'timeLimitSeconds':2";
          checks.add((task, attempt) -> failed(attempt, "TIME_LIMIT", "TimeLimit"));
        }
        case 6 -> {
          body = marks.replace("%d]".formatted(i % 3), "600]") + ",'labels':{'cancel':'yes'}";
          checks.add((task, attempt) -> assertThat(state(task)).isEqualTo("CANCELED"));
        }
        case 7 -> {
          body = "'method':'counts','args':[3]";
          checks.add((task, attempt) -> assertThat(state(task)).isEqualTo("SUCCEEDED"));
        }
        default -> {
          body = marks;
          checks.add((task, attempt) -> ranOnce(task, name));
        }
      }
      batch.add(
          Api.parse(
              "{%s,'campaign':'mixed','backend':'%s'}".formatted(body, site).replace('\'', '"')));
    }
    JsonArray items =
        api.post("tasks", batch.build().toString()).expect(200).object().getJsonArray("items");
    Map<String, Check> campaign = new LinkedHashMap<>();
    for (int i = 0; i < TASKS; i++) {
      campaign.put(items.getJsonObject(i).getString("id"), checks.get(i));
    }
    return campaign;
  }

  private static void cancel(Api api, Map<String, Check> campaign) throws Exception {
    api.post("operations", "{\"action\":\"CANCEL\",\"filter\":{\"labels\":{\"cancel\":\"yes\"}}}")
        .expect(202);
    assertThat(campaign).hasSize(TASKS);
  }

  private static int over(Api api) throws Exception {
    JsonObject campaign = api.get("campaigns/mixed").expect(200).object();
    return campaign.getInt("total") - campaign.getInt("unfinished");
  }

  private static void check(Api api, String id, Check check) throws Exception {
    JsonArray attempts = api.attempts(id);
    assertThat(attempts).as("attempts of " + id + ": " + attempts).hasSizeLessThanOrEqualTo(1);
    check.of(
        api.get("tasks/" + id).expect(200).object(),
        attempts.isEmpty() ? JsonObject.EMPTY_JSON_OBJECT : attempts.getJsonObject(0));
  }

  private static String state(JsonObject task) {
    return task.getString("state");
  }

  private static void exitedWith3(JsonObject task, JsonObject attempt) {
    failed(attempt, "APPLICATION", "NonZeroExit");
    assertThat(attempt.getInt("exitCode")).isEqualTo(3);
  }

  private static void failed(JsonObject attempt, String failureClass, String type) {
    JsonObject failure = attempt.getJsonObject("failure");
    assertThat(failure.getString("failureClass")).as(failure.toString()).isEqualTo(failureClass);
    assertThat(failure.getString("type")).isEqualTo(type);
  }

  private void ranOnce(JsonObject task, String name) throws Exception {
    assertThat(state(task)).as(task.toString()).isEqualTo("SUCCEEDED");
    assertThat(Files.readString(directory.resolve(name))).as(name).isEqualTo("x");
  }

  /** Names of jobs; the elements of an array have one. */
  private static List<String> jobNames(RealScheduler scheduler, String command) {
    return scheduler
        .command(command)
        .lines()
        .distinct()
        .map(line -> line.strip().split(":", 2)[1])
        .toList();
  }

  interface Check {
    void of(JsonObject task, JsonObject attempt) throws Exception;
  }
}

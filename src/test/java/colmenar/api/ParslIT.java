package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.hpc.RealScheduler;
import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import colmenar.container.Services;
import colmenar.remote.SshServer;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Colmena's applications do with Parsl, on a real cluster, whose server dies meanwhile. */
@OwnServer
class ParslIT {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int CAMPAIGN = 400;

  private static final String CONFIGURATION =
      """
      {"strategy_period": 1,
       "executors": [
         {"class": "HighThroughputExecutor", "label": "cpu", "address": "127.0.0.1",
          "max_workers_per_node": 2, "cores_per_worker": 0.5,
          "heartbeat_period": 2, "heartbeat_threshold": 6,
          "provider": {"class": "SlurmProvider", "partition": "debug", "exclusive": false,
                       "init_blocks": 0, "max_blocks": 1, "walltime": "00:10:00"}},
         {"class": "MPIExecutor", "label": "mpi", "address": "127.0.0.1",
          "max_workers_per_block": 1, "mpi_launcher": "srun",
          "heartbeat_period": 2, "heartbeat_threshold": 6,
          "provider": {"class": "SlurmProvider", "partition": "debug", "exclusive": false,
                       "init_blocks": 0, "nodes_per_block": 2, "max_blocks": 1,
                       "walltime": "00:10:00", "launcher": {"class": "SimpleLauncher"}}},
         {"class": "ThreadPoolExecutor", "label": "threads", "max_threads": 2}]}
      """;

  @TempDir private Path directory;

  @Test
  void what_colmena_does_with_parsl_works_and_survives_a_server_that_dies() throws Exception {
    Services.require("Slurm", Services.onPath("sbatch") && Services.onPath("munge"));
    try (RealScheduler slurm = RealScheduler.slurm();
        SshServer ssh = new SshServer(Files.createDirectory(directory.resolve("ssh"))).start();
        ServerProcess server = new ServerProcess("parsl")) {
      configure(server, ssh, slurm);
      server.start();
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      try {
        functionsOnTwoExecutors(api);
        aFunctionThatWantsItsResources(api);
        aGeneratorThatStreams(api);
        retries(api);
        anMpiProgramOnTwoNodes(api);
        blocksAreVisible(api);
        campaign(server, api);
      } finally {
        endBridge();
      }
    }
  }

  private void configure(ServerProcess server, SshServer ssh, RealScheduler slurm)
      throws Exception {
    Path configuration = directory.resolve("parsl.json");
    Files.writeString(configuration, CONFIGURATION);
    String prefix = "COLMENAR_PARSL_HERE_";
    server
        .with("COLMENAR_PARSL_SITES", "here")
        .with(prefix + "CONFIGURATION", configuration.toString())
        .with(prefix + "HOST", ssh.hop().host())
        .with(prefix + "PORT", String.valueOf(ssh.port()))
        .with(prefix + "USER", ssh.hop().user())
        .with(prefix + "IDENTITY", ssh.userKey().toString())
        .with(prefix + "KNOWN_HOSTS", ssh.knownHosts().toString())
        .with(prefix + "DIRECTORY", site().toString())
        .with(prefix + "PYTHON", python())
        .with(prefix + "STATUS_SECONDS", "2")
        .with(prefix + "SETUP", slurm.setup());
  }

  private Path site() {
    return directory.resolve("site");
  }

  private static String python() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry, "python3"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow()
        .toString();
  }

  private static void functionsOnTwoExecutors(Api api) throws Exception {
    String here = "{'backends':['here-%s']}";
    api.definePython("f", "def f(x):\n    return x + 1", here.formatted("cpu"));
    api.definePython("g", "def g(x):\n    return x * 2", here.formatted("threads"));

    JsonObject first = api.run("{'method':'f','args':[1]}");
    JsonObject second = api.run("{'method':'g','args':[21]}");

    assertThat(first.getBoolean("success")).as(first.toString()).isTrue();
    assertThat(first.getInt("value")).isEqualTo(2);
    assertThat(first.getJsonObject("timeSpans").keySet()).contains("running");
    assertThat(second.getInt("value")).isEqualTo(42);
  }

  private static void aFunctionThatWantsItsResources(Api api) throws Exception {
    api.definePython(
        "ranks",
        "def ranks(_resources):\n    return [_resources.node_count, _resources.total_ranks]",
        "{'backends':['here-cpu'],'resources':{'nodes':2,'processesPerNode':3}}");

    assertThat(api.run("{'method':'ranks'}").getJsonArray("value")).hasToString("[2,6]");
  }

  private static void aGeneratorThatStreams(Api api) throws Exception {
    api.definePython(
        "count",
        "def count(n):\n    for i in range(n):\n        yield i * i\n    return n",
        "{'backends':['here-cpu']}");

    String id = api.submit("{'method':'count','args':[4]}");
    assertThat(api.result(id).getInt("value")).isEqualTo(4);

    JsonArray items = api.get("tasks/" + id + "/items").expect(200).object().getJsonArray("items");
    assertThat(items.getValuesAs(JsonObject.class))
        .extracting(item -> item.getInt("value"))
        .containsExactly(0, 1, 4, 9);
  }

  private void retries(Api api) throws Exception {
    api.definePython(
        "third",
        """
        def third(path):
            with open(path, 'a+') as file:
                file.write('x')
                file.seek(0)
                if len(file.read()) < 3:
                    raise RuntimeError('not yet')
            return 'done'
        """,
        "{'backends':['here-cpu'],'maxRetries':2,'retry':{'delaySeconds':0}}");

    String id =
        api.submit("{'method':'third','args':['%s']}".formatted(directory.resolve("tries")));

    assertThat(api.result(id).getString("value")).isEqualTo("done");
    assertThat(api.attempts(id)).hasSize(3);
  }

  private static void anMpiProgramOnTwoNodes(Api api) throws Exception {
    api.define(
        "simulate",
        "{'kind':'command','backends':['here-mpi'],'parameters':['name'],"
            + "'launch':['mpirun','-np','{total_ranks}'],"
            + "'argv':['sh','-c','echo $0 $SLURM_PROCID/$SLURM_NTASKS','{name}'],"
            + "'preprocess':{'function':'before','source':'def before(run_dir, args, kwargs):\\n"
            + "    (run_dir / \\'input\\').write_text(args[0])\\n    return [], None'},"
            + "'postprocess':{'function':'after','source':'def after(run_dir):\\n"
            + "    return sorted((run_dir / \\'stdout\\').read_text().split(chr(10))[:2])"
            + " + [(run_dir / \\'input\\').read_text()]'},"
            + "'resources':{'nodes':2}}");

    JsonObject result = api.run("{'method':'simulate','args':['spin']}");

    assertThat(result.getBoolean("success")).as(result.toString()).isTrue();
    assertThat(result.getJsonArray("value").getValuesAs(JsonString.class))
        .extracting(JsonString::getString)
        .containsExactly("spin 0/2", "spin 1/2", "spin");
    assertThat(result.getJsonObject("timeSpans").getJsonObject("additional").keySet())
        .contains("exec_preprocess", "exec_execution", "exec_postprocess");
  }

  private static void blocksAreVisible(Api api) throws Exception {
    JsonObject facts = api.get("backends/here-cpu").expect(200).object().getJsonObject("facts");

    assertThat(facts.getString("workers")).isEqualTo("2");
    assertThat(facts.getString("block.0")).startsWith("RUNNING, job ");
  }

  private void campaign(ServerProcess server, Api api) throws Exception {
    api.definePython(
        "mark",
        """
        import os, time
        def mark(directory, name):
            with open(os.path.join(directory, name), 'a') as file:
                file.write('x')
            time.sleep(0.02)
            return name
        """,
        "{'backends':['here-cpu']}");
    Path marks = Files.createDirectory(directory.resolve("marks"));
    JsonArrayBuilder batch = Json.createArrayBuilder();
    for (int i = 0; i < CAMPAIGN; i++) {
      batch.add(
          Api.parse(
              "{'method':'mark','campaign':'marks','args':['%s','m%d']}"
                  .formatted(marks, i)
                  .replace('\'', '"')));
    }
    List<String> ids =
        api
            .post("tasks", batch.build().toString())
            .expect(200)
            .object()
            .getJsonArray("items")
            .getValuesAs(JsonObject.class)
            .stream()
            .map(item -> item.getString("id"))
            .toList();

    Awaitility.await("a third of it").atMost(LONG).until(() -> over(api) > CAMPAIGN / 3);
    server.killServerOnly();
    server.start();

    Awaitility.await("the end of it").atMost(LONG).until(() -> over(api) == CAMPAIGN);
    for (int i = 0; i < CAMPAIGN; i++) {
      assertThat(Files.readString(marks.resolve("m" + i))).as("m" + i).isEqualTo("x");
      assertThat(api.state(ids.get(i))).isEqualTo("SUCCEEDED");
    }
  }

  private static int over(Api api) throws Exception {
    JsonObject campaign = api.get("campaigns/marks").expect(200).object();
    return campaign.getInt("total") - campaign.getInt("unfinished");
  }

  /** It outlives its servers, and would outlive this test. */
  private void endBridge() {
    List<ProcessHandle> bridges = ProcessHandle.allProcesses().filter(this::isOurBridge).toList();
    bridges.forEach(ProcessHandle::destroy);
    Awaitility.await("the end of the bridge")
        .atMost(LONG)
        .until(() -> bridges.stream().noneMatch(this::isOurBridge));
  }

  private boolean isOurBridge(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"))
          .contains("colmenar_parsl.daemon\0" + site());
    } catch (java.io.IOException e) {
      return false;
    }
  }
}

package colmenar.backend.parsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Backend;
import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.FailureClass;
import colmenar.backend.Handle;
import colmenar.backend.Outcome;
import colmenar.backend.Recovered;
import colmenar.backend.Recovered.Fate;
import colmenar.backend.SampleWork;
import colmenar.backend.Status.Condition;
import colmenar.backend.Told;
import colmenar.backend.Work;
import colmenar.remote.SshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever dies, no attempt is lost, and none runs twice. */
class ParslFaultsTest {

  private static final Duration LIMIT = Marking.LIMIT;

  private static final int CAMPAIGN = 5000;

  @TempDir private Path directory;
  private final Told told = new Told();
  private Marking marking;

  @BeforeEach
  void prepare() {
    marking = new Marking(directory, told);
  }

  private ParslSite site() {
    return new ParslSite(directory.resolve("site"), ParslBackendTest.LOCAL);
  }

  /** Those that keep both workers busy. */
  private List<Work> running(Backend backend) throws IOException {
    List<Work> running = marking.works("running", 2, 600);
    Marking.submitAll(backend, running);
    marking.waitFor("running", 2);
    return running;
  }

  /** Those that the bridge has, and no worker. */
  private List<Work> waiting(Backend backend, int number) throws IOException {
    List<Work> waiting = marking.works("waiting", number, 0);
    Marking.submitAll(backend, waiting);
    told.first(waiting.get(number - 1).attempt(), Event.Accepted.class, LIMIT);
    return waiting;
  }

  @Test
  void a_campaign_survives_that_its_connection_is_killed_three_times() throws Exception {
    SshServer server = new SshServer(Files.createDirectory(directory.resolve("sshd"))).start();
    try (server;
        ParslSite site = site().over(server.settings())) {
      Backend backend = site.started("cpu", told);
      List<Work> works = marking.works("task", CAMPAIGN, 0);
      Thread submitting = new Thread(() -> Marking.submitAll(backend, works));
      submitting.setDaemon(true);
      submitting.start();

      for (int kill = 1; kill <= 3; kill++) {
        int share = kill * CAMPAIGN / 4;
        await("results").atMost(LIMIT).until(() -> told.ended() >= share);
        server.killConnections();
      }

      await("all results").atMost(LIMIT).until(() -> told.ended() == CAMPAIGN);
      submitting.join();
      for (int i = 0; i < CAMPAIGN; i++) {
        UUID attempt = works.get(i).attempt();
        assertThat(told.of(attempt, Event.Finished.class))
            .singleElement()
            .extracting(Event.Finished::outcome)
            .isEqualTo(new Outcome.Succeeded("7"));
        assertThat(marking.of("task" + i)).isEqualTo("x");
      }
    }
  }

  @Test
  void what_runs_while_no_server_is_there_is_found_by_the_next_one() throws Exception {
    try (ParslSite site = site()) {
      Backend first = site.started("cpu", told);
      List<Work> works = marking.works("task", 6, 1);
      Marking.submitAll(first, works);
      marking.waitFor("task", 1);
      site.stop(first);
      marking.waitFor("task", 6);
      List<Handle> handles =
          works.stream()
              .filter(work -> told.end(work.attempt()).isEmpty())
              .map(work -> new Handle(work.attempt(), null))
              .toList();

      Backend second = site.started("cpu", told);
      assertThat(second.recover(handles))
          .hasSize(handles.size())
          .extracting(Recovered::fate)
          .containsOnly(Fate.ATTACHED);

      marking.assertSucceeded(works);
      assertThat(marking.of("task5")).isEqualTo("x");
    }
  }

  @Test
  void a_bridge_that_is_killed_is_followed_by_one_that_says_what_is_lost() throws Exception {
    try (ParslSite site = site()) {
      Backend backend = site.started("cpu", told);
      marking.assertWorks(backend);
      List<Work> running = running(backend);
      List<Work> waiting = waiting(backend, 5);
      List<ProcessHandle> family = family(site);
      assertThat(family).hasSizeGreaterThan(3);

      site.bridge().orElseThrow().destroyForcibly();

      for (Work work : running) {
        assertThat(marking.failure(work).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        assertThat(marking.failure(work).type()).isEqualTo("BridgeLost");
      }
      marking.assertGivenBack(waiting);
      await("the end of what it left behind")
          .atMost(LIMIT)
          .until(() -> family.stream().noneMatch(ParslFaultsTest::lives));
      marking.assertWorks(backend);
      assertThat(marking.of("waiting0")).isEmpty();
      assertThat(marking.of("running0")).isEqualTo("x");
    }
  }

  /** The bridge and all that it has started. */
  private List<ProcessHandle> family(ParslSite site) {
    ProcessHandle bridge = site.bridge().orElseThrow();
    String mark = directory.resolve("site") + "/";
    Stream<ProcessHandle> blocks =
        ProcessHandle.allProcesses().filter(p -> ParslSite.command(p).contains(mark + "runinfo"));
    return Stream.concat(Stream.concat(Stream.of(bridge), bridge.descendants()), blocks)
        .distinct()
        .toList();
  }

  /** Where nobody asks what became of orphans they stay, without a command. */
  private static boolean lives(ProcessHandle process) {
    return process.isAlive() && !ParslSite.command(process).isEmpty();
  }

  @Test
  void an_interchange_that_has_died_is_noticed_and_replaced() throws Exception {
    try (ParslSite site = site()) {
      Backend backend = site.started("cpu", told);
      marking.assertWorks(backend);
      List<Work> running = running(backend);
      List<Work> waiting = waiting(backend, 5);

      family(site).stream()
          .filter(process -> ParslSite.command(process).contains("interchange"))
          .forEach(ProcessHandle::destroyForcibly);

      for (Work work : running) {
        assertThat(marking.failure(work).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        assertThat(marking.failure(work).message()).contains("interchange of executor cpu");
      }
      marking.assertGivenBack(waiting);
      marking.assertWorks(backend);
      assertThat(marking.of("waiting0")).isEmpty();
    }
  }

  @Test
  void a_worker_that_has_died_is_told_apart_from_a_block_that_has() throws Exception {
    try (ParslSite site = site()) {
      Backend backend = site.started("cpu", told);
      marking.assertWorks(backend);
      Work leaving =
          SampleWork.of(UUID.randomUUID(), new Code.Python("import os\ndef f(): os._exit(3)", "f"));
      Marking.submitAll(backend, List.of(leaving));
      assertThat(marking.failure(leaving).type()).isEqualTo("WorkerLost");
      assertThat(marking.failure(leaving).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);

      List<Work> running = running(backend);
      site.blocks().forEach(ProcessHandle::destroyForcibly);

      for (Work work : running) {
        assertThat(marking.failure(work).type()).isEqualTo("BlockEnded");
        assertThat(marking.failure(work).message()).contains("block 0, job ").contains("FAILED");
      }
      marking.assertWorks(backend);
    }
  }

  @Test
  void blocks_that_cannot_start_make_the_executor_down_and_give_back_what_waits() throws Exception {
    String bad =
        ParslBackendTest.LOCAL.replace(
            "'max_blocks': 1", "'max_blocks': 1, 'worker_init': 'echo no module foam >&2; exit 7'");
    try (ParslSite site = new ParslSite(directory.resolve("site"), bad)) {
      Backend backend = site.started("cpu", told);
      List<Work> waiting = marking.works("waiting", 3, 0);
      Marking.submitAll(backend, waiting);

      marking.assertGivenBack(waiting);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                assertThat(backend.status().condition()).isEqualTo(Condition.DOWN);
                assertThat(backend.status().detail())
                    .contains("3 blocks in a row have failed", "exit code 7", "no module foam");
              });
      assertThat(backend.capacity()).isZero();
    }
  }

  @Test
  void a_configuration_that_parsl_does_not_take_is_told_by_the_key() {
    String misspelt = ParslBackendTest.LOCAL.replace("max_blocks", "max_blcoks");
    try (ParslSite site = new ParslSite(directory.resolve("site"), misspelt)) {
      Backend backend = site.start("cpu", told);

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(backend.status().detail())
                      .contains("executors.cpu.provider.max_blcoks", "'max_blocks'"));
      assertThat(backend.status().condition()).isEqualTo(Condition.DOWN);
      assertThat(backend.capacity()).isZero();
    }
  }

  @Test
  void what_waits_is_cancelled_at_once_and_never_runs() throws Exception {
    try (ParslSite site = site()) {
      Backend backend = site.started("cpu", told);
      marking.assertWorks(backend);
      List<Work> running = marking.works("running", 2, 3);
      Marking.submitAll(backend, running);
      marking.waitFor("running", 2);
      List<Work> waiting = waiting(backend, 20);

      backend.cancel(waiting.stream().map(Work::attempt).toList());

      for (Work work : waiting) {
        assertThat(told.outcome(work.attempt(), Duration.ofSeconds(1)).outcome())
            .isInstanceOf(Outcome.Canceled.class);
      }
      marking.assertSucceeded(running);
      marking.assertWorks(backend);
      for (int i = 0; i < 20; i++) {
        assertThat(marking.of("waiting" + i)).isEmpty();
      }
    }
  }
}

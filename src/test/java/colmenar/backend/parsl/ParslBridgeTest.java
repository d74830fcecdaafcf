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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bridge, its servers and its settings. */
class ParslBridgeTest {

  private static final Duration LIMIT = Marking.LIMIT;
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final String ONE_WORKER =
      ParslBackendTest.LOCAL.replace("'max_workers_per_node': 2", "'max_workers_per_node': 1");

  private static final String FILE =
      """
      from parsl.config import Config
      from parsl.executors import HighThroughputExecutor
      from parsl.providers import LocalProvider
      config = Config(
          strategy_period=1,
          executors=[HighThroughputExecutor(
              label='cpu', address='127.0.0.1', max_workers_per_node=%d, cores_per_worker=0.5,
              provider=LocalProvider(max_blocks=1))])
      """;

  @TempDir private Path directory;
  private final Told told = new Told();
  private Marking marking;

  @BeforeEach
  void prepare() {
    marking = new Marking(directory, told);
  }

  private ParslSite site(String configuration) {
    return new ParslSite(directory.resolve("site"), configuration);
  }

  private static void awaitSlots(Backend backend, int slots) {
    await("%d workers".formatted(slots))
        .atMost(LIMIT)
        .until(() -> backend.capacity() > 0 && backend.status().slots() == slots);
  }

  @Test
  void two_servers_share_a_bridge_and_each_hears_of_its_own() throws Exception {
    try (ParslSite site = site(ParslBackendTest.LOCAL)) {
      Told other = new Told();
      Backend one = site.started("cpu", told);
      Backend two = site.started("cpu", other);
      List<Work> ofOne = marking.works("one", 50, 0);
      List<Work> ofTwo = marking.works("two", 50, 0);

      Marking.submitAll(one, ofOne);
      Marking.submitAll(two, ofTwo);

      marking.assertSucceeded(ofOne);
      for (Work work : ofTwo) {
        assertThat(other.outcome(work.attempt(), LIMIT).outcome())
            .isEqualTo(new Outcome.Succeeded("7"));
        assertThat(told.of(work.attempt())).isEmpty();
      }
      assertThat(site.relays()).hasSize(2);
      assertThat(one.status().facts().get("bridge")).isEqualTo(two.status().facts().get("bridge"));
    }
  }

  @Test
  void settings_that_have_changed_wait_until_nothing_runs() throws Exception {
    List<Work> running = marking.works("running", 1, 6);
    try (ParslSite old = site(ParslBackendTest.LOCAL);
        ParslSite changed = site(ONE_WORKER)) {
      Backend before = old.started("cpu", told);
      Marking.submitAll(before, running);
      marking.waitFor("running", 1);
      old.stop(before);

      Backend backend = changed.start("cpu", told);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(backend.status().detail()).contains("works with other settings"));
      assertThat(backend.status().condition()).isEqualTo(Condition.DOWN);
      assertThat(backend.capacity()).isZero();
      assertThat(backend.recover(List.of(new Handle(running.get(0).attempt(), null))))
          .extracting(Recovered::fate)
          .containsExactly(Fate.ATTACHED);

      marking.assertSucceeded(running);
      awaitSlots(backend, 1);
      marking.assertWorks(backend);
    }
  }

  @Test
  void a_file_of_the_user_s_is_followed_and_read_again_when_it_has_changed() throws Exception {
    Path file = directory.resolve("config.py");
    Files.writeString(file, FILE.formatted(1));
    try (ParslSite site = site(ParslBackendTest.LOCAL).file(file)) {
      Backend before = site.started("cpu", told);
      assertThat(before.status().slots()).isEqualTo(1);
      marking.assertWorks(before);
      site.stop(before);

      Files.writeString(file, FILE.formatted(2));
      Backend after = site.start("cpu", told);

      awaitSlots(after, 2);
      after.recover(List.of());
      marking.assertWorks(after);
    }
  }

  @Test
  void a_file_that_defines_no_configuration_is_named() throws Exception {
    Path file = Files.writeString(directory.resolve("config.py"), "import parsl\n");
    try (ParslSite site = site(ParslBackendTest.LOCAL).file(file)) {
      Backend backend = site.start("cpu", told);

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(backend.status().detail())
                      .contains(file + ": it defines no parsl.config.Config named config"));
    }
  }

  @Test
  void a_bridge_on_another_machine_is_named_and_followed_when_it_is_dead() throws Exception {
    Path alive = directory.resolve("site/bridge/alive");
    Files.createDirectories(alive.getParent());
    Files.writeString(alive, "login2");
    try (ParslSite site = site(ParslBackendTest.LOCAL)) {
      Backend backend = site.start("cpu", told);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(backend.status().detail())
                      .contains("the bridge lives on login2: connect to that machine"));

      Files.setLastModifiedTime(alive, FileTime.from(Instant.now().minusSeconds(120)));

      await("a bridge here").atMost(LIMIT).until(() -> backend.capacity() > 0);
      backend.recover(List.of());
      marking.assertWorks(backend);
    }
  }

  @Test
  void what_is_more_urgent_runs_first() throws Exception {
    String order = directory.resolve("order").toString();
    Code code =
        new Code.Python(
            "def f(name):\n    with open('%s', 'a') as file: file.write(name)\n".formatted(order),
            "f");
    try (ParslSite site = site(ONE_WORKER)) {
      Backend backend = site.started("cpu", told);
      Marking.submitAll(backend, marking.works("blocking", 3, 2));
      marking.waitFor("blocking", 1);
      List<Work> works =
          List.of(
              urgent("a", 0, code),
              urgent("b", 5, code),
              urgent("c", 0, code),
              urgent("d", 9, code));

      Marking.submitAll(backend, works);

      for (Work work : works) {
        told.outcome(work.attempt(), LIMIT);
      }
      assertThat(directory.resolve("order")).hasContent("dbac");
    }
  }

  private static Work urgent(String name, int priority, Code code) {
    Work work = SampleWork.with("[\"%s\"]".formatted(name), code);
    return new Work(
        work.attempt(),
        work.task(),
        work.number(),
        work.method(),
        code,
        work.args(),
        work.kwargs(),
        work.resources(),
        null,
        priority,
        work.options());
  }

  @Test
  void what_runs_when_a_block_is_drained_ends_there_and_the_next_runs_in_another_one()
      throws Exception {
    String draining = ONE_WORKER.replace("'label'", "'drain_period': 6, 'label'");
    try (ParslSite site = site(draining)) {
      Backend backend = site.started("cpu", told);
      List<Work> works = marking.works("task", 2, 10);

      Marking.submitAll(backend, works);

      marking.assertSucceeded(works);
      assertThat(marking.of("task1")).isEqualTo("x");
      assertThat(backend.status().facts().get("block.0")).startsWith("COMPLETED");
      assertThat(backend.status().facts()).containsKey("block.1");
    }
  }

  private static List<Work> numbered(int number, String source) {
    Code code = new Code.Python(source, "f");
    return IntStream.range(0, number)
        .mapToObj(i -> SampleWork.with("[%d]".formatted(i), code))
        .toList();
  }

  @Test
  void one_that_takes_long_among_many_that_do_not_delays_no_other_one() throws Exception {
    try (ParslSite site = site(ParslBackendTest.LOCAL)) {
      Backend backend = site.started("cpu", told);
      List<Work> works =
          numbered(
              300,
              """
              import time
              def f(number):
                  time.sleep(600 if number == 150 else 0)
                  return 7
              """);
      UUID slow = works.get(150).attempt();

      Marking.submitAll(backend, works);

      await("all but one").atMost(SOON).until(() -> told.ended() == works.size() - 1);
      assertThat(told.end(slow)).isEmpty();
      backend.cancel(List.of(slow));
      assertThat(told.outcome(slow, LIMIT).outcome()).isInstanceOf(Outcome.Canceled.class);
      marking.assertSucceeded(works.stream().filter(work -> !work.attempt().equals(slow)).toList());
    }
  }

  @Test
  void one_that_kills_its_worker_takes_only_those_with_it_that_had_run_just_before()
      throws Exception {
    try (ParslSite site = site(ParslBackendTest.LOCAL)) {
      Backend backend = site.started("cpu", told);
      List<Work> works =
          numbered(
              300,
              """
              import os
              def f(number):
                  if number == 150:
                      os._exit(3)
                  return 7
              """);

      Marking.submitAll(backend, works);

      await("all").atMost(LIMIT).until(() -> told.ended() == works.size());
      assertThat(marking.failure(works.get(150)).type()).isEqualTo("WorkerLost");
      List<Work> lost =
          works.stream()
              .filter(
                  work -> told.outcome(work.attempt(), LIMIT).outcome() instanceof Outcome.Failed)
              .toList();
      assertThat(lost).hasSizeLessThanOrEqualTo(20);
      assertThat(lost)
          .allSatisfy(
              work ->
                  assertThat(marking.failure(work).failureClass())
                      .isEqualTo(FailureClass.INFRASTRUCTURE));
      assertThat(works).allSatisfy(work -> assertThat(ends(work)).hasSize(1));
    }
  }

  private List<Event.Finished> ends(Work work) {
    return told.of(work.attempt(), Event.Finished.class);
  }

  @Test
  void a_command_does_not_outlive_its_block() throws Exception {
    Path pid = directory.resolve("pid");
    try (ParslSite site = site(ParslBackendTest.LOCAL)) {
      Backend backend = site.started("cpu", told);
      Work work =
          SampleWork.of(
              UUID.randomUUID(),
              SampleWork.command(
                  List.of(),
                  "sh",
                  "-c",
                  "echo $$ >" + pid + ".part; mv " + pid + ".part " + pid + "; sleep 600; true"));
      Marking.submitAll(backend, List.of(work));
      await("the command").atMost(LIMIT).until(() -> Files.exists(pid));
      ProcessHandle command = command(pid);
      assertThat(command.isAlive()).isTrue();

      site.blocks().forEach(ProcessHandle::destroyForcibly);

      assertThat(marking.failure(work).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
      await("the end of the command")
          .atMost(SOON)
          .until(() -> ParslSite.command(command).isEmpty());
    }
  }

  private static ProcessHandle command(Path pid) throws IOException {
    return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
  }
}

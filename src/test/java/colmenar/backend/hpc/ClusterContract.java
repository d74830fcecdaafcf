package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Backend;
import colmenar.backend.Backend.OutputStream;
import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Handle;
import colmenar.backend.Outcome;
import colmenar.backend.Resources;
import colmenar.backend.SampleWork;
import colmenar.backend.Status.Condition;
import colmenar.backend.Told;
import colmenar.backend.Work;
import colmenar.container.Services;
import colmenar.platform.RealThreads;
import colmenar.remote.SshHost;
import colmenar.remote.SshServer;
import colmenar.remote.SshSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Campaigns on a real scheduler behind a real SSH server, whatever happens to either: no attempt is
 * lost, and none runs twice.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterContract {

  private static final Duration LIMIT = Duration.ofSeconds(150);

  /** {@code -Dcolmenar.test.hpc.tasks=500} for more. */
  private static final int CAMPAIGN = Integer.getInteger("colmenar.test.hpc.tasks", 40);

  /** Leaves a mark in a file of its own each time it runs; takes time only the first time. */
  private static final Code MARKS =
      new Code.Python(
          """
          import os, time
          def f(directory, name, seconds=0.0):
              with open(os.path.join(directory, name), 'a+') as file:
                  file.write('x')
                  file.seek(0)
                  runs = len(file.read())
              print('ran', name)
              if runs == 1:
                  time.sleep(seconds)
              return name
          """,
          "f");

  private Path directory;

  private RealThreads threads;
  private RealScheduler scheduler;
  private SshServer ssh;
  private Told told;
  private Backend backend;
  private Path ran;
  private String extraSetup = "";

  abstract Dialect dialect();

  /** Brings it up; skips the test when it is not installed. */
  abstract RealScheduler bringUp();

  /** Words that start several processes here. */
  abstract String[] launch();

  RealScheduler scheduler() {
    return scheduler;
  }

  @BeforeAll
  void bringUpAll(@TempDir Path shared) throws IOException {
    directory = shared;
    Services.require("python3", Services.onPath("python3"));
    scheduler = bringUp();
    threads = new RealThreads();
    ssh = new SshServer(Files.createDirectories(directory.resolve("ssh"))).start();
  }

  @AfterAll
  void bringDown() {
    if (ssh != null) {
      ssh.close();
    }
    if (threads != null) {
      threads.close();
    }
    if (scheduler != null) {
      scheduler.close();
    }
  }

  @BeforeEach
  void begin() throws IOException {
    ran = Files.createDirectories(directory.resolve("ran-" + UUID.randomUUID()));
    told = new Told();
    extraSetup = "";
    backend = started(told);
    backend.recover(List.of());
    await().atMost(LIMIT).until(() -> backend.capacity() > 0);
  }

  @AfterEach
  void end() {
    ssh.thaw();
    backend.stop();
  }

  private SampleSites site() {
    return SampleSites.of(dialect(), directory.resolve("site"))
        .ssh(reached())
        .setup(scheduler.setup() + "\n" + extraSetup)
        .launch(launch());
  }

  private SshSettings reached() {
    SshSettings settings = ssh.settings();
    return new SshSettings(
        settings.target(),
        settings.jumps(),
        settings.identities(),
        settings.passphrase(),
        settings.agent(),
        settings.knownHosts(),
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        1 << 26);
  }

  private Backend started(Told listener) {
    SiteSettings settings = site().settings();
    Clock clock = Clock.systemUTC();
    SshSettings there = settings.login().ssh();
    if (there == null) {
      throw new IllegalStateException("no way there");
    }
    SshHost host = new SshHost(there, threads::thread, clock, threads::after);
    Backend fresh = new HpcBackend(settings, new Site(settings, host), threads, clock);
    fresh.start(listener);
    return fresh;
  }

  final Work marking(double seconds) {
    return marking(seconds, Resources.MINIMAL, null, "{}");
  }

  final Work marking(
      double seconds, Resources resources, @Nullable Duration limit, String options) {
    UUID attempt = UUID.randomUUID();
    return new Work(
        attempt,
        new UUID(0, 1),
        1,
        "marks",
        MARKS,
        "[\"%s\", \"%s\", %s]".formatted(ran, attempt, seconds),
        "{}",
        resources,
        limit,
        0,
        options);
  }

  private List<Work> marking(int number, double seconds) {
    return IntStream.range(0, number).mapToObj(i -> marking(seconds)).toList();
  }

  final void submit(List<Work> works) {
    assertThat(backend.submit(works)).isEmpty();
  }

  /** How often an attempt has run. */
  final int runs(Work work) {
    try {
      Path file = ran.resolve(work.attempt().toString());
      return Files.exists(file) ? Files.readString(file).length() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final void awaitRun(Work work) {
    await("the beginning of " + work.attempt()).atMost(LIMIT).until(() -> runs(work) > 0);
  }

  private void assertThatAllRanOnce(List<Work> works) {
    for (Work work : works) {
      assertThat(told.outcome(work.attempt(), LIMIT).outcome())
          .isEqualTo(new Outcome.Succeeded("\"" + work.attempt() + "\""));
      assertThat(runs(work)).isEqualTo(1);
      assertThat(told.of(work.attempt(), Event.Finished.class)).hasSize(1);
    }
  }

  final Failure failure(Work work) {
    return ((Outcome.Failed) told.outcome(work.attempt(), LIMIT).outcome()).failure();
  }

  final String jobOf(Work work) {
    return told.first(work.attempt(), Event.Accepted.class, LIMIT).nativeId();
  }

  @Test
  void a_campaign_ends_with_every_state_exit_code_and_output_right() {
    Map<Work, Check> campaign = new LinkedHashMap<>();
    List<Work> toCancel = new ArrayList<>();
    for (int i = 0; i < CAMPAIGN; i++) {
      switch (i % 8) {
        case 4 -> campaign.put(exiting(3), ClusterContract::exitedWith3);
        case 5 -> campaign.put(raising(), ClusterContract::raised);
        case 6 -> campaign.put(slow(), ClusterContract::ranPastItsLimit);
        case 7 -> {
          Work work = marking(600);
          toCancel.add(work);
          campaign.put(work, ClusterContract::wasCanceled);
        }
        default -> campaign.put(marking(0), this::succeeded);
      }
    }
    campaign.put(parallel(), ClusterContract::startedFour);
    campaign.put(streaming(), ClusterContract::streamed);
    campaign.put(pastItsWalltime(), ClusterContract::endedWithItsWalltime);
    submit(List.copyOf(campaign.keySet()));

    backend.cancel(toCancel.subList(0, toCancel.size() / 2).stream().map(Work::attempt).toList());
    cancelWhenBegun(toCancel.subList(toCancel.size() / 2, toCancel.size()));

    campaign.forEach(
        (work, check) -> check.of(work, told.outcome(work.attempt(), LIMIT.multipliedBy(3)), told));
    assertThat(campaign.keySet())
        .allSatisfy(work -> assertThat(runs(work)).isLessThanOrEqualTo(1))
        .allSatisfy(work -> assertThat(told.of(work.attempt(), Event.Finished.class)).hasSize(1));
  }

  /** Each as soon as it has begun: they need the slots of each other. */
  private void cancelWhenBegun(List<Work> works) {
    List<Work> left = new ArrayList<>(works);
    await("the beginning of what is to be cancelled")
        .atMost(LIMIT.multipliedBy(3))
        .until(
            () -> {
              List<Work> begun = left.stream().filter(work -> runs(work) > 0).toList();
              backend.cancel(begun.stream().map(Work::attempt).toList());
              left.removeAll(begun);
              return left.isEmpty();
            });
  }

  private Work exiting(int code) {
    return SampleWork.of(
        UUID.randomUUID(),
        SampleWork.command(List.of(), "sh", "-c", "echo out; echo err >&2; exit " + code),
        Resources.MINIMAL,
        null,
        "{}");
  }

  private static void exitedWith3(Work work, Event.Finished end, Told told) {
    assertThat(((Outcome.Failed) end.outcome()).failure().type()).isEqualTo("NonZeroExit");
    assertThat(end.execution().exitCode()).isEqualTo(3);
    assertThat(end.execution().stdout()).isEqualTo("out\n");
    assertThat(end.execution().stderr()).isEqualTo("err\n");
  }

  private static Work raising() {
    return SampleWork.of(
        UUID.randomUUID(), new Code.Python("def f(): raise ValueError('no such state')", "f"));
  }

  private static void raised(Work work, Event.Finished end, Told told) {
    Failure failure = ((Outcome.Failed) end.outcome()).failure();
    assertThat(failure.failureClass()).isEqualTo(FailureClass.APPLICATION);
    assertThat(failure.message()).isEqualTo("no such state");
    assertThat(failure.traceback()).contains("ValueError");
  }

  private Work slow() {
    return marking(600, Resources.MINIMAL, Duration.ofSeconds(1), "{}");
  }

  private static void ranPastItsLimit(Work work, Event.Finished end, Told told) {
    assertThat(((Outcome.Failed) end.outcome()).failure().failureClass())
        .isEqualTo(FailureClass.TIME_LIMIT);
    assertThat(end.execution().stdout()).isEqualTo("ran " + work.attempt() + "\n");
  }

  private Work pastItsWalltime() {
    return marking(600, new Resources(1, 1, 1, null, null, 5, null, null), null, "{}");
  }

  private static void endedWithItsWalltime(Work work, Event.Finished end, Told told) {
    Failure failure = ((Outcome.Failed) end.outcome()).failure();
    assertThat(failure.type()).isEqualTo("Walltime");
    assertThat(failure.failureClass()).isEqualTo(FailureClass.TIME_LIMIT);
  }

  private static void wasCanceled(Work work, Event.Finished end, Told told) {
    assertThat(end.outcome()).isInstanceOf(Outcome.Canceled.class);
  }

  private void succeeded(Work work, Event.Finished end, Told all) {
    assertThat(end.outcome()).isEqualTo(new Outcome.Succeeded("\"" + work.attempt() + "\""));
    assertThat(end.execution().stdout()).isEqualTo("ran " + work.attempt() + "\n");
    assertThat(all.of(work.attempt(), Event.Running.class)).hasSize(1);
    assertThat(runs(work)).isEqualTo(1);
  }

  private static Work parallel() {
    return SampleWork.of(
        UUID.randomUUID(),
        SampleWork.command(List.of("of", "another", "site"), "sh", "-c", "echo rank"),
        new Resources(1, 4, 1, 200, null, 120, null, null),
        null,
        "{}");
  }

  private static void startedFour(Work work, Event.Finished end, Told told) {
    assertThat(end.outcome())
        .as(String.valueOf(end.execution()))
        .isEqualTo(new Outcome.Succeeded("\"rank\\nrank\\nrank\\nrank\\n\""));
  }

  private static Work streaming() {
    return SampleWork.of(
        UUID.randomUUID(),
        new Code.Python("def f():\n    for i in range(5): yield 'ñ' * i\n    return 'end'", "f"));
  }

  private static void streamed(Work work, Event.Finished end, Told told) {
    assertThat(told.of(work.attempt(), Event.Item.class))
        .extracting(Event.Item::value)
        .containsExactly("\"\"", "\"ñ\"", "\"ññ\"", "\"ñññ\"", "\"ññññ\"");
  }

  @Test
  void what_it_writes_is_read_while_it_runs() {
    Work work = marking(600);
    submit(List.of(work));
    awaitRun(work);

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(backend.output(work.attempt(), OutputStream.STDOUT, 4, 8))
                    .hasValueSatisfying(
                        chunk ->
                            assertThat(chunk.text())
                                .isEqualTo(work.attempt().toString().substring(0, 8))));
    backend.cancel(List.of(work.attempt()));
    assertThat(told.outcome(work.attempt(), LIMIT).outcome()).isInstanceOf(Outcome.Canceled.class);
  }

  @Test
  void connections_that_are_lost_again_and_again_lose_and_repeat_nothing() {
    List<Work> works = marking(30, 0.5);
    for (int from = 0; from < works.size(); from += 3) {
      submit(works.subList(from, from + 3));
      LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
      ssh.killConnections();
    }

    assertThatAllRanOnce(works);
  }

  @Test
  void a_connection_that_freezes_loses_and_repeats_nothing() {
    List<Work> works = marking(12, 0);
    submit(works.subList(0, 6));
    ssh.freeze();
    submit(works.subList(6, 12));
    await().atMost(LIMIT).until(() -> backend.status().condition() == Condition.DOWN);
    ssh.thaw();
    ssh.killConnections();

    assertThatAllRanOnce(works);
  }

  @Test
  void a_server_that_dies_at_any_moment_finds_everything_again() {
    List<Work> works = marking(24, 0.5);
    List<Handle> handles = works.stream().map(work -> new Handle(work.attempt(), null)).toList();
    submit(works.subList(0, 12));
    List<Work> arrived = new ArrayList<>();
    for (int life = 0; life < 3; life++) {
      LockSupport.parkNanos(Duration.ofMillis(500 + 700L * life).toNanos());
      backend.stop();
      backend = started(told);
      arrived.clear();
      for (var recovered : backend.recover(handles.subList(0, 12))) {
        works.stream()
            .filter(work -> work.attempt().equals(recovered.attempt()))
            .filter(work -> recovered.fate() == colmenar.backend.Recovered.Fate.ATTACHED)
            .forEach(arrived::add);
      }
    }
    assertThatAllRanOnceAtMost(works.subList(0, 12), arrived);
  }

  /** What never arrived does not run; the rest ends. */
  private void assertThatAllRanOnceAtMost(List<Work> works, List<Work> arrived) {
    for (Work work : works) {
      if (arrived.contains(work) || told.end(work.attempt()).isPresent()) {
        told.outcome(work.attempt(), LIMIT);
        assertThat(runs(work)).isEqualTo(1);
      } else {
        assertThat(runs(work)).isZero();
      }
    }
  }

  @Test
  void a_host_key_that_has_changed_is_refused_and_nothing_is_lost() {
    Work running = marking(2);
    submit(List.of(running));
    awaitRun(running);
    ssh.stop();
    ssh.changeHostKey();
    ssh.start();

    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(backend.status().detail()).contains("host key"));
    assertThat(backend.status().condition()).isEqualTo(Condition.DOWN);
    assertThat(backend.capacity()).isZero();

    backend.stop();
    ssh.close();
    bringUpSshAnew();
    backend = started(told);
    backend.recover(List.of(new Handle(running.attempt(), null)));
    assertThatAllRanOnce(List.of(running));
  }

  private void bringUpSshAnew() {
    try {
      Path fresh = Files.createDirectories(directory.resolve("ssh-" + UUID.randomUUID()));
      ssh = new SshServer(fresh).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_run_directory_that_disappears_is_told() throws IOException {
    Work work = marking(3);
    submit(List.of(work));
    awaitRun(work);
    Path run = directory.resolve("site").resolve(Layout.run(work.attempt()));
    try (Stream<Path> files = Files.walk(run)) {
      files.sorted((one, other) -> other.compareTo(one)).forEach(ClusterContract::delete);
    }

    assertThat(failure(work).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
    assertThat(runs(work)).isEqualTo(1);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Its job is writing there.
    }
  }

  @Test
  void a_disk_that_is_full_is_not_the_application_s_fault() {
    setUpBesides("[ -z \"$COLMENAR_JOB\" ] || ulimit -f 0");
    Work work = SampleWork.of(UUID.randomUUID(), new Code.Python("def f(): return 'done'", "f"));
    submit(List.of(work));

    assertThat(failure(work).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
    assertThat(told.of(work.attempt(), Event.Finished.class)).hasSize(1);
  }

  @Test
  void jobs_of_somebody_else_at_the_site_are_left_alone() {
    String other = submitByHand();
    List<Work> works = marking(3, 0);
    submit(works);
    assertThatAllRanOnce(works);

    assertThat(scheduler.command(dialect().status())).contains(other);
    assertThat(backend.status().busy()).isPositive();
    scheduler.command(dialect().cancel(List.of(other)));
  }

  /** Submits a job that the server knows nothing of; returns its id. */
  abstract String submitByHand();

  /** Commands that a wrapper can be put before, by name. */
  final void wrap(String command, String script) throws IOException {
    Path wrappers = Files.createDirectories(directory.resolve("wrappers-" + UUID.randomUUID()));
    Path wrapper = wrappers.resolve(command);
    Files.writeString(wrapper, "#!/bin/sh\n" + script);
    wrapper.toFile().setExecutable(true);
    setUpBesides("PATH=" + wrappers + ":$PATH");
  }

  private void setUpBesides(String lines) {
    extraSetup = lines;
    backend.stop();
    startAnew();
    backend.recover(List.of());
    await().atMost(LIMIT).until(() -> backend.capacity() > 0);
  }

  /** As a server that is started again; it has to recover. */
  final void startAnew() {
    backend = started(told);
  }

  final Backend backend() {
    return backend;
  }

  final Told told() {
    return told;
  }

  final void assertRanOnce(List<Work> works) {
    assertThatAllRanOnce(works);
  }

  final List<Work> marks(int number, double seconds) {
    return marking(number, seconds);
  }

  interface Check {
    void of(Work work, Event.Finished end, Told told);
  }
}

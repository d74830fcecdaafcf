package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Backend;
import colmenar.backend.BackendContract;
import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Handle;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.backend.Refusal;
import colmenar.backend.Resources;
import colmenar.backend.SampleWork;
import colmenar.backend.Status.Condition;
import colmenar.backend.Told;
import colmenar.backend.Work;
import colmenar.container.Services;
import colmenar.platform.RealThreads;
import colmenar.remote.LocalHost;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On this machine, whose jobs are plain processes. */
class HpcBackendTest extends BackendContract {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final RealThreads threads = new RealThreads();
  private final List<Backend> started = new ArrayList<>();

  @BeforeEach
  void needsPython() {
    Services.require("python3", Services.onPath("python3"));
  }

  @AfterEach
  void stop() {
    started.forEach(Backend::stop);
    threads.close();
  }

  @Override
  protected Backend started(Listener listener) {
    return started(listener, SampleSites.of(new NoScheduler(), directory.resolve("site")));
  }

  private Backend started(Listener listener, SampleSites sites) {
    SiteSettings settings = sites.settings();
    LocalHost host = new LocalHost(threads.executor(), 1 << 24);
    Backend backend =
        new HpcBackend(settings, new Site(settings, host), threads, Clock.systemUTC());
    backend.start(listener);
    backend.recover(List.of());
    started.add(backend);
    await().atMost(LIMIT).until(() -> backend.capacity() > 0);
    return backend;
  }

  private static Work with(String options, Resources resources) {
    return SampleWork.of(
        UUID.randomUUID(), new Code.Python("def f(): return 1", "f"), resources, null, options);
  }

  @Test
  void what_cannot_be_asked_for_is_rejected_with_the_reason() {
    Backend backend = started(new Told());
    Work unknown = with("{\"partition\": \"x\"}", Resources.MINIMAL);
    Work nodes = with("{}", new Resources(2, 1, 1, null, null, null, null, null));
    Work files = with("{\"stageIn\": {\"a\": \"b\"}}", Resources.MINIMAL);

    List<Refusal> refusals = backend.submit(List.of(unknown, nodes, files));

    assertThat(refusals).extracting(Refusal::kind).containsOnly(Refusal.Kind.REJECTED);
    assertThat(refusals)
        .extracting(Refusal::reason)
        .satisfiesExactly(
            reason -> assertThat(reason).contains("options.partition is unknown"),
            reason -> assertThat(reason).contains("one node only"),
            reason -> assertThat(reason).contains("no exchange directory"));
  }

  @Test
  void what_runs_goes_on_without_the_server_and_is_found_by_the_next_one() {
    Told first = new Told();
    Backend one = started(first);
    Work work =
        SampleWork.of(
            UUID.randomUUID(),
            new Code.Python("import time\ndef f():\n    time.sleep(2)\n    return 5", "f"));
    one.submit(List.of(work));
    first.first(work.attempt(), Event.Accepted.class, LIMIT);
    one.stop();

    Told second = new Told();
    Backend other = started(second);
    other.recover(List.of(new Handle(work.attempt(), null)));

    assertThat(second.outcome(work.attempt(), LIMIT).outcome())
        .isEqualTo(new Outcome.Succeeded("5"));
    assertThat(first.end(work.attempt())).isEmpty();
  }

  @Test
  void its_status_says_what_was_found_on_the_site() {
    Backend backend = started(new Told());

    assertThat(backend.status().condition()).isEqualTo(Condition.UP);
    assertThat(backend.status().facts())
        .containsEntry("scheduler", "none")
        .containsEntry("host", "localhost")
        .containsKeys("account", "directory", "python", "lastLook");
  }

  @Test
  void a_site_that_cannot_be_prepared_is_down_with_the_reason() {
    SiteSettings settings =
        SampleSites.of(new NoScheduler(), directory.resolve("site"))
            .setup("PATH=/nowhere")
            .settings();
    Backend backend =
        new HpcBackend(
            settings,
            new Site(settings, new LocalHost(threads.executor(), 1 << 24)),
            threads,
            Clock.systemUTC());
    backend.start(new Told());
    started.add(backend);

    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(backend.status().detail()).contains("Python 3.9"));
    assertThat(backend.status().condition()).isEqualTo(Condition.DOWN);
    assertThat(backend.capacity()).isZero();
  }
}

package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.Resources;
import colmenar.backend.SampleWork;
import colmenar.backend.Told;
import colmenar.backend.Work;
import colmenar.backend.hpc.SiteSettings.Bounds;
import colmenar.backend.hpc.SiteSettings.Keep;
import colmenar.container.Services;
import colmenar.platform.RealThreads;
import colmenar.remote.LocalHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of attempts, whatever a scheduler and a connection do. */
class SiteKeeperTest {

  private static final Code SEVEN = new Code.Python("def f(): return 7", "f");

  @TempDir private Path directory;

  private final RealThreads threads = new RealThreads();
  private final Told told = new Told();
  private final MovableClock clock = new MovableClock();
  private ScriptedScheduler scheduler;
  private SampleSites sites;
  private FlakyHost host;
  private Tracks tracks;
  private Bringer bringer;
  private Watcher watcher;
  private SiteKeeper keeper;

  @BeforeEach
  void start() throws IOException {
    Services.require("python3", Services.onPath("python3"));
    scheduler = new ScriptedScheduler(directory.resolve("scheduler"));
    sites = SampleSites.of(scheduler, directory.resolve("site"));
    host = new FlakyHost(new LocalHost(threads.executor(), 1 << 20));
    begin();
  }

  /** A server starts, with nothing in memory. */
  private void begin() {
    SiteSettings settings = sites.settings();
    Site site = new Site(settings, host);
    tracks = new Tracks(settings.keep(), clock, told);
    Stager stager = new Stager(site, new Transfers(settings.exchange()), tracks, Runnable::run);
    bringer = new Bringer(settings, site, new Planner(settings), tracks, stager, clock);
    watcher = new Watcher(settings, site, tracks, stager, clock);
    keeper = new SiteKeeper(settings, site, tracks, bringer, watcher, clock);
  }

  @AfterEach
  void stop() {
    threads.close();
  }

  private UUID submit() {
    return submit(SEVEN, Resources.MINIMAL, "{}");
  }

  private UUID submit(Code code, Resources resources, String options) {
    Work work = SampleWork.of(UUID.randomUUID(), code, resources, null, options);
    Track track = Track.of(work, HpcOptions.parse(options));
    tracks.add(track);
    bringer.add(track);
    return work.attempt();
  }

  private List<UUID> submit(int attempts) {
    return IntStream.range(0, attempts).mapToObj(i -> submit()).toList();
  }

  private void serve() {
    keeper.serve();
  }

  /** One attempt, whose job 1 waits in the queue. */
  private UUID brought() {
    scheduler.shows("1|WAITING||");
    UUID attempt = submit();
    serve();
    return attempt;
  }

  private void serveAfter(int seconds) {
    clock.move(seconds);
    keeper.serve();
  }

  private Failure failure(UUID attempt) {
    return ((Outcome.Failed) outcome(attempt)).failure();
  }

  private Outcome outcome(UUID attempt) {
    return told.of(attempt, Event.Finished.class).get(0).outcome();
  }

  private static Resources queue(String queue) {
    return new Resources(1, 1, 1, null, null, null, queue, null);
  }

  private Path run(UUID attempt) {
    return directory.resolve("site").resolve(Layout.run(attempt));
  }

  @Test
  void an_attempt_is_submitted_watched_and_told() {
    UUID attempt = submit();

    serve();
    scheduler.shows("1|WAITING|Priority|");
    assertThat(told.of(attempt)).singleElement().isInstanceOf(Event.Accepted.class);
    assertThat(told.of(attempt, Event.Accepted.class).get(0).nativeId()).isEqualTo("1");

    scheduler.run(1);
    serveAfter(1);

    assertThat(told.of(attempt, Event.Running.class)).hasSize(1);
    assertThat(outcome(attempt)).isEqualTo(new Outcome.Succeeded("7"));
    assertThat(told.of(attempt, Event.Finished.class).get(0).execution().worker())
        .containsKey("hostname");
    serveAfter(100);
    assertThat(told.of(attempt, Event.Finished.class)).hasSize(1);
  }

  @Test
  void its_job_has_the_name_of_the_attempt_and_asks_for_what_the_task_does() {
    UUID attempt =
        submit(
            SEVEN,
            new Resources(1, 1, 1, null, null, 3600, "debug", null),
            "{\"directives\": [\"gpu=v100\"], \"requeue\": true}");

    serve();

    assertThat(scheduler.names()).containsExactly("colmenar-" + attempt);
    assertThat(scheduler.script(1))
        .contains("#TEST walltime=1:00:00\n", "#TEST queue=debug\n", "#TEST requeue=true\n")
        .contains("#TEST gpu=v100\n");
  }

  @Test
  void many_equal_attempts_are_one_array_and_others_are_not() {
    List<UUID> equal = submit(6);
    UUID other = submit(SEVEN, queue("long"), "{}");

    serve();

    assertThat(scheduler.names())
        .containsExactlyInAnyOrder("colmenar-" + equal.get(0), "colmenar-" + other);
    int array = scheduler.names().indexOf("colmenar-" + equal.get(0)) + 1;
    assertThat(scheduler.script(array)).contains("#TEST elements=6\n");
    for (int i = 0; i < 6; i++) {
      assertThat(told.of(equal.get(i), Event.Accepted.class).get(0).nativeId())
          .isEqualTo(array + "_" + (i + 1));
      scheduler.run(array, i + 1);
    }
    serveAfter(1);
    assertThat(equal).allSatisfy(attempt -> assertThat(told.end(attempt)).isPresent());
    assertThat(told.end(other)).isEmpty();
  }

  @Test
  void a_few_equal_attempts_are_jobs_of_their_own_and_arrays_have_a_longest_length() {
    submit(4);
    serve();
    assertThat(scheduler.jobs()).isEqualTo(4);

    sites.bounds(new Bounds(500, 1000, 2, 3, null));
    begin();
    submit(7);
    serve();
    assertThat(scheduler.jobs()).isEqualTo(4 + 3);
  }

  @Test
  void after_a_lost_answer_the_same_jobs_are_sent_again_and_none_is_there_twice() {
    List<UUID> equal = submit(5);
    UUID other = submit(SEVEN, queue("long"), "{}");
    host.losesAnswerTo("submit");

    serve();
    assertThat(scheduler.jobs()).isEqualTo(2);
    assertThat(keeper.trouble()).hasValueSatisfying(t -> assertThat(t).contains("lost"));
    assertThat(told.of(other)).isEmpty();
    submit(3);
    serveAfter(2);

    assertThat(scheduler.jobs()).isEqualTo(2);
    assertThat(told.of(other, Event.Accepted.class)).hasSize(1);
    assertThat(equal)
        .allSatisfy(attempt -> assertThat(told.of(attempt, Event.Accepted.class)).hasSize(1));
    assertThat(keeper.trouble()).isEmpty();
    serve();
    assertThat(scheduler.jobs()).isEqualTo(2 + 3);
  }

  @Test
  void a_scheduler_that_takes_a_job_and_dies_has_it_once() {
    UUID attempt = submit();
    scheduler.takesAnd("exit 1");

    serve();

    assertThat(told.of(attempt, Event.Accepted.class).get(0).nativeId()).isEqualTo("1");
    assertThat(scheduler.jobs()).isEqualTo(1);
  }

  @Test
  void while_nobody_says_whether_a_job_was_taken_it_is_asked_for_and_not_submitted_again() {
    UUID attempt = submit();
    scheduler.takesAnd("exit 1");
    scheduler.away(true);

    serve();
    serveAfter(2);
    assertThat(scheduler.jobs()).isEqualTo(1);
    assertThat(told.of(attempt)).isEmpty();
    assertThat(keeper.complaint())
        .hasValueSatisfying(text -> assertThat(text).contains("whether it has a job", "away"));

    scheduler.away(false);
    serveAfter(2);
    assertThat(told.of(attempt, Event.Accepted.class)).hasSize(1);
    assertThat(scheduler.jobs()).isEqualTo(1);
    assertThat(keeper.complaint()).isEmpty();
  }

  @Test
  void what_the_scheduler_would_refuse_again_fails_with_its_words() {
    UUID attempt = submit();
    scheduler.submits("echo 'invalid partition' >&2; exit 1");

    serve();

    assertThat(failure(attempt))
        .isEqualTo(
            new Failure(FailureClass.REJECTED, "SchedulerRefused", "invalid partition", null));
  }

  @Test
  void what_it_refuses_for_now_goes_back_and_no_more_is_taken_for_a_while() {
    UUID attempt = submit();
    scheduler.submits("echo 'too many jobs' >&2; exit 1");

    serve();

    assertThat(told.of(attempt)).containsExactly(new Event.GivenBack(attempt));
    assertThat(keeper.capacity()).isZero();
    assertThat(keeper.complaint())
        .hasValueSatisfying(text -> assertThat(text).contains("too many jobs"));
    scheduler.takesEverything();
    clock.move(31);
    assertThat(keeper.capacity()).isPositive();
    submit();
    serve();
    assertThat(keeper.complaint()).isEmpty();
  }

  @Test
  void a_site_on_which_nothing_can_be_written_gives_it_back_and_says_so() throws IOException {
    serve();
    Files.createDirectories(directory.resolve("site"));
    Files.writeString(directory.resolve("site/runs"), "in the way");
    UUID attempt = submit();

    serve();

    assertThat(told.of(attempt)).containsExactly(new Event.GivenBack(attempt));
    assertThat(keeper.complaint()).hasValueSatisfying(text -> assertThat(text).contains("runs"));
    assertThat(scheduler.jobs()).isZero();
  }

  @Test
  void a_cancel_before_it_is_brought_reaches_nobody() {
    serve();
    UUID attempt = submit();
    tracks.get(attempt).orElseThrow().requestCancel();
    host.down(true);

    serve();

    assertThat(outcome(attempt)).isEqualTo(new Outcome.Canceled(""));
    assertThat(scheduler.jobs()).isZero();
  }

  @Test
  void a_cancel_reaches_the_scheduler_once_and_the_outcome_tells() {
    UUID attempt = brought();
    scheduler.shows("1|RUNNING||");
    tracks.get(attempt).orElseThrow().requestCancel();

    serveAfter(1);
    serveAfter(1);
    assertThat(scheduler.canceled()).containsExactly("1");
    assertThat(told.end(attempt)).isEmpty();

    scheduler.shows("1|CANCELED||");
    serveAfter(1);
    serveAfter(1);
    serveAfter(2);
    assertThat(outcome(attempt)).isEqualTo(new Outcome.Canceled(""));
  }

  @Test
  void a_cancel_that_the_scheduler_does_not_take_is_tried_again() {
    UUID attempt = submit();
    serve();
    scheduler.shows("1|RUNNING||");
    scheduler.away(true);
    tracks.get(attempt).orElseThrow().requestCancel();

    serveAfter(1);
    assertThat(scheduler.canceled()).isEmpty();
    scheduler.away(false);
    serveAfter(1);

    assertThat(scheduler.canceled()).containsExactly("1");
  }

  @Test
  void a_success_before_the_cancel_stands() {
    UUID attempt = submit();
    serve();
    scheduler.run(1);
    tracks.get(attempt).orElseThrow().requestCancel();

    serveAfter(1);

    assertThat(outcome(attempt)).isEqualTo(new Outcome.Succeeded("7"));
  }

  @ParameterizedTest
  @CsvSource({
    "TIMED_OUT, TIME_LIMIT, Walltime",
    "OUT_OF_MEMORY, APPLICATION, OutOfMemory",
    "NODE_FAILED, INFRASTRUCTURE, NodeFailed",
    "PREEMPTED, INFRASTRUCTURE, Preempted",
    "CANCELED, REJECTED, CanceledOnSite",
    "NOT_LAUNCHED, INFRASTRUCTURE, NotLaunched",
    "COMPLETED, INFRASTRUCTURE, SetUpFailed",
    "FAILED, INFRASTRUCTURE, SetUpFailed",
  })
  void what_ends_without_an_outcome_is_told_by_what_the_scheduler_says(
      String state, FailureClass failureClass, String type) {
    UUID attempt = brought();
    scheduler.shows("1|" + state + "|Because|3");

    serveAfter(1);
    serveAfter(1);
    assertThat(told.end(attempt)).isEmpty();
    serveAfter(2);

    assertThat(failure(attempt).failureClass()).isEqualTo(failureClass);
    assertThat(failure(attempt).type()).isEqualTo(type);
    assertThat(failure(attempt).message()).contains("job 1");
    assertThat(told.of(attempt, Event.Finished.class).get(0).execution().exitCode()).isEqualTo(3);
  }

  @Test
  void what_the_set_up_of_a_job_has_written_is_in_its_failure() {
    sites.setup("test -z \"$COLMENAR_JOB\" || { echo 'module: not found' >&2; exit 1; }");
    begin();
    UUID attempt = brought();
    assertThat(scheduler.run(1)).isEqualTo(1);
    scheduler.shows("1|FAILED|NonZeroExitCode|1");

    serveAfter(1);
    serveAfter(1);
    serveAfter(2);

    assertThat(failure(attempt).type()).isEqualTo("SetUpFailed");
    assertThat(failure(attempt).message()).contains("module: not found", "exit code 1");
  }

  @Test
  void an_outcome_that_is_seen_late_still_counts() {
    UUID attempt = brought();
    scheduler.shows("1|COMPLETED||0");
    serveAfter(1);
    serveAfter(1);

    scheduler.run(1);
    serveAfter(2);

    assertThat(outcome(attempt)).isEqualTo(new Outcome.Succeeded("7"));
  }

  @Test
  void a_job_that_the_queue_has_forgotten_is_looked_up_in_the_account() {
    UUID attempt = brought();
    scheduler.shows("1|RUNNING||");
    serveAfter(1);
    scheduler.shows();
    scheduler.accounts("1|NODE_FAILED|NodeDown|");

    serveAfter(1);
    serveAfter(1);
    serveAfter(2);

    assertThat(failure(attempt).type()).isEqualTo("NodeFailed");
    assertThat(failure(attempt).message()).contains("NodeDown");
  }

  @Test
  void one_that_nobody_knows_any_more_is_lost() {
    UUID attempt = brought();
    scheduler.shows();

    serveAfter(1);
    serveAfter(1);
    assertThat(told.end(attempt)).isEmpty();
    serveAfter(2);

    assertThat(failure(attempt).type()).isEqualTo("JobLost");
    assertThat(failure(attempt).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
  }

  @Test
  void one_whose_directory_has_disappeared_is_told_so() throws IOException {
    UUID attempt = brought();
    scheduler.shows();
    try (Stream<Path> files = Files.walk(run(attempt))) {
      files.sorted((one, other) -> other.compareTo(one)).forEach(SiteKeeperTest::delete);
    }

    serveAfter(1);
    serveAfter(1);
    serveAfter(2);

    assertThat(failure(attempt).type()).isEqualTo("RunDirectoryMissing");
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void while_the_scheduler_does_not_answer_nothing_is_lost() {
    UUID attempt = brought();
    scheduler.away(true);

    for (int i = 0; i < 5; i++) {
      serveAfter(60);
    }
    assertThat(told.end(attempt)).isEmpty();
    assertThat(keeper.complaint()).hasValueSatisfying(text -> assertThat(text).contains("away"));

    scheduler.away(false);
    scheduler.run(1);
    serveAfter(60);
    assertThat(outcome(attempt)).isEqualTo(new Outcome.Succeeded("7"));
    assertThat(keeper.complaint()).isEmpty();
  }

  @Test
  void an_answer_that_nobody_can_read_says_nothing_of_any_job() {
    UUID attempt = submit();
    serve();
    scheduler.shows("slurm_load_jobs error");

    for (int i = 0; i < 5; i++) {
      serveAfter(10);
    }

    assertThat(told.end(attempt)).isEmpty();
    assertThat(keeper.complaint())
        .hasValueSatisfying(text -> assertThat(text).contains("cannot be read"));
  }

  @Test
  void a_state_that_nobody_knows_is_not_the_end() {
    UUID attempt = brought();
    scheduler.shows("1|UNKNOWN|NewInThisRelease|");

    for (int i = 0; i < 5; i++) {
      serveAfter(10);
    }

    assertThat(told.end(attempt)).isEmpty();
  }

  @Test
  void a_job_that_was_put_back_into_the_queue_is_waited_for() {
    UUID attempt = brought();
    scheduler.shows("1|NODE_FAILED||");
    serveAfter(1);
    scheduler.shows("1|WAITING|BeginTime|");
    scheduler.accounts("1|NODE_FAILED||");
    serveAfter(1);
    serveAfter(10);
    assertThat(told.end(attempt)).isEmpty();

    scheduler.run(1);
    serveAfter(1);
    assertThat(outcome(attempt)).isEqualTo(new Outcome.Succeeded("7"));
  }

  @Test
  void jobs_that_can_never_start_are_a_complaint_with_the_reason() {
    submit();
    serve();
    scheduler.shows("1|STUCK|PartitionConfig|");

    serveAfter(1);

    assertThat(keeper.complaint())
        .hasValueSatisfying(text -> assertThat(text).contains("1 jobs", "PartitionConfig"));
  }

  @Test
  void a_site_that_is_away_takes_nothing_and_what_waits_for_it_goes_back() {
    UUID brought = brought();
    host.down(true);

    serveAfter(1);
    UUID waiting = submit();
    serve();
    assertThat(keeper.trouble()).hasValueSatisfying(text -> assertThat(text).contains("refused"));
    assertThat(keeper.capacity()).isZero();
    assertThat(told.of(waiting)).isEmpty();
    serveAfter(61);

    assertThat(told.of(waiting)).containsExactly(new Event.GivenBack(waiting));
    assertThat(told.end(brought)).isEmpty();
    host.down(false);
    scheduler.run(1);
    serveAfter(10);
    assertThat(outcome(brought)).isEqualTo(new Outcome.Succeeded("7"));
    assertThat(keeper.capacity()).isPositive();
  }

  @Test
  void a_lost_answer_to_a_look_loses_no_news() {
    UUID attempt = submit();
    serve();
    scheduler.run(1);
    host.losesAnswerTo("poll");

    serveAfter(1);
    assertThat(told.end(attempt)).isEmpty();
    serveAfter(1);

    assertThat(outcome(attempt)).isEqualTo(new Outcome.Succeeded("7"));
    assertThat(told.of(attempt, Event.Running.class)).hasSize(1);
  }

  @Test
  void after_a_restart_what_was_brought_is_watched_on() {
    UUID attempt = submit();
    serve();
    scheduler.run(1);
    begin();

    keeper.watch(attempt, null);
    serveAfter(1);

    assertThat(told.of(attempt, Event.Accepted.class)).hasSize(2);
    assertThat(outcome(attempt)).isEqualTo(new Outcome.Succeeded("7"));
  }

  @Test
  void after_a_restart_while_the_scheduler_is_away_its_job_is_found_later() throws IOException {
    UUID attempt = submit();
    scheduler.takesAnd("exit 1");
    scheduler.away(true);
    serve();
    begin();
    keeper.watch(attempt, null);

    serveAfter(1);
    assertThat(told.of(attempt)).isEmpty();
    scheduler.away(false);
    scheduler.shows("1|WAITING||");
    serveAfter(1);

    assertThat(told.of(attempt, Event.Accepted.class).get(0).nativeId()).isEqualTo("1");
  }

  @Test
  void run_directories_of_successes_are_removed_and_those_of_failures_kept() {
    UUID success = submit();
    UUID failure = submit(new Code.Python("def f(): return 1 / 0", "f"), queue("q"), "{}");
    serve();
    scheduler.run(1);
    scheduler.run(2);

    serveAfter(1);
    serveAfter(1);

    assertThat(run(success)).doesNotExist();
    assertThat(run(failure)).exists();
  }

  @Test
  void all_run_directories_are_kept_where_that_is_asked_for() {
    sites.keep(Keep.Runs.ALL);
    begin();
    UUID success = submit();
    serve();
    scheduler.run(1);
    serveAfter(1);
    serveAfter(1);

    assertThat(told.end(success)).isPresent();
    assertThat(run(success)).exists();
  }

  @Test
  void jobs_of_others_under_the_same_account_count() {
    sites.bounds(new Bounds(10, 1000, 5, 500, null));
    begin();
    scheduler.shows("90|RUNNING||", "91|WAITING||", "92|COMPLETED||0");
    serve();
    assertThat(keeper.capacity()).isEqualTo(8);

    submit(3);
    assertThat(keeper.capacity()).isEqualTo(5);
    serve();
    assertThat(keeper.capacity()).isEqualTo(5);
  }

  @Test
  void no_more_jobs_are_submitted_than_the_site_wants_in_a_minute() {
    sites.bounds(new Bounds(500, 2, 100, 500, null));
    begin();
    submit(5);

    serve();
    assertThat(scheduler.jobs()).isEqualTo(2);
    serveAfter(10);
    assertThat(scheduler.jobs()).isEqualTo(2);
    serveAfter(21);
    assertThat(scheduler.jobs()).isEqualTo(3);
  }

  @Test
  void a_scheduler_with_many_jobs_is_asked_less_often() {
    scheduler.shows(
        IntStream.range(0, 2000).mapToObj(i -> i + "|WAITING||").toArray(String[]::new));
    serve();
    int calls = host.calls();

    serveAfter(3);
    assertThat(host.calls()).isEqualTo(calls);
    serveAfter(3);
    assertThat(host.calls()).isGreaterThan(calls);
  }

  @Test
  void the_site_s_way_to_start_mpi_replaces_that_of_the_method() {
    sites.launch("srun", "-n", "{total_ranks}");
    begin();
    submit(SampleWork.command(List.of("mpirun"), "hostname"), Resources.MINIMAL, "{}");
    submit(SampleWork.command(List.of(), "hostname"), queue("q"), "{}");

    serve();

    assertThat(host.lastInput("submit"))
        .contains("\"launch\":[\"srun\",\"-n\",\"{total_ranks}\"]", "\"launch\":[]")
        .doesNotContain("mpirun");
  }

  @Test
  void files_are_copied_there_and_back() throws IOException {
    Path exchange = Files.createDirectories(directory.resolve("exchange/in/d"));
    Files.writeString(exchange.resolve("mesh"), "mesh");
    sites.exchange(directory.resolve("exchange"));
    begin();
    UUID attempt =
        submit(
            new Code.Python(
                """
                import os
                def f():
                    os.makedirs('out/x')
                    open('out/x/y', 'w').write(open('data/d/mesh').read() * 2)
                """,
                "f"),
            Resources.MINIMAL,
            "{\"stageIn\": {\"data\": \"in\"}, \"stageOut\": {\"out\": \"results/1\"}}");

    serve();
    serve();
    scheduler.run(1);
    serveAfter(1);
    serveAfter(1);

    assertThat(outcome(attempt)).isEqualTo(new Outcome.Succeeded("null"));
    assertThat(directory.resolve("exchange/results/1/x/y")).hasContent("meshmesh");
  }

  @Test
  void files_that_cannot_be_written_here_fail_the_attempt_after_some_tries() throws IOException {
    Files.createDirectories(directory.resolve("exchange"));
    Files.writeString(directory.resolve("exchange/results"), "in the way");
    sites.exchange(directory.resolve("exchange"));
    begin();
    UUID attempt =
        submit(
            new Code.Python("def f(): open('x', 'w').close()", "f"),
            Resources.MINIMAL,
            "{\"stageOut\": {\"x\": \"results/x\"}}");
    serve();
    scheduler.run(1);

    for (int i = 0; i < 6; i++) {
      serveAfter(1);
    }

    assertThat(failure(attempt).type()).isEqualTo("StagingFailed");
    assertThat(failure(attempt).failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
  }

  @Test
  void a_site_whose_python_is_not_there_is_away_and_says_why() {
    sites.setup("PATH=/nowhere");
    begin();

    serve();

    assertThat(keeper.trouble())
        .hasValueSatisfying(text -> assertThat(text).contains("Python 3.9"));
    assertThat(keeper.capacity()).isZero();
  }

  /** Stands still until it is moved. */
  private static final class MovableClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void move(int seconds) {
      now = now.plus(Duration.ofSeconds(seconds));
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}

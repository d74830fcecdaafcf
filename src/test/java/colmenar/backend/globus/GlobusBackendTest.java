package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Handle;
import colmenar.backend.Outcome;
import colmenar.backend.Refusal;
import colmenar.backend.Resources;
import colmenar.backend.SampleWork;
import colmenar.backend.Status.Condition;
import colmenar.backend.Told;
import colmenar.backend.Work;
import colmenar.backend.globus.ScriptedEndpoint.Answer;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of all that the service does, and of what it should not do. */
class GlobusBackendTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Code CODE = new Code.Python("def f(): pass", "f");
  private static final String SUBMIT = "/submit";
  private static final Answer SEVEN = Answer.value("7");

  @TempDir private Path directory;
  private final Told told = new Told();
  private StandInBackends servers;
  private CloudStandIn cloud;
  private ScriptedEndpoint endpoint;
  private volatile Function<JsonObject, Answer> script = request -> SEVEN;

  @BeforeEach
  void begin() throws Exception {
    servers = new StandInBackends(directory);
    cloud = servers.cloud();
    endpoint =
        new ScriptedEndpoint(
            StandInBackends.ENDPOINT, servers.broker(), request -> script.apply(request));
  }

  @AfterEach
  void end() throws Exception {
    servers.stopAll();
    endpoint.close();
    servers.close();
  }

  private static Work work() {
    return SampleWork.of(UUID.randomUUID(), CODE);
  }

  private static List<Work> works(int number) {
    return IntStream.range(0, number).mapToObj(i -> work()).toList();
  }

  private static List<UUID> attempts(List<Work> works) {
    return works.stream().map(Work::attempt).toList();
  }

  private void assertSucceeded(List<Work> works) {
    for (Work work : works) {
      assertThat(told.outcome(work.attempt(), LIMIT).outcome())
          .isEqualTo(new Outcome.Succeeded("7"));
      assertThat(told.of(work.attempt(), Event.Finished.class)).hasSize(1);
    }
  }

  private void assertRanOnce(List<Work> works) {
    assertThat(works)
        .allSatisfy(
            work -> assertThat(endpoint.runs(work.attempt().toString())).as("runs").isEqualTo(1));
  }

  private Failure failure(Work work) {
    Outcome outcome = told.outcome(work.attempt(), LIMIT).outcome();
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }

  private void assertFailed(Work work, FailureClass failureClass, String type) {
    assertThat(failure(work).failureClass()).isEqualTo(failureClass);
    assertThat(failure(work).type()).isEqualTo(type);
  }

  @Test
  void many_are_handed_over_at_once_and_each_has_one_outcome() {
    GlobusBackend backend = servers.start(told);
    List<Work> works = works(300);

    assertThat(backend.submit(works)).isEmpty();

    assertSucceeded(works);
    assertRanOnce(works);
    assertThat(cloud.submits()).as("with the one that opens the group").isLessThanOrEqualTo(4);
    assertThat(backend.capacity()).isEqualTo(1000);
    assertThat(backend.status().condition()).isEqualTo(Condition.UP);
    assertThat(backend.status().facts()).containsEntry("results", "streamed");
  }

  @Test
  void short_functions_go_some_at_once_when_many_wait() {
    GlobusBackend backend = servers.start(told);
    List<Work> first = works(3);
    backend.submit(first);
    assertSucceeded(first);
    int before = cloud.submitted();
    List<Work> works = works(400);

    backend.submit(works);

    assertSucceeded(works);
    assertRanOnce(works);
    assertThat(cloud.submitted() - before).isLessThanOrEqualTo(30);
  }

  @Test
  void what_a_bundle_has_no_time_for_waits_again() {
    GlobusBackend backend = servers.start(told);
    List<Work> first = works(3);
    backend.submit(first);
    assertSucceeded(first);
    List<Work> works = works(40);
    String slow = works.get(20).attempt().toString();
    script = request -> request.getString("attempt").equals(slow) ? Answer.givenBack() : SEVEN;

    backend.submit(works);

    await().atMost(LIMIT).until(() -> told.end(works.get(20).attempt()).isPresent());
    assertThat(told.end(works.get(20).attempt()).orElseThrow())
        .isEqualTo(new Event.GivenBack(works.get(20).attempt()));
    assertSucceeded(works.subList(0, 20));
    assertSucceeded(works.subList(21, 40));
    await().until(() -> backend.capacity() == 1000);
  }

  @Test
  void what_was_given_back_may_come_again_under_the_same_name() {
    GlobusBackend backend = servers.start(told);
    cloud.duplicateResults(true);
    Work work = work();
    script = request -> Answer.givenBack();
    backend.submit(List.of(work));
    await().atMost(LIMIT).until(() -> told.end(work.attempt()).isPresent());
    script = request -> SEVEN.after(Duration.ofSeconds(2));

    backend.submit(List.of(work));

    await().atMost(LIMIT).until(() -> !told.of(work.attempt(), Event.Finished.class).isEmpty());
    assertThat(told.of(work.attempt(), Event.GivenBack.class)).hasSize(1);
    assertSucceeded(List.of(work));
    assertThat(endpoint.runs(work.attempt().toString())).isEqualTo(2);
  }

  @Test
  void a_submit_that_did_not_arrive_before_a_restart_is_given_back_too() {
    GlobusBackend dying = servers.start(told);
    Work first = work();
    dying.submit(List.of(first));
    assertSucceeded(List.of(first));
    cloud.loseNextRequest(SUBMIT);
    Work work = work();
    dying.submit(List.of(work));
    await().until(() -> dying.status().facts().get("doubtful").equals("1"));
    List<Handle> handles = StandInBackends.handles(told, List.of(work.attempt()));
    servers.stopAll();
    Told after = new Told();

    servers.start(after, handles);

    await().atMost(LIMIT).until(() -> after.end(work.attempt()).isPresent());
    assertThat(after.end(work.attempt())).contains(new Event.GivenBack(work.attempt()));
  }

  @Test
  void what_is_lost_in_a_bundle_goes_alone_from_then_on() {
    GlobusBackend backend = servers.start(told);
    List<Work> first = works(3);
    backend.submit(first);
    assertSucceeded(first);
    script = request -> Answer.failure("parsl.errors.WorkerLost: Task failure due to loss");
    List<Work> lost = works(40);
    backend.submit(lost);
    lost.forEach(work -> assertFailed(work, FailureClass.INFRASTRUCTURE, "WorkerLost"));
    script = request -> SEVEN;
    int before = cloud.submitted();
    List<Work> works = works(40);

    backend.submit(works);

    assertSucceeded(works);
    assertThat(cloud.submitted() - before).isGreaterThanOrEqualTo(40);
  }

  @Test
  void a_method_is_registered_once_over_restarts_too() {
    GlobusBackend backend = servers.start(told);
    List<Work> works = works(2);
    backend.submit(works.subList(0, 1));
    assertSucceeded(works.subList(0, 1));
    servers.stopAll();

    servers.start(told).submit(works.subList(1, 2));

    assertSucceeded(works);
    assertThat(cloud.requests("POST /v3/functions")).isEqualTo(1);
  }

  @Test
  void what_the_service_would_refuse_is_refused_here_with_its_limit() {
    GlobusBackend backend = servers.start(told);
    Work large = SampleWork.with("[\"%s\"]".formatted("x".repeat(10_000_000)), CODE);
    Work reserved = asking("{\"userEndpointConfig\":{\"user_runtime\":1}}");
    Work unknown = asking("{\"walltime\":1}");

    List<Refusal> refusals = backend.submit(List.of(large, reserved, unknown));

    assertThat(refusals).extracting(Refusal::kind).containsOnly(Refusal.Kind.REJECTED);
    assertThat(refusals.get(0).reason()).contains("takes at most 10000000");
    assertThat(refusals.get(1).reason()).contains("options.userEndpointConfig.user_runtime");
    assertThat(refusals.get(2).reason()).contains("options.walltime");
    assertThat(cloud.submits()).isZero();
  }

  private static Work asking(String options) {
    return SampleWork.of(UUID.randomUUID(), CODE, Resources.MINIMAL, null, options);
  }

  @Test
  void an_mpi_program_and_a_configuration_get_a_submit_of_their_own() {
    Work mpi =
        SampleWork.of(
            UUID.randomUUID(),
            CODE,
            new Resources(2, 3, 1, null, null, null, null, null),
            null,
            "{\"userEndpointConfig\":{\"queue\":\"long\"},\"launcherOptions\":\"--quiet\"}");
    List<Work> works = List.of(work(), mpi);

    servers.start(told).submit(works);

    assertSucceeded(works);
    assertThat(cloud.submitBodies())
        .filteredOn(body -> body.containsKey("resource_specification"))
        .singleElement()
        .satisfies(
            body -> {
              assertThat(body.getJsonObject("resource_specification"))
                  .hasToString(
                      "{\"num_nodes\":2,\"ranks_per_node\":3,\"num_ranks\":6,"
                          + "\"launcher_options\":\"--quiet\"}");
              assertThat(body.getJsonObject("user_endpoint_config"))
                  .hasToString("{\"queue\":\"long\"}");
            });
  }

  @Test
  void what_waits_here_is_cancelled_and_never_sent() {
    GlobusBackend backend = servers.start(told);
    cloud.refuseNext(SUBMIT, 429, "{}", Map.of("Retry-After", "3"));
    List<Work> works = works(2);
    backend.submit(works);
    await().until(() -> backend.status().condition() == Condition.DOWN);
    assertThat(backend.waiting(works.get(0).attempt()))
        .hasValueSatisfying(reason -> assertThat(reason).contains("429"));

    backend.cancel(attempts(works.subList(0, 1)));

    assertThat(told.outcome(works.get(0).attempt(), LIMIT).outcome())
        .isEqualTo(new Outcome.Canceled(""));
    assertSucceeded(works.subList(1, 2));
    assertThat(endpoint.runs(works.get(0).attempt().toString())).isZero();
  }

  @Test
  void it_takes_work_again_when_nothing_is_left_that_could_not_be_sent() {
    GlobusBackend backend = servers.start(told);
    cloud.refuseNext(SUBMIT, 503, "{}", Map.of());
    Work work = work();
    backend.submit(List.of(work));
    await().until(() -> backend.status().condition() == Condition.DOWN);

    backend.cancel(List.of(work.attempt()));

    await().untilAsserted(() -> assertThat(backend.status().condition()).isEqualTo(Condition.UP));
    assertThat(backend.capacity()).isEqualTo(1000);
  }

  @Test
  void what_the_service_has_is_abandoned_and_shown_so() {
    script = request -> SEVEN.after(Duration.ofSeconds(2));
    GlobusBackend backend = servers.start(told);
    Work work = work();
    backend.submit(List.of(work));
    await().until(() -> told.of(work.attempt(), Event.Accepted.class).size() == 2);

    backend.cancel(List.of(work.attempt()));

    assertThat(told.outcome(work.attempt(), LIMIT).outcome())
        .isInstanceOfSatisfying(
            Outcome.Canceled.class,
            canceled -> assertThat(canceled.note()).contains("may still run there"));
    await().until(() -> endpoint.runs(work.attempt().toString()) == 1);
    assertThat(backend.capacity()).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource({
    "401, {}", "429, {}", "503, {}",
  })
  void what_passes_is_tried_again(int status, String body) {
    GlobusBackend backend = servers.start(told);
    cloud.refuseNext(SUBMIT, status, body, Map.of("Retry-After", "1"));
    List<Work> works = works(3);

    backend.submit(works);

    assertSucceeded(works);
    assertRanOnce(works);
  }

  @ParameterizedTest
  @CsvSource({
    "403, REJECTED",
    "400, REJECTED",
    "413, REJECTED",
    "422, INFRASTRUCTURE",
  })
  void what_does_not_pass_fails_in_the_service_s_words(int status, FailureClass failureClass) {
    GlobusBackend backend = servers.start(told);
    Work first = work();
    backend.submit(List.of(first));
    assertSucceeded(List.of(first));
    cloud.refuseNext(SUBMIT, status, "{\"detail\":\"(SystemExit) 73\"}", Map.of());
    Work work = work();

    backend.submit(List.of(work));

    assertFailed(work, failureClass, "RefusedByService");
    assertThat(failure(work).message()).contains("(SystemExit) 73");
  }

  @Test
  void what_is_too_large_together_goes_in_parts() {
    GlobusBackend backend = servers.start(told);
    Work first = work();
    backend.submit(List.of(first));
    assertSucceeded(List.of(first));
    cloud.refuseNext(SUBMIT, 413, "{\"detail\":\"too large\"}", Map.of());
    List<Work> works = works(4);

    backend.submit(works);

    assertSucceeded(works);
    assertRanOnce(works);
  }

  @Test
  void a_function_that_the_service_has_forgotten_is_registered_anew() {
    GlobusBackend backend = servers.start(told);
    cloud.refuseNext(SUBMIT, 404, "{\"detail\":\"no such function\"}", Map.of());
    List<Work> works = works(2);

    backend.submit(works);

    assertSucceeded(works);
    assertThat(cloud.requests("POST /v3/functions")).isEqualTo(2);
  }

  @Test
  void results_may_come_twice_in_any_order_with_rubbish_between_and_without_details() {
    cloud.duplicateResults(true);
    cloud.shuffleResults(true);
    cloud.malformedBeforeEach(true);
    cloud.withoutDetails(true);
    List<Work> works = works(60);

    servers.start(told).submit(works);

    assertSucceeded(works);
    assertRanOnce(works);
  }

  @Test
  void results_that_are_only_announced_are_asked_for() {
    cloud.announceResults(true);
    List<Work> works = works(20);

    servers.start(told).submit(works);

    assertSucceeded(works);
    assertRanOnce(works);
  }

  @Test
  void a_connection_that_is_lost_is_made_again_and_nothing_with_it() {
    script = request -> SEVEN.after(Duration.ofMillis(300));
    GlobusBackend backend = servers.start(told);
    List<Work> works = works(400);
    for (int i = 0; i < 400; i += 100) {
      backend.submit(works.subList(i, i + 100));
      cloud.dropStreams();
    }

    assertSucceeded(works);
    assertRanOnce(works);
    await().untilAsserted(() -> assertThat(backend.status().condition()).isEqualTo(Condition.UP));
  }

  @Test
  void results_that_are_not_sent_are_asked_for() {
    cloud.withoutStreams(true);
    GlobusBackend backend = servers.start(told);
    List<Work> works = works(200);

    backend.submit(works);

    assertSucceeded(works);
    assertThat(backend.status().condition()).isEqualTo(Condition.DEGRADED);
    assertThat(backend.status().facts().get("results")).startsWith("polled: ");
  }

  @Test
  void a_submit_whose_answer_is_lost_is_not_sent_again_and_found_in_its_group() {
    GlobusBackend backend = servers.start(told);
    Work first = work();
    backend.submit(List.of(first));
    assertSucceeded(List.of(first));
    script = request -> SEVEN.after(Duration.ofSeconds(1));
    cloud.loseNextAnswer(SUBMIT);
    List<Work> works = works(5);

    backend.submit(works);

    assertSucceeded(works);
    assertRanOnce(works);
  }

  @Test
  void a_submit_whose_answer_is_lost_without_streams_is_found_in_its_group() {
    cloud.withoutStreams(true);
    GlobusBackend backend = servers.start(told);
    Work first = work();
    backend.submit(List.of(first));
    assertSucceeded(List.of(first));
    cloud.loseNextAnswer(SUBMIT);
    List<Work> works = works(5);

    backend.submit(works);

    assertSucceeded(works);
    assertRanOnce(works);
  }

  @Test
  void a_submit_that_did_not_arrive_is_given_back_after_a_while() {
    GlobusBackend backend = servers.start(told);
    Work first = work();
    backend.submit(List.of(first));
    assertSucceeded(List.of(first));
    cloud.loseNextRequest(SUBMIT);
    Work work = work();

    backend.submit(List.of(work));

    await().atMost(LIMIT).until(() -> told.end(work.attempt()).isPresent());
    assertThat(told.end(work.attempt())).contains(new Event.GivenBack(work.attempt()));
    assertThat(endpoint.runs(work.attempt().toString())).isZero();
    assertThat(backend.capacity()).isEqualTo(1000);
  }

  @Test
  void one_that_may_have_arrived_and_left_no_name_is_lost() {
    GlobusBackend backend = servers.start(told);
    Work first = work();
    backend.submit(List.of(first));
    assertSucceeded(List.of(first));
    script = request -> Answer.failure("parsl.errors.WorkerLost: Task failure due to loss");
    cloud.loseNextAnswer(SUBMIT);
    Work work = work();

    backend.submit(List.of(work));

    assertFailed(work, FailureClass.INFRASTRUCTURE, "Lost");
    assertRanOnce(List.of(work));
  }

  @Test
  void a_result_may_come_before_the_answer_to_its_submit() {
    GlobusBackend backend = servers.start(told);
    Work first = work();
    backend.submit(List.of(first));
    assertSucceeded(List.of(first));
    cloud.delayNext(SUBMIT, Duration.ofSeconds(3));
    List<Work> works = works(2);
    Work lost = work();
    script =
        request ->
            request.getString("attempt").equals(lost.attempt().toString())
                ? Answer.failure("parsl.errors.WorkerLost: Task failure due to loss")
                : SEVEN;

    backend.submit(List.of(works.get(0), lost, works.get(1)));

    assertSucceeded(works);
    assertFailed(lost, FailureClass.INFRASTRUCTURE, "WorkerLost");
  }

  @Test
  void a_server_that_comes_after_another_finds_what_that_had_submitted() {
    script = request -> SEVEN.after(Duration.ofSeconds(3));
    List<Work> works = works(50);
    Told before = new Told();
    servers.start(before).submit(works);
    await()
        .until(
            () ->
                works.stream()
                    .allMatch(w -> before.of(w.attempt(), Event.Accepted.class).size() == 2));
    servers.stopAll();

    servers.start(told, StandInBackends.handles(before, attempts(works)));

    assertSucceeded(works);
    assertRanOnce(works);
  }

  @Test
  void a_server_that_comes_after_another_finds_what_that_was_just_submitting() {
    GlobusBackend dying = servers.start(told);
    Work first = work();
    dying.submit(List.of(first));
    assertSucceeded(List.of(first));
    cloud.delayNext(SUBMIT, Duration.ofSeconds(5));
    script = request -> SEVEN.after(Duration.ofSeconds(2));
    List<Work> works = works(50);
    dying.submit(works);
    await().until(() -> cloud.submits() == 3);
    List<Handle> handles = StandInBackends.handles(told, attempts(works));
    assertThat(handles).allSatisfy(handle -> assertThat(handle.nativeId()).endsWith("/"));
    servers.stopAll();
    Told after = new Told();

    servers.start(after, handles);

    for (Work work : works) {
      assertThat(after.outcome(work.attempt(), LIMIT).outcome())
          .isEqualTo(new Outcome.Succeeded("7"));
    }
    assertRanOnce(works);
  }

  @Test
  void a_result_that_was_not_committed_comes_again() {
    Told forgetful =
        new Told() {
          @Override
          public CompletionStage<Void> on(List<Event> events) {
            super.on(events);
            boolean over = events.stream().anyMatch(Event.Finished.class::isInstance);
            return over ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
          }
        };
    List<Work> works = works(5);
    servers.start(forgetful).submit(works);
    works.forEach(work -> forgetful.outcome(work.attempt(), LIMIT));
    servers.stopAll();
    cloud.tasks().forEach(cloud::forget);

    servers.start(told, StandInBackends.handles(forgetful, attempts(works)));

    assertSucceeded(works);
    assertRanOnce(works);
  }

  @Test
  void servers_that_share_an_endpoint_do_not_take_each_other_s_results() {
    Told other = new Told();
    GlobusBackend first = servers.start(told);
    GlobusBackend second = servers.start(other);
    List<Work> ours = works(100);
    List<Work> theirs = works(100);

    first.submit(ours);
    second.submit(theirs);

    assertSucceeded(ours);
    theirs.forEach(
        work ->
            assertThat(other.outcome(work.attempt(), LIMIT).outcome())
                .isEqualTo(new Outcome.Succeeded("7")));
    assertThat(cloud.requests("GET /v2/taskgroup")).isZero();
  }

  @Test
  void what_another_server_has_taken_over_is_not_told_any_more() {
    script = request -> SEVEN.after(Duration.ofSeconds(2));
    GlobusBackend backend = servers.start(told);
    List<Work> works = works(2);
    backend.submit(works);
    UUID kept = works.get(0).attempt();
    UUID gone = works.get(1).attempt();

    backend.recover(List.of(new Handle(kept, null)));

    told.outcome(kept, LIMIT);
    assertThat(told.of(gone, Event.Finished.class)).isEmpty();
    assertThat(backend.capacity()).isEqualTo(1000);
  }

  @Test
  void what_the_service_does_not_know_any_more_is_lost() {
    script = request -> Answer.nothing();
    Work work = work();
    Told before = new Told();
    servers.start(before).submit(List.of(work));
    await().until(() -> before.of(work.attempt(), Event.Accepted.class).size() == 2);
    servers.stopAll();
    List<Handle> handles = StandInBackends.handles(before, List.of(work.attempt()));
    cloud.tasks().forEach(cloud::forget);

    servers.start(told, handles);

    assertFailed(work, FailureClass.INFRASTRUCTURE, "Lost");
  }

  @Test
  void an_endpoint_that_answers_in_pickles_is_too_old() {
    script = request -> Answer.data("00\ngASVBAAAAAAAAABLBy4=\n");
    Work work = work();

    servers.start(told).submit(List.of(work));

    assertFailed(work, FailureClass.REJECTED, "UnreadableResult");
  }

  @Test
  void an_outcome_that_lacks_something_is_told_as_such() {
    script =
        request ->
            Answer.data(
                "11\n[{\"attempt\":\"%s\",\"ok\":false}]".formatted(request.getString("attempt")));
    Work work = work();

    servers.start(told).submit(List.of(work));

    assertFailed(work, FailureClass.REJECTED, "UnreadableResult");
  }

  @Test
  void an_attempt_that_its_task_does_not_tell_of_has_an_end_too() {
    script = request -> Answer.data("11\n[]");
    Work work = work();

    servers.start(told).submit(List.of(work));

    assertFailed(work, FailureClass.REJECTED, "UnreadableResult");
  }

  @Test
  void an_endpoint_that_is_offline_gets_nothing() {
    cloud.online(StandInBackends.ENDPOINT, false);
    GlobusBackend backend = servers.startWithoutWaiting(told);

    await().until(() -> backend.status().detail().equals("the endpoint is offline"));

    assertThat(backend.capacity()).isZero();
    assertThat(backend.status().condition()).isEqualTo(Condition.DOWN);
  }
}

package colmenar.backend.hpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Resources;
import colmenar.remote.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class NoSchedulerTest extends DialectContract {

  private final NoScheduler none = new NoScheduler();
  private final String name = "colmenar-" + UUID.randomUUID();
  @TempDir Path directory;

  NoSchedulerTest() {
    super(new NoScheduler());
  }

  @Override
  List<String> ours() {
    return List.of("name=x", "anything");
  }

  @Override
  List<String> submissions() {
    return List.of("4711-99887\n", "4711-99887");
  }

  @AfterEach
  void end_what_is_left() throws Exception {
    List<String> left = sh(none.find(), name).lines().toList();
    if (!left.isEmpty()) {
      sh(none.cancel(left), "");
    }
  }

  @Test
  void a_job_runs_apart_from_who_has_submitted_it() throws Exception {
    String id = submit("echo $COLMENAR_JOB; echo bad >&2; pwd; sleep 60");

    assertThat(sh(none.find(), name)).isEqualTo(id + "\n");
    assertThat(none.readStatus(sh(none.status(), "")))
        .contains(new JobStatus(id, name, JobState.RUNNING, "", null));
    await().until(() -> Files.readString(directory.resolve("job.out")).lines().count() == 2);
    assertThat(directory.resolve("job.out")).hasContent(id + "\n" + directory);
    assertThat(directory.resolve("job.err")).hasContent("bad");
  }

  @Test
  void a_job_that_is_over_at_once_has_an_id_none_the_less() throws Exception {
    String id = submit("exit 3");

    assertThat(id).matches("\\d+-\\d+");
    await().until(() -> sh(none.find(), name).isEmpty());
  }

  @Test
  void a_job_is_canceled_with_all_its_processes() throws Exception {
    String id = submit("sleep 61 & echo $! >child; trap 'exit 1' TERM; echo >ready; wait");
    await().until(() -> Files.exists(directory.resolve("ready")));
    long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());

    sh(none.cancel(List.of(id, "999999999-1")), "");

    await().atMost(4, SECONDS).until(() -> sh(none.find(), name).isEmpty() && !runs(child));
  }

  @Test
  void a_job_that_does_not_want_to_end_is_made_to() throws Exception {
    String id = submit("trap '' TERM; echo >ready; while :; do sleep 0.1; done");
    await().until(() -> Files.exists(directory.resolve("ready")));

    sh(none.cancel(List.of(id)), "");

    assertThat(sh(none.find(), name)).isEqualTo(id + "\n");
    await().atMost(20, SECONDS).until(() -> sh(none.find(), name).isEmpty());
  }

  @Test
  void another_process_with_the_same_pid_is_left_alone() throws Exception {
    String id = submit("echo >ready; sleep 60");
    await().until(() -> Files.exists(directory.resolve("ready")));

    sh(none.cancel(List.of(id.split("-", 2)[0] + "-1")), "");

    await().during(1, SECONDS).until(() -> sh(none.find(), name).equals(id + "\n"));
  }

  @Test
  void one_that_has_been_stopped_is_suspended() throws Exception {
    String id = submit("echo >ready; sleep 60");
    await().until(() -> Files.exists(directory.resolve("ready")));

    sh("kill -STOP " + id.split("-", 2)[0], "");

    await()
        .until(
            () ->
                none.readStatus(sh(none.status(), "")).stream()
                    .anyMatch(job -> job.id().equals(id) && job.state() == JobState.SUSPENDED));
    sh("kill -CONT " + id.split("-", 2)[0], "");
  }

  @ParameterizedTest
  @CsvSource({
    "R, RUNNING",
    "S, RUNNING",
    "D, RUNNING",
    "I, RUNNING",
    "W, RUNNING",
    "K, RUNNING",
    "P, RUNNING",
    "T, SUSPENDED",
    "t, SUSPENDED",
    "?, UNKNOWN"
  })
  void every_letter_for_a_state_is_known(String letter, JobState state) {
    assertThat(none.readStatus("1-2|" + letter + "|a|b"))
        .containsExactly(new JobStatus("1-2", "a|b", state, "", null));
  }

  @Test
  void a_process_that_has_ended_is_no_job() {
    assertThat(none.readStatus("1-2|Z|a\n3-4|X|a\n")).isEmpty();
  }

  @Test
  void what_only_a_scheduler_can_do_is_refused() {
    Resources two = new Resources(2, 1, 1, null, null, null, null, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.directives(SamplePlan.of(two, null, null)));
  }

  @Test
  void a_refusal_may_be_another_one_later() {
    assertThat(none.refusedForNow("sh: 1: Cannot fork")).isTrue();
  }

  private String submit(String body) throws Exception {
    JobPlan plan =
        new JobPlan(
            name,
            directory.toString(),
            Resources.MINIMAL,
            null,
            null,
            "",
            List.of(),
            false,
            1,
            null);
    Path run = Files.writeString(directory.resolve("run.sh"), body + "\n");
    Path script =
        Files.writeString(
            directory.resolve("job.sh"),
            SamplePlan.template(none)
                .replace("{directives}", String.join("\n", none.directives(plan)))
                .replace("{run}", Shell.quote(run.toString())));
    return sh(none.submit(), script.toString()).strip();
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static String sh(String text, String argument) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("sh", "-c", text, "sh", argument).start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String complaint = new String(shell.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(complaint).isZero();
    return said;
  }
}

package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import colmenar.container.Services;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@InBrowser
class TaskIT {
  private static final String TALK =
      """
      import time
      from colmenar_worker import progress

      def talk(seconds):
          for i in range(int(seconds * 10)):
              print(f"line {i}", flush=True)
              progress(i / (seconds * 10), f"step {i}")
              time.sleep(0.1)
          return {"lines": i + 1}
      """;

  private static Api api;

  @BeforeAll
  static void define() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    api = Console.api();
    api.definePython("talk", TALK, "{}");
    api.definePython(
        "stumble", "def stumble(n):\n    raise ValueError(f'lost the way at {n}')", "{}");
    api.definePython(
        "count",
        "def count(n):\n    for i in range(n):\n        yield {'i': i}\n    return n",
        "{}");
  }

  @Test
  void what_a_task_writes_is_read_while_it_runs_and_its_end_is_seen_without_a_reload()
      throws Exception {
    String id = api.submit("{'method':'talk','args':[600]}");
    Console console = Console.administrator("#/tasks/" + id);

    assertThat(console.region("stdout")).containsText("line 3");
    assertThat(console.region("stdout")).containsText("line 20");
    assertThat(console.main().getByRole(AriaRole.PROGRESSBAR)).isVisible();
    assertThat(console.main()).containsText(Pattern.compile("step \\d+"));

    console.button("Cancel").click();
    console.agree("Cancel the task");
    console.says("Its backend is told to end it.");
    assertThat(console.main().getByRole(AriaRole.STATUS).first()).containsText("canceled");
  }

  @Test
  void every_line_that_was_written_is_there_once_when_the_task_is_over() throws Exception {
    String id = api.submit("{'method':'talk','args':[4]}");
    Console console = Console.administrator("#/tasks/" + id);
    assertThat(console.region("stdout")).containsText("line 3");

    assertThat(console.main().getByRole(AriaRole.STATUS).first()).containsText("succeeded");
    assertThat(console.region("stdout"))
        .hasText(
            IntStream.range(0, 40).mapToObj(i -> "line " + i).collect(Collectors.joining("\n")));
  }

  @Test
  void a_failure_is_shown_with_its_traceback_and_every_attempt() throws Exception {
    String id = api.submit("{'method':'stumble','args':[7],'maxRetries':1}");
    api.result(id);
    Console console = Console.administrator("#/tasks/" + id);

    Locator failure = console.region("Failure");
    assertThat(failure).containsText("ValueError");
    assertThat(failure).containsText("lost the way at 7");
    assertThat(failure.getByLabel("Traceback")).containsText("raise ValueError");
    Locator second =
        console.main().getByRole(AriaRole.TAB, new Locator.GetByRoleOptions().setName("Attempt 2"));
    assertThat(second).hasAttribute("aria-selected", "true");
    second.press("ArrowLeft");
    assertThat(
            console
                .main()
                .getByRole(AriaRole.TAB, new Locator.GetByRoleOptions().setName("Attempt 1")))
        .hasAttribute("aria-selected", "true");
    assertThat(console.page()).hasURL(Pattern.compile("attempt=1"));
    assertThat(console.main()).containsText("attempt 1 is over: application, ValueError");
  }

  @Test
  void inputs_value_items_and_times_are_there() throws Exception {
    String id = api.submit("{'method':'count','args':[25],'topic':'console-items'}");
    api.result(id);
    Console console = Console.administrator("#/tasks/" + id);

    assertThat(console.main().getByLabel("args", exactly())).containsText("25");
    assertThat(console.main()).containsText("1 to 20 of 25");
    console.button("Next").click();
    assertThat(console.main()).containsText("21 to 25 of 25");
    assertThat(console.row("{\"i\":24}")).isVisible();
    assertThat(console.region("Where the time went")).containsText("Running");
    assertThat(console.region("Where the time went")).containsText("Waiting");
  }

  private static Locator.GetByLabelOptions exactly() {
    return new Locator.GetByLabelOptions().setExact(true);
  }

  @Test
  void why_it_waits_is_told_by_the_engine() throws Exception {
    String id = api.submit("{'method':'echo','args':[1],'notBefore':'2098-02-03T04:05:06Z'}");
    Console console = Console.administrator("#/tasks/" + id);

    assertThat(console.region("Why it waits")).containsText("no attempt is made before 2098-02-03");

    console.button("Priority…").click();
    console.dialog().getByLabel(Pattern.compile("^Priority")).fill("-3");
    console.agree("Go on");
    console.says("Its priority is -3.");
    console.button("Cancel").click();
    console.agree("Cancel the task");
    console.says("It is canceled.");
  }

  @Test
  void it_is_run_again_and_copied_and_deleted() throws Exception {
    String id = api.submit("{'method':'echo','args':['once more'],'labels':{'a':'b'}}");
    api.result(id);
    Console console = Console.administrator("#/tasks/" + id);

    console.button("Copy as curl").click();
    assertThat(console.dialog().getByLabel("curl")).containsText("once more");
    assertThat(console.dialog().getByLabel("curl")).containsText("Bearer $TOKEN");
    console.page().keyboard().press("Escape");
    assertThat(console.dialog()).hasCount(0);

    console.button("Run again").click();
    assertThat(console.link(Console.shortId(id))).isVisible();
    assertThat(console.main()).containsText("Run again from");

    console.open("#/tasks/" + id);
    console.button("Delete").click();
    console.agree("Delete it");
    console.isAt("Tasks");
    api.get("tasks/" + id).expect(404);
  }

  @Test
  void an_id_of_no_task_is_a_clear_error() throws Exception {
    Console console = Console.administrator("#/tasks/01900000-0000-7000-8000-000000000000");

    assertThat(console.main().getByRole(AriaRole.ALERT)).containsText("no task");
  }
}

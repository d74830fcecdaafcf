package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import colmenar.api.Api;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@InBrowser
class TasksIT {
  private static Api api;

  @BeforeAll
  static void connect() throws Exception {
    api = Console.api();
  }

  /** Tasks that wait for an hour. */
  private static List<String> waiting(String topic, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(
          api.submit(
              "{'method':'echo','args':[%d],'topic':'%s','notBefore':'2099-01-01T00:00:00Z'}"
                  .formatted(i, topic)));
    }
    return ids;
  }

  @Test
  void a_new_task_appears_without_a_reload() throws Exception {
    Console console = Console.administrator("#/tasks?topic=live-list");
    console.isAt("Tasks");
    console.listenOnly();
    assertThat(console.main()).containsText("No task fits all of these filters");

    String id = api.submit("{'method':'echo','args':[1],'topic':'live-list'}");

    assertThat(console.row(Console.shortId(id))).containsText("succeeded");
  }

  @Test
  void a_list_is_read_again_where_events_are_refused() throws Exception {
    isReadAgain("polled-list", Route::abort);
  }

  @Test
  void a_list_is_read_again_where_events_are_kept_back() throws Exception {
    isReadAgain("kept-back-list", request -> {});
  }

  private static void isReadAgain(String topic, Consumer<Route> events) throws Exception {
    Console console = Console.administrator("#/nodes");
    console.page().route("**/api/v1/events*", events);
    console.open("#/tasks?topic=" + topic);
    assertThat(console.main()).containsText("No task fits all of these filters");

    String id = api.submit("{'method':'echo','args':[1],'topic':'%s'}".formatted(topic));

    assertThat(console.row(Console.shortId(id))).containsText("succeeded");
  }

  @Test
  void filters_are_in_the_address_and_removed_by_a_click() throws Exception {
    String wanted = waiting("filtered", 1).get(0);
    Console console = Console.administrator("#/tasks?topic=filtered&state=PENDING");
    assertThat(console.row(Console.shortId(wanted))).isVisible();

    console.main().getByLabel("failed").check();
    assertThat(console.page()).hasURL(Pattern.compile("state=PENDING&state=FAILED"));
    console.main().getByLabel("Remove filter State: pending").click();
    assertThat(console.main()).containsText("No task fits all of these filters");
    console.link("Remove all filters").click();
    assertThat(console.page()).hasURL(Pattern.compile("#/tasks$"));

    api.post("tasks/" + wanted + "/cancel", "");
  }

  @Test
  void a_text_is_found_in_the_inputs() throws Exception {
    String id = api.submit("{'method':'echo','args':['C1CCNCC1-needle'],'topic':'text-search'}");
    api.submit("{'method':'echo','args':['hay'],'topic':'text-search'}");
    Console console = Console.administrator("#/tasks?topic=text-search");

    console.field("Text").fill("c1ccncc1-NEEDLE");
    console.button("Search").click();

    assertThat(console.main().getByRole(AriaRole.ROW)).hasCount(2);
    assertThat(console.row(Console.shortId(id))).isVisible();
  }

  @Test
  void everything_that_matches_is_canceled_after_it_was_counted() throws Exception {
    List<String> ids = waiting("bulk-cancel", 3);
    String over = api.submit("{'method':'echo','args':[1],'topic':'bulk-cancel'}");
    api.result(over);
    Console console = Console.administrator("#/tasks?topic=bulk-cancel");
    assertThat(console.button("Cancel…")).isDisabled();

    console.button("Select everything that matches").click();
    console.button("Cancel…").click();
    assertThat(console.dialog()).containsText("Cancel: 3 tasks");
    assertThat(console.dialog())
        .containsText("Of 4 tasks (everything that matches) 3 would be canceled");
    assertThat(console.dialog()).containsText("Passed over: 1 over already");
    assertThat(api.state(ids.get(0))).isEqualTo("PENDING");
    console.agree("Back");
    assertThat(api.state(ids.get(0))).isEqualTo("PENDING");

    console.button("Cancel…").click();
    console.agree("Cancel");
    assertThat(console.region("Operations begun here")).containsText("done: 3 canceled");
    for (String id : ids) {
      assertThat(console.row(Console.shortId(id))).containsText("canceled");
      assertThat(api.state(id)).isEqualTo("CANCELED");
    }
    assertThat(api.state(over)).isEqualTo("SUCCEEDED");
  }

  @Test
  void selected_tasks_get_another_priority_and_are_deleted() throws Exception {
    List<String> ids = waiting("bulk-some", 3);
    Console console = Console.administrator("#/tasks?topic=bulk-some");
    console.main().getByLabel("Select task " + Console.shortId(ids.get(0))).check();
    console.main().getByLabel("Select task " + Console.shortId(ids.get(1))).check();

    console.button("Change priority…").click();
    console.dialog().getByLabel(Pattern.compile("^Priority")).fill("7");
    console.agree("Go on");
    console.agree("Change priority");
    assertThat(console.region("Operations begun here")).containsText("done: 2 changed");
    assertThat(priority(ids.get(0))).isEqualTo(7);
    assertThat(priority(ids.get(2))).isZero();

    for (String id : ids) {
      api.post("tasks/" + id + "/cancel", "");
    }
    console.open("#/tasks?topic=bulk-some&state=CANCELED");
    console.main().getByLabel("Select all tasks of this page").check();
    console.button("Delete…").click();
    console.agree("Delete");
    assertThat(console.main()).containsText("No task fits all of these filters");
    api.get("tasks/" + ids.get(0)).expect(404);
  }

  private static int priority(String id) throws Exception {
    return api.get("tasks/" + id).object().getInt("priority");
  }

  @Test
  void what_matches_is_run_again_and_deleted_and_nothing_else() throws Exception {
    String other = over("bulk-others");
    List<String> ids = List.of(over("bulk-again"), over("bulk-again"));
    Console console = Console.administrator("#/tasks?topic=bulk-again&state=SUCCEEDED");
    assertThat(console.row(Console.shortId(ids.get(0)))).isVisible();

    console.button("Select everything that matches").click();
    console.button("Run again…").click();
    assertThat(console.dialog()).containsText("Run again: 2 tasks");
    console.agree("Run again");
    assertThat(console.region("Operations begun here")).containsText("done: 2 run again");
    assertThat(console.main().getByRole(AriaRole.ROW)).hasCount(5);
    assertThat(size("bulk-others")).isEqualTo(1);

    console.button("Select everything that matches").click();
    console.button("Delete…").click();
    assertThat(console.dialog()).containsText("Delete: 4 tasks");
    console.agree("Delete");
    assertThat(console.main()).containsText("No task fits all of these filters");
    assertThat(size("bulk-again")).isZero();
    api.get("tasks/" + other).expect(200);
  }

  private static String over(String topic) throws Exception {
    String id = api.submit("{'method':'echo','args':[1],'topic':'%s'}".formatted(topic));
    api.result(id);
    return id;
  }

  private static int size(String topic) throws Exception {
    return api.get("tasks?topic=" + topic).expect(200).object().getJsonArray("tasks").size();
  }

  @Test
  void a_filter_is_saved_found_again_and_forgotten() throws Exception {
    Console console = Console.administrator("#/tasks?topic=saved-filter&state=FAILED");
    console.button("Save this filter…").click();
    console.dialog().getByLabel("Name").fill("what failed");
    console.agree("Save");
    console.open("#/tasks");
    console.page().reload();

    console.field("Saved filters").selectOption("what failed");
    assertThat(console.page()).hasURL(Pattern.compile("topic=saved-filter"));
    assertThat(console.page()).hasURL(Pattern.compile("state=FAILED"));
    console.button("Delete saved filter “what failed”").click();
    console.says("The filter “what failed” is deleted.");
    assertThat(console.field("Saved filters")).hasCount(0);
  }

  @Test
  void every_field_of_the_filter_narrows_the_list() throws Exception {
    String id =
        api.submit(
            "{'method':'echo','args':[1],'topic':'narrow','campaign':'narrow-one',"
                + "'labels':{'colour':'blue'}}");
    api.submit(
        "{'method':'echo','args':[1],'topic':'narrow','campaign':'narrow-two',"
            + "'labels':{'colour':'red'}}");
    Console console = Console.administrator("#/tasks?topic=narrow");
    assertThat(console.main().getByRole(AriaRole.ROW)).hasCount(3);

    filter(console, "Label, as name:value").fill("colour:blue");
    console.button("Search").click();
    assertThat(console.main().getByRole(AriaRole.ROW)).hasCount(2);
    assertThat(console.row(Console.shortId(id))).isVisible();
    filter(console, "Campaign").fill("narrow-two");
    console.button("Search").click();
    assertThat(console.main()).containsText("No task fits all of these filters");
    console.main().getByLabel("Remove filter Label: colour:blue").click();
    assertThat(console.main().getByRole(AriaRole.ROW)).hasCount(2);
    filter(console, "Since").fill("2098-01-01T00:00");
    filter(console, "Since").press("Enter");
    assertThat(console.main()).containsText("No task fits all of these filters");
    assertThat(console.page()).hasURL(Pattern.compile("since=20\\d\\d-"));
  }

  /** A field of the form, where a column may have the same name. */
  private static Locator filter(Console console, String label) {
    return console
        .main()
        .getByRole(AriaRole.FORM, new Locator.GetByRoleOptions().setName("Filter tasks"))
        .getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
  }

  @Test
  void pages_are_turned_there_and_back() throws Exception {
    List<String> ids = waiting("paged", 26);
    Console console = Console.administrator("#/tasks?topic=paged");
    console
        .main()
        .getByRole(AriaRole.COMBOBOX, new Locator.GetByRoleOptions().setName("Rows"))
        .selectOption("25");
    assertThat(console.main().getByRole(AriaRole.ROW)).hasCount(26);

    console.button("Older").click();
    assertThat(console.row(Console.shortId(ids.get(0)))).isVisible();
    assertThat(console.main().getByRole(AriaRole.ROW)).hasCount(2);
    console.button("Newer").click();
    assertThat(console.row(Console.shortId(ids.get(25)))).isVisible();

    api.post("operations", "{\"action\":\"CANCEL\",\"filter\":{\"topic\":\"paged\"}}").expect(202);
  }

  @Test
  void the_list_is_exported_as_filtered() throws Exception {
    String id = api.submit("{'method':'echo','args':[1],'topic':'exported'}");
    Console console = Console.administrator("#/tasks?topic=exported");
    assertThat(console.row(Console.shortId(id))).isVisible();

    Download csv = console.page().waitForDownload(() -> console.link("Export CSV").click());
    List<String> lines = Files.readAllLines(csv.path());

    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).contains(id).contains("exported");
  }

  @Test
  void a_viewer_sees_everything_and_is_offered_no_change() throws Exception {
    String id = waiting("viewed", 1).get(0);
    Console console = Console.as("valerie", "viewer", "#/tasks?topic=viewed");
    assertThat(console.row(Console.shortId(id))).isVisible();
    assertThat(console.button("Cancel…")).hasCount(0);
    assertThat(
            console
                .main()
                .getByRole(AriaRole.CHECKBOX)
                .and(console.main().getByLabel("Select task " + Console.shortId(id))))
        .hasCount(0);

    console.link(Console.shortId(id)).click();
    console.isAt("Task " + Console.shortId(id));
    assertThat(console.button("Cancel")).hasCount(0);
    Object status =
        console
            .page()
            .evaluate(
                "id => fetch(`../api/v1/tasks/${id}/cancel`, {method: 'POST'}).then(r => r.status)",
                id);
    assertThat(status).isEqualTo(403);
    assertThat(api.state(id)).isEqualTo("PENDING");
    api.post("tasks/" + id + "/cancel", "");
  }

  @Test
  void a_submitter_changes_his_own_tasks_only() throws Exception {
    String foreign = waiting("shared", 1).get(0);
    Console console = Console.as("sue", "submitter", "#/tasks?topic=shared");

    assertThat(console.main().getByLabel("Select task " + Console.shortId(foreign))).isDisabled();
    api.post("tasks/" + foreign + "/cancel", "");
  }

  @Test
  void values_are_shown_as_text() throws Exception {
    String id =
        api.submit(
            "{'method':'echo','args':['<img src=x onerror=alert(1)>'],'topic':'markup',"
                + "'labels':{'note':'<b>bold</b>'}}");
    api.result(id);
    Console console = Console.administrator("#/tasks/" + id);

    assertThat(console.main()).containsText("<img src=x onerror=alert(1)>");
    assertThat(console.main()).containsText("<b>bold</b>");
    assertThat(console.main().locator("img")).hasCount(0);
  }
}

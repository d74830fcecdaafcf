package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.container.ColmenarServer;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;

/**
 * A view of the console.
 *
 * @param name of its picture
 * @param address with what it needs to have something to show
 * @param sign a text that is there once it has been read
 */
record View(String name, String address, String sign) {
  /** Until what has happened is in the history, and the page has read it. */
  private static final double WRITTEN_DOWN_MILLIS = 45_000;

  static List<View> all(Ensemble ensemble) {
    return List.of(
        new View("overview", "#/overview", "Tasks per minute"),
        new View("tasks", "#/tasks", "simulate"),
        new View("task", "#/tasks/" + ensemble.succeeded, "simulate"),
        new View("task-failed", "#/tasks/" + ensemble.failed, "no basis set"),
        new View("task-running", "#/tasks/" + ensemble.running, "running"),
        new View("task-waiting", "#/tasks/" + ensemble.waiting, "no attempt is made before"),
        new View("submit", "#/methods/simulate/submit", "molecule"),
        new View("waiting", "#/waiting", "simulate"),
        new View("failures", "#/failures", "no basis set"),
        new View("timeline", "#/timeline?window=1h", "simulate"),
        new View("campaigns", "#/campaigns", Ensemble.CAMPAIGN),
        new View("campaign", "#/campaigns/" + Ensemble.CAMPAIGN, Ensemble.CAMPAIGN),
        new View("topics", "#/topics", Ensemble.TOPIC),
        new View("topic", "#/topics/" + Ensemble.TOPIC, "simulate"),
        new View("backends", "#/backends", "local"),
        new View("backend", "#/backends/local", "local"),
        new View("methods", "#/methods", "simulate"),
        new View("method", "#/methods/simulate", "def simulate"),
        new View("operations", "#/operations", "Operations"),
        new View("nodes", "#/nodes", "beat"),
        new View("administration", "#/administration", "Tokens"));
  }

  /** And waits until it is there. */
  void open(Page page) {
    page.navigate(ColmenarServer.uri() + "console/" + address);
    assertThat(page.getByRole(AriaRole.MAIN))
        .containsText(sign, new ContainsTextOptions().setTimeout(WRITTEN_DOWN_MILLIS));
    assertThat(page.getByText("Loading…")).hasCount(0);
  }
}

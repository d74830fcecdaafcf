package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@InBrowser
class OverviewIT {

  @AfterEach
  void resume() throws Exception {
    Console.api().post("backends/local/resume", "").expect(200);
  }

  @Test
  void counts_backends_and_problems_are_there_and_change_by_themselves() throws Exception {
    Api api = Console.api();
    api.run("{'method':'echo','args':[1]}");
    Console console = Console.administrator("#/overview");
    assertThat(list(console, "Unfinished tasks")).containsText("running");
    assertThat(console.main()).containsText("In the last hour");
    assertThat(console.main().getByLabel("Busy slots of local")).isVisible();

    api.post("backends/local/pause", "").expect(200);
    assertThat(console.main()).containsText("Backend local is paused: nothing is started there.");
    String id = api.submit("{'method':'echo','args':[2]}");
    assertThat(console.region("Waits longest")).containsText("backend local is paused");
    api.post("backends/local/resume", "").expect(200);
    assertThat(console.main()).not().containsText("Backend local is paused");
    api.result(id);

    console.button("24 hours").click();
    assertThat(console.page()).hasURL(Pattern.compile("window=24h"));
    assertThat(console.main()).containsText("In the last 24 hours");
  }

  @Test
  void what_has_happened_is_drawn_once_it_is_written_down() throws Exception {
    Console.api().run("{'method':'echo','args':[1]}");
    Console console = Console.administrator("#/overview");

    assertThat(list(console, "Finished tasks"))
        .containsText(Pattern.compile("[1-9]\\d* *succeeded"));
    assertThat(console.main().getByRole(AriaRole.IMG).first()).isVisible();
    assertThat(console.main()).containsText("Tasks per minute");
  }

  private static Locator list(Console console, String name) {
    return console
        .main()
        .getByRole(AriaRole.LIST, new Locator.GetByRoleOptions().setName(name).setExact(true));
  }
}

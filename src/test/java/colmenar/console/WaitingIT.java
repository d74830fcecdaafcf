package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import org.junit.jupiter.api.Test;

@InBrowser
class WaitingIT {

  @Test
  void groups_of_waiting_tasks_have_their_reasons() throws Exception {
    Api api = Console.api();
    api.definePython("held", "def held():\n    pass", "{}");
    api.put("limits/METHOD/held", "{\"maxRunning\":0}").expect(200);
    String first = api.submit("{'method':'held'}");
    api.submit("{'method':'held'}");
    Console console = Console.administrator("#/waiting");

    assertThat(console.row("held")).containsText("2");
    assertThat(console.row("held")).containsText("limit METHOD/held: 0 of 0 are in use");
    assertThat(console.row("held")).containsText(Console.shortId(first));

    api.delete("limits/METHOD/held").expect(204);
    assertThat(console.row("held")).hasCount(0);
  }
}

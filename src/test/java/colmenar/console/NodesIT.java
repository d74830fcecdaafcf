package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@InBrowser
class NodesIT {

  @Test
  void the_server_that_answers_is_alive_and_beats() throws Exception {
    Console console = Console.administrator("#/nodes");

    assertThat(console.row("(this one)")).containsText("alive");
    assertThat(console.row("(this one)")).containsText("local");
    assertThat(console.row("(this one)").getByText(Pattern.compile("^(just now|\\d+ s ago)$")))
        .isVisible();
  }
}

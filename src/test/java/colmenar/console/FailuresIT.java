package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import colmenar.container.Services;
import org.junit.jupiter.api.Test;

@InBrowser
class FailuresIT {

  @Test
  void a_whole_group_is_run_again() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    Api api = Console.api();
    api.definePython(
        "brittle", "def brittle(n):\n    raise RuntimeError(f'node {n} does not answer')", "{}");
    for (int i = 0; i < 3; i++) {
      api.run("{'method':'brittle','args':[%d]}".formatted(i));
    }
    Console console = Console.administrator("#/failures?method=brittle");
    assertThat(console.row("does not answer")).hasCount(1);
    assertThat(console.row("does not answer")).containsText("3");

    console.row("does not answer").getByText("RuntimeError").first().click();
    console.isAt("Failure");
    assertThat(console.main()).containsText("raise RuntimeError");
    console.button("Run all again…").click();
    assertThat(console.dialog()).containsText("3 would be run again");
    console.agree("Run again");
    assertThat(console.region("Operations begun here")).containsText("done: 3 run again");
    assertThat(console.main()).containsText("6");
  }
}

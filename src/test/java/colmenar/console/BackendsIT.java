package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@InBrowser
class BackendsIT {

  @AfterEach
  void resume() throws Exception {
    Console.api().post("backends/local/resume", "").expect(200);
  }

  @Test
  void a_backend_is_paused_drained_and_resumed() throws Exception {
    Api api = Console.api();
    Console console = Console.administrator("#/backends");
    assertThat(console.row("local")).containsText("up");
    assertThat(console.row("local")).containsText("open");
    console.link("local").click();
    console.isAt("Backend local");

    console.button("Pause backend local").click();
    console.agree("Pause");
    console.says("Paused backend local.");
    assertThat(console.region("State")).containsText("paused");
    String id = api.submit("{'method':'echo','args':[1]}");
    assertThat(console.region("State")).containsText("1pending");

    console.button("Drain backend local").click();
    console.agree("Drain");
    assertThat(console.region("State")).containsText("draining");
    console.button("Resume backend local").click();
    console.agree("Resume");
    assertThat(console.region("State")).containsText("open");
    api.result(id);
  }

  @Test
  void a_viewer_may_not() throws Exception {
    Console console = Console.as("vito", "viewer", "#/backends/local");

    assertThat(console.main()).containsText("Runs now");
    assertThat(console.button("Pause backend local")).hasCount(0);
  }
}

package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import org.junit.jupiter.api.Test;

@InBrowser
class TopicsIT {

  @Test
  void results_that_wait_are_looked_at_and_stay() throws Exception {
    Api api = Console.api();
    api.run("{'method':'echo','args':['a result'],'topic':'console-topic'}");
    api.run("{'method':'echo','args':['another'],'topic':'console-topic'}");
    Console console = Console.administrator("#/topics");
    assertThat(console.row("console-topic")).containsText("2");
    assertThat(console.row("console-topic"))
        .containsText(java.util.regex.Pattern.compile("just now|ago"));

    api.post("topics/console-topic/receive?max=1&lease=60", "").expect(200);
    console.link("console-topic").click();
    console.isAt("Topic console-topic");
    assertThat(console.main()).containsText("1, 1 consumers");
    assertThat(console.row("a result")).containsText("succeeded");
    assertThat(console.row("another")).isVisible();
  }

  @Test
  void a_viewer_sees_the_topics_of_others() throws Exception {
    Console.api().run("{'method':'echo','args':[1],'topic':'seen-by-all'}");
    Console console = Console.as("vera", "viewer", "#/topics?owner=administrator");

    assertThat(console.row("seen-by-all")).isVisible();
  }
}

package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import org.junit.jupiter.api.Test;

@InBrowser
class CampaignsIT {

  @Test
  void how_far_a_campaign_is_changes_without_a_reload() throws Exception {
    Api api = Console.api();
    api.run("{'method':'echo','args':[1],'campaign':'console-campaign'}");
    Console console = Console.administrator("#/campaigns");
    assertThat(console.row("console-campaign")).containsText("1 of 1");

    console.link("console-campaign").click();
    console.isAt("Campaign console-campaign");
    assertThat(console.main()).containsText("1 of 1 tasks are finished");
    String waiting =
        api.submit(
            "{'method':'echo','args':[1],'campaign':'console-campaign',"
                + "'notBefore':'2099-01-01T00:00:00Z'}");
    assertThat(console.main()).containsText("1 of 2 tasks are finished");
    api.post("tasks/" + waiting + "/cancel", "");
    assertThat(console.main()).containsText("2 of 2 tasks are finished");
  }
}

package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import org.junit.jupiter.api.Test;

@InBrowser
class OperationsIT {

  @Test
  void what_became_of_an_operation_is_told() throws Exception {
    Api api = Console.api();
    api.run("{'method':'echo','args':[1],'topic':'console-operation'}");
    api.submit(
        "{'method':'echo','args':[1],'topic':'console-operation',"
            + "'notBefore':'2099-01-01T00:00:00Z'}");
    String id =
        api.post(
                "operations",
                "{\"action\":\"CANCEL\",\"filter\":{\"topic\":\"console-operation\"}}")
            .expect(202)
            .object()
            .getString("id");
    Console console = Console.administrator("#/operations");
    assertThat(console.row(Console.shortId(id))).containsText("cancel");

    console.link(Console.shortId(id)).click();
    assertThat(console.row("changed")).containsText("1");
    assertThat(console.row("skipped: is over")).containsText("1");
    assertThat(console.main()).containsText("2 tasks looked at, 1 changed");
    console.link("topic console-operation").click();
    console.isAt("Tasks");
  }
}

package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import colmenar.api.Api;
import colmenar.container.ColmenarServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@InBrowser
class AdministrationIT {
  private static Api api;

  @BeforeAll
  static void connect() throws Exception {
    api = Console.api();
  }

  @AfterEach
  void resume() throws Exception {
    api.post("server/resume", "").expect(200);
  }

  @Test
  void a_token_is_made_shown_once_and_revoked() throws Exception {
    Console console = Console.administrator("#/administration");
    console.field("User").fill("tilda");
    console.field("Role").selectOption("viewer");
    console.field("What it is for").fill("reading along");
    console.button("Make token").click();
    console.says("Made a token for tilda.");
    String secret = console.main().getByLabel("Secret").textContent();
    assertThat(new Api(ColmenarServer.uri(), secret).get("me").status()).isEqualTo(200);

    console.button("I have it").click();
    assertThat(console.main().getByLabel("Secret")).hasCount(0);
    console.button("Revoke token of tilda, reading along").click();
    console.agree("Revoke");
    assertThat(console.row("tilda")).containsText("revoked");
    assertThat(new Api(ColmenarServer.uri(), secret).get("me").status()).isEqualTo(401);
  }

  @Test
  void a_limit_is_made_changed_and_removed() throws Exception {
    Console console = Console.administrator("#/administration");
    console.field("Of a").selectOption("RESOURCE");
    console.field("Name of it").fill("console-licence");
    console.field("Running at most").fill("3");
    console.button("Make limit").click();
    assertThat(console.row("console-licence")).containsText("0 of 3");

    console.button("Change limit of resource console-licence").click();
    console.field("Running at most").fill("5");
    console.button("Change limit").click();
    assertThat(console.row("console-licence")).containsText("0 of 5");
    console.button("Remove limit of resource console-licence").click();
    console.agree("Remove");
    assertThat(console.row("console-licence")).hasCount(0);
  }

  @Test
  void the_server_is_paused_and_resumed() throws Exception {
    Console console = Console.administrator("#/administration");
    console.button("Pause the server").click();
    console.agree("Pause");
    console.says("Paused the server.");
    assertThat(api.get("server").object().getString("gate")).isEqualTo("PAUSED");
    console.button("Resume the server").click();
    console.agree("Resume");
    console.says("Resumed the server.");
    assertThat(api.get("server").object().getString("gate")).isEqualTo("OPEN");
  }

  @Test
  void settings_are_shown_and_secrets_are_not() throws Exception {
    Console console = Console.administrator("#/administration");

    assertThat(console.region("Settings in effect")).containsText("colmenar.data.dir");
    assertThat(console.row("colmenar.test.password")).containsText("hidden");
    assertThat(console.main()).containsText("Java");
  }

  @Test
  void it_is_for_administrators() throws Exception {
    Console console = Console.as("sam", "submitter", "#/administration");

    assertThat(console.main()).containsText("This is for administrators only.");
    assertThat(console.page().getByText("Administration").first()).isVisible();
  }
}

package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import colmenar.container.ColmenarServer;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@InBrowser
class LoginIT {
  private static Api administrator;

  @BeforeAll
  static void connect() throws Exception {
    administrator = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
  }

  @Test
  void whoever_logs_in_comes_to_the_address_he_asked_for_and_out_again() throws Exception {
    Page page = Chromium.administrator("#/backends");

    assertThat(heading(page, "Backends")).isVisible();
    assertThat(page.getByText("administrator (administrator)")).isVisible();

    button(page, "Log out").click();
    assertThat(button(page, "Log in")).isVisible();
    page.navigate(ColmenarServer.uri() + "console/#/tasks");
    assertThat(button(page, "Log in")).isVisible();
  }

  @Test
  void a_wrong_token_is_refused_and_the_address_kept() throws Exception {
    Page page = Chromium.as("administrator", "wrong", "#/nodes");
    assertThat(page.getByRole(AriaRole.ALERT))
        .hasText("There is no such access token of this user.");

    String secret = token("nora", "viewer").secret();
    Chromium.fillIn(page, "nora", secret);
    assertThat(heading(page, "Nodes")).isVisible();
  }

  @Test
  void whose_token_is_revoked_has_to_log_in_again() throws Exception {
    Token token = token("rex", "submitter");
    Page page = Chromium.as("rex", token.secret(), "#/tasks");
    assertThat(heading(page, "Tasks")).isVisible();

    administrator.delete("tokens/" + token.id()).expect(204);
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Topics")).click();
    assertThat(button(page, "Log in")).isVisible();
    assertThat(page).hasURL(Pattern.compile("login\\.html#/topics$"));
  }

  @Test
  void an_unknown_address_leads_to_the_overview() throws Exception {
    Page page = Chromium.administrator("#/nothing/here");

    assertThat(heading(page, "Overview")).isVisible();
  }

  private record Token(String id, String secret) {}

  private static Token token(String user, String role) throws Exception {
    var made =
        administrator
            .post("tokens", "{\"user\":\"%s\",\"role\":\"%s\"}".formatted(user, role))
            .expect(201)
            .object();
    return new Token(made.getString("id"), made.getString("secret"));
  }

  private static com.microsoft.playwright.Locator heading(Page page, String name) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setLevel(1).setExact(true));
  }

  private static com.microsoft.playwright.Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }
}

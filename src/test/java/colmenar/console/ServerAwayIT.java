package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import colmenar.container.ServerProcess;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

@InBrowser
class ServerAwayIT {
  private static final String AWAY = "The server does not answer. Trying again…";
  private static final double PATIENCE_MILLIS = 60_000;

  @Test
  void a_page_says_that_the_server_is_away_and_goes_on_when_it_is_back() throws Exception {
    try (ServerProcess server = new ServerProcess("away")) {
      server.start();
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      String before = api.submit("{'method':'echo','args':['before']}");
      Page page = Chromium.page();
      String token = Files.readString(server.dataDirectory().resolve("administrator.token")).trim();
      Chromium.logIn(page, server.uri(), "administrator", token, "#/tasks?method=echo");
      Locator main = page.getByRole(AriaRole.MAIN);
      Locator connection = page.locator("#connection");
      assertThat(main).containsText(shortId(before));

      page.context().setOffline(true);
      assertThat(connection).hasText(AWAY, new HasTextOptions().setTimeout(PATIENCE_MILLIS));
      assertThat(main).containsText(shortId(before));
      String meanwhile = api.submit("{'method':'echo','args':['meanwhile']}");
      page.context().setOffline(false);
      assertThat(main)
          .containsText(shortId(meanwhile), new ContainsTextOptions().setTimeout(PATIENCE_MILLIS));
      assertThat(connection).hasText("");

      server.stop();
      assertThat(connection).hasText(AWAY, new HasTextOptions().setTimeout(PATIENCE_MILLIS));
      server.start();
      assertThat(connection).hasText("", new HasTextOptions().setTimeout(PATIENCE_MILLIS));
      String after = api.submit("{'method':'echo','args':['after']}");
      assertThat(main)
          .containsText(shortId(after), new ContainsTextOptions().setTimeout(PATIENCE_MILLIS));
      assertThat(page).hasURL(server.uri() + "console/#/tasks?method=echo");
    }
  }

  private static String shortId(String id) {
    return id.substring(id.length() - 12);
  }
}

package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import colmenar.container.ColmenarServer;
import colmenar.container.OwnServer;
import colmenar.container.ServerProcess;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({ColmenarServer.class, Chromium.class})
@OwnServer
class ServerAwayIT {
  private static final double RESTART_MILLIS = 60_000;

  @Test
  void a_page_says_that_the_server_is_away_and_goes_on_when_it_is_back() throws Exception {
    try (ServerProcess server = new ServerProcess("away")) {
      server.start();
      Api api = Api.administrator(server.uri(), server.dataDirectory());
      String before = api.submit("{'method':'echo','args':['before']}");
      Page page = Chromium.page();
      String token = Files.readString(server.dataDirectory().resolve("administrator.token")).trim();
      Chromium.logIn(page, server.uri(), "administrator", token, "#/tasks");
      Locator main = page.getByRole(AriaRole.MAIN);
      assertThat(main).containsText(shortId(before));
      Locator connection = page.locator("#connection");
      assertThat(connection).hasText("");

      server.stop();
      assertThat(connection)
          .hasText(
              "The server does not answer. Trying again…",
              new HasTextOptions().setTimeout(RESTART_MILLIS));
      assertThat(main).containsText(shortId(before));

      server.start();
      assertThat(connection).hasText("", new HasTextOptions().setTimeout(RESTART_MILLIS));
      String after = api.submit("{'method':'echo','args':['after']}");
      assertThat(main)
          .containsText(shortId(after), new ContainsTextOptions().setTimeout(RESTART_MILLIS));
    }
  }

  private static String shortId(String id) {
    return id.substring(id.length() - 12);
  }
}

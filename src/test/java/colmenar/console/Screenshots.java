package colmenar.console;

import colmenar.api.Api;
import colmenar.container.ColmenarServer;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Makes the pictures in {@code src/site/resources/console}; no test, and run by name only. */
@InBrowser
class Screenshots {
  private static final Path DIRECTORY = Path.of("src/site/resources/console");

  @Test
  void of_every_view() throws Exception {
    Api api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    Ensemble ensemble = Ensemble.make(api);
    Files.createDirectories(DIRECTORY);
    Page page =
        Chromium.page(
            new NewContextOptions().setColorScheme(ColorScheme.LIGHT).setViewportSize(1280, 800));
    String token =
        Files.readString(ColmenarServer.dataDirectory().resolve("administrator.token")).trim();
    Chromium.logIn(page, ColmenarServer.uri(), "administrator", token, "#/overview");
    for (View view : View.all(ensemble)) {
      view.open(page);
      page.screenshot(new ScreenshotOptions().setPath(DIRECTORY.resolve(view.name() + ".png")));
    }
    ensemble.end(api);
  }
}

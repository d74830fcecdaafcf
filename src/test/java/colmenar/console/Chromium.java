package colmenar.console;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One headless Chromium for all classes of a run that are {@code @ExtendWith(Chromium.class)}. A
 * test has pages of its own; scripts that fail in them, and what their policy forbids, fail it.
 */
public final class Chromium implements BeforeAllCallback, AfterEachCallback {
  private static final List<String> NAMES = List.of("chromium", "chromium-browser");
  private static final double PATIENCE_MILLIS = 15_000;

  private static volatile Running running;

  private static final List<BrowserContext> contexts = new CopyOnWriteArrayList<>();
  private static final List<String> complaints = new CopyOnWriteArrayList<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    Optional<Path> program = program();
    Services.require("chromium", program.isPresent());
    running =
        context
            .getRoot()
            .getStore(Namespace.create(Chromium.class))
            .getOrComputeIfAbsent(
                Running.class, key -> Running.start(program.orElseThrow()), Running.class);
  }

  private static Optional<Path> program() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A browser in which nobody has logged in. */
  static Page page() {
    return page(new Browser.NewContextOptions().setViewportSize(1280, 900));
  }

  static Page page(Browser.NewContextOptions options) {
    BrowserContext context = running.browser.newContext(options.setLocale("en-GB"));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    contexts.add(context);
    Page page = context.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            complaints.add(message.text());
          }
        });
    return page;
  }

  /** Where the administrator of the server has logged in, at an address of the console. */
  static Page administrator(String address) throws Exception {
    Path token = ColmenarServer.dataDirectory().resolve("administrator.token");
    return as("administrator", Files.readString(token).trim(), address);
  }

  /** Where somebody has logged in with his token, at an address of the console. */
  static Page as(String user, String token, String address) {
    Page page = page();
    logIn(page, ColmenarServer.uri(), user, token, address);
    return page;
  }

  /** Asks for an address of the console and fills in the form that comes instead. */
  static void logIn(Page page, URI application, String user, String token, String address) {
    page.navigate(application + "console/" + address);
    fillIn(page, user, token);
  }

  static void fillIn(Page page, String user, String token) {
    page.getByLabel("User").fill(user);
    page.getByLabel("Access token").fill(token);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")).click();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      keepPictures(context.getRequiredTestClass().getSimpleName(), context.getDisplayName());
    }
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    List<String> found = List.copyOf(complaints);
    complaints.clear();
    assertThat(found).as("what the scripts of the pages complain of").isEmpty();
  }

  private static void keepPictures(String type, String test) throws Exception {
    Path directory = Files.createDirectories(Path.of("target", "console-failures"));
    int number = 0;
    for (BrowserContext context : contexts) {
      for (Page page : context.pages()) {
        String name = "%s.%s.%d.png".formatted(type, test.replaceAll("\\W+", ""), ++number);
        page.screenshot(new Page.ScreenshotOptions().setPath(directory.resolve(name)));
      }
    }
  }

  private record Running(Playwright playwright, Browser browser) implements AutoCloseable {

    static Running start(Path program) {
      Playwright playwright =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
      return new Running(
          playwright,
          playwright
              .chromium()
              .launch(
                  new LaunchOptions()
                      .setExecutablePath(program)
                      // root, as in containers, may not use Chromium's sandbox
                      .setChromiumSandbox(false)));
    }

    @Override
    public void close() {
      browser.close();
      playwright.close();
    }
  }
}

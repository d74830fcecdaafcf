package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import colmenar.api.Api;
import colmenar.container.ColmenarServer;
import colmenar.container.Services;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every view, light and dark, wide and as on a phone, by axe-core. */
@InBrowser
class AccessibilityIT {
  private static final int PHONE_WIDTH = 390;
  private static final String AXE = axe();

  /** Views that are not the same for somebody who may change nothing. */
  private static final Set<String> OF_A_VIEWER =
      Set.of(
          "tasks", "task", "task-waiting", "failures", "backends", "backend", "methods", "method");

  private static Api administrator;
  private static Ensemble ensemble;

  @BeforeAll
  static void make() throws Exception {
    Services.require("python3", Services.onPath("python3"));
    administrator = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    ensemble = Ensemble.make(administrator);
  }

  @AfterAll
  static void end() throws Exception {
    if (ensemble != null) {
      ensemble.end(administrator);
    }
  }

  @Test
  void no_view_has_barriers_in_light_colours() throws Exception {
    check(new NewContextOptions().setColorScheme(ColorScheme.LIGHT).setViewportSize(1280, 900));
  }

  @Test
  void no_view_has_barriers_in_dark_colours_on_a_phone() throws Exception {
    check(
        new NewContextOptions().setColorScheme(ColorScheme.DARK).setViewportSize(PHONE_WIDTH, 800));
  }

  private static void check(NewContextOptions options) throws Exception {
    Page page = Chromium.page(options);
    String token =
        Files.readString(ColmenarServer.dataDirectory().resolve("administrator.token")).trim();
    page.navigate(ColmenarServer.uri() + "login.html");
    assertNoBarriers("login", page);
    Chromium.logIn(page, ColmenarServer.uri(), "administrator", token, "#/overview");
    for (View view : View.all(ensemble)) {
      view.open(page);
      assertNoBarriers(view.address(), page);
      assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
          .as("width of %s", view.address())
          .isLessThanOrEqualTo(page.viewportSize().width);
    }
  }

  @Test
  void no_dialog_and_no_form_with_faults_has_barriers() throws Exception {
    Console console = Console.administrator("#/tasks?topic=" + Ensemble.TOPIC);
    console.button("Select everything that matches").click();
    console.button("Delete…").click();
    assertThat(console.dialog()).isVisible();
    assertNoBarriers("a dialog", console.page());
    console.agree("Back");

    console.open("#/methods/simulate/submit");
    console.field("molecule (required)").fill("CCO");
    console.field("Topic").fill("no/topic");
    console.button("Submit").click();
    assertThat(console.main().getByRole(AriaRole.ALERT)).isVisible();
    assertNoBarriers("a form with faults", console.page());
  }

  @Test
  void what_a_viewer_sees_has_no_barriers() throws Exception {
    Page page = Console.as("violet", "viewer", "#/overview").page();
    for (View view : View.all(ensemble)) {
      if (OF_A_VIEWER.contains(view.name())) {
        view.open(page);
        assertNoBarriers(view.address(), page);
      }
    }
  }

  /** By axe-core as it is, because its wrapper for Java wants another Jackson than Qpid has. */
  private static void assertNoBarriers(String name, Page page) {
    page.evaluate(AXE);
    Object found =
        page.evaluate(
            """
            async () => (await axe.run()).violations.map(rule =>
              `${rule.impact} ${rule.id}: ${rule.nodes.map(node => node.html).join('; ')}`)""");

    assertThat((List<?>) found).as("barriers in %s", name).isEmpty();
    assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
        .isVisible();
  }

  private static String axe() {
    try (InputStream script = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

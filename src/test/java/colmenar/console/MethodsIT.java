package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@InBrowser
class MethodsIT {
  private static Api api;

  @BeforeAll
  static void connect() throws Exception {
    api = Console.api();
  }

  @Test
  void versions_are_shown_with_what_they_changed() throws Exception {
    api.definePython("console_versioned", "def console_versioned():\n    return 1", "{}");
    api.definePython("console_versioned", "def console_versioned():\n    return 2", "{}");
    Console console = Console.administrator("#/methods");
    assertThat(console.row("console_versioned")).containsText("python");

    console.link("console_versioned").first().click();
    console.isAt("Method console_versioned");
    assertThat(console.main().getByLabel("Source")).containsText("return 2");
    assertThat(console.main().getByLabel("Changes from version 1")).containsText("return 1");
    console
        .region("Versions")
        .getByText("1", new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true))
        .click();
    assertThat(console.main()).containsText("the newest is 2");
    assertThat(console.main().getByLabel("Source")).containsText("return 1");
  }

  @Test
  void an_administrator_defines_edits_and_retires_a_method() throws Exception {
    Console console = Console.administrator("#/methods");
    console.link("Define a method").click();
    console.field("Name").fill("by-console");
    console.field("Definition as JSON").fill("{\"kind\": \"python\"}");
    console.field("Source").fill("def run():\n    return 'made here'\n");
    console.button("Define").click();
    assertThat(console.field("Definition as JSON")).hasAttribute("aria-invalid", "true");

    console.field("Definition as JSON").fill("{\"kind\": \"python\", \"function\": \"run\"}");
    console.button("Define").click();
    console.isAt("Method by-console");
    assertThat(console.main().getByLabel("Source")).containsText("made here");

    console.link("Edit").click();
    assertThat(console.button("Save as a new version")).isVisible();
    console.field("Source").fill("def run():\n    return 'changed'\n");
    console.button("Save as a new version").click();
    assertThat(console.main().getByLabel("Source")).containsText("changed");
    console.button("Retire").click();
    console.agree("Retire");
    console.says("Retired by-console.");
    assertThat(console.main()).containsText(Pattern.compile("It was retired .* no new tasks"));
  }

  @Test
  void statistics_of_the_last_day_are_there_once_they_are_written_down() throws Exception {
    api.define("measured", "{'kind':'java','bean':'echo'}");
    api.run("{'method':'measured','args':[1]}");
    Console console = Console.administrator("#/methods/measured");

    Locator succeeded =
        console
            .region("Its tasks of the last 24 hours by backend")
            .getByRole(AriaRole.ROW)
            .filter(new Locator.FilterOptions().setHasText("local"))
            .getByRole(AriaRole.CELL)
            .first();
    assertThat(succeeded).hasText("1", new HasTextOptions().setTimeout(60_000));
  }
}

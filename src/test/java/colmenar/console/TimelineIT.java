package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@InBrowser
class TimelineIT {

  @Test
  void what_ran_is_a_row_of_shades_and_of_numbers() throws Exception {
    Api api = Console.api();
    api.define("echoed", "{'kind':'java','bean':'echo'}");
    api.run("{'method':'echoed','args':[1]}");
    Console console = Console.administrator("#/timeline?window=1h");

    Locator totals = console.region("Totals of each row");
    assertThat(totals.getByRole(AriaRole.ROW).filter(text("echoed"))).containsText("local");
    assertThat(
            console
                .main()
                .getByRole(
                    AriaRole.IMG,
                    new Locator.GetByRoleOptions().setName(Pattern.compile("^What ran in"))))
        .isVisible();
    assertThat(console.link("local · echoed")).isVisible();
    assertThat(console.main()).containsText("Utilisation");

    console.button("By server").click();
    assertThat(console.page()).hasURL(Pattern.compile("groupBy=node"));
    assertThat(totals.getByRole(AriaRole.ROW).filter(text("echoed"))).hasCount(1);
    console.main().getByLabel("Only method echoed").click();
    assertThat(totals.getByRole(AriaRole.ROW)).hasCount(2);
    console.button("Older").click();
    assertThat(console.main()).containsText("Nothing ran in this time");
  }

  private static Locator.FilterOptions text(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }
}

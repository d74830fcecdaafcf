package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import colmenar.container.ColmenarServer;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** The console in a page of the browser, where things are found by what users see and hear. */
record Console(Page page) {

  /** The administrator's, at an address. */
  static Console administrator(String address) throws Exception {
    return new Console(Chromium.administrator(address));
  }

  /** Somebody's, with a new token, at an address. */
  static Console as(String user, String role, String address) throws Exception {
    String secret =
        api()
            .post("tokens", "{\"user\":\"%s\",\"role\":\"%s\"}".formatted(user, role))
            .expect(201)
            .object()
            .getString("secret");
    return new Console(Chromium.as(user, secret, address));
  }

  static Api api() throws Exception {
    return Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
  }

  /** How the console shows an id. */
  static String shortId(String id) {
    return id.substring(id.length() - 12);
  }

  void open(String address) {
    page.navigate(ColmenarServer.uri() + "console/" + address);
  }

  /** From now on nothing is read but what an event is the cause of. */
  void listenOnly() {
    page.addInitScript(
        "const later = window.setTimeout; window.setTimeout = (what, time, ...more) =>"
            + " later(what, time >= 5000 ? 1e9 : time, ...more)");
    page.reload();
  }

  /** What the view shows, without the frame. */
  Locator main() {
    return page.getByRole(AriaRole.MAIN);
  }

  void isAt(String title) {
    assertThat(main().getByRole(AriaRole.HEADING, named(title).setLevel(1))).isVisible();
  }

  Locator button(String name) {
    return main().getByRole(AriaRole.BUTTON, named(name));
  }

  Locator link(String name) {
    return main().getByRole(AriaRole.LINK, named(name));
  }

  Locator field(String label) {
    return main().getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
  }

  Locator region(String name) {
    return main().getByRole(AriaRole.REGION, named(name));
  }

  /** A row of a table that holds a text. */
  Locator row(String text) {
    return main().getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
  }

  /** The dialog that is open. */
  Locator dialog() {
    return page.getByRole(AriaRole.DIALOG);
  }

  void agree(String yes) {
    dialog().getByRole(AriaRole.BUTTON, named(yes)).click();
  }

  /** What the console says of something that was done. */
  void says(String sentence) {
    assertThat(page.locator("#said")).containsText(sentence);
  }

  private static Locator.GetByRoleOptions named(String name) {
    return new Locator.GetByRoleOptions().setName(name).setExact(true);
  }
}

package colmenar.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import colmenar.api.Api;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@InBrowser
class SubmitIT {
  private static Api api;

  @BeforeAll
  static void define() throws Exception {
    api = Console.api();
    api.definePython(
        "relax",
        "def relax(molecule, steps=10, exact=False):\n    return [molecule, steps, exact]",
        """
        {'parameters':['molecule','steps','exact'],'inputSchema':{'type':'object',
         'required':['molecule'],'additionalProperties':false,'properties':{
         'molecule':{'type':'string','description':'as SMILES','pattern':'^[A-Z]'},
         'steps':{'type':'integer','minimum':1},'exact':{'type':'boolean'}}}}
        """);
  }

  @Test
  void a_form_made_of_the_schema_submits_a_task() throws Exception {
    Console console = Console.administrator("#/methods/relax/submit");
    console.field("molecule (required)").fill("CCO");
    console.field("steps").fill("5");
    console.field("exact").selectOption("true");
    console.field("Topic").fill("by-hand");

    console.button("Submit").click();

    assertThat(console.field("kwargs")).containsText("\"molecule\": \"CCO\"");
    assertThat(console.field("kwargs")).containsText("\"steps\": 5");
    assertThat(console.field("kwargs")).containsText("\"exact\": true");
    assertThat(console.link("by-hand")).isVisible();
  }

  @Test
  void what_does_not_fit_is_said_at_its_field() throws Exception {
    Console console = Console.administrator("#/methods/relax/submit");
    console.field("molecule (required)").fill("lower");

    console.button("Submit").click();

    assertThat(console.main().getByRole(AriaRole.ALERT)).containsText("It does not fit");
    assertThat(console.field("molecule (required)")).hasAttribute("aria-invalid", "true");
    assertThat(console.field("molecule (required)")).isFocused();
    assertThat(console.field("molecule (required)")).hasValue("lower");
  }

  @Test
  void a_task_is_copied_and_edited() throws Exception {
    String id =
        api.submit(
            "{'method':'echo','args':[{'a':1}],'topic':'copied','labels':{'kind':'first'},"
                + "'priority':4}");
    api.result(id);
    Console console = Console.administrator("#/tasks/" + id);
    console.link("Copy and edit").click();

    assertThat(console.field("Positional arguments")).hasValue("[\n  {\n    \"a\": 1\n  }\n]");
    assertThat(console.field("Topic")).hasValue("copied");
    assertThat(console.field("Priority")).hasValue("4");
    assertThat(console.field("Labels")).hasValue("kind:first");
    console.field("Positional arguments").fill("[2");
    console.button("Submit").click();
    assertThat(console.field("Positional arguments")).hasAttribute("aria-invalid", "true");
    console.field("Positional arguments").fill("[2]");
    console.button("Submit").click();
    assertThat(console.field("args")).containsText("2");
  }

  @Test
  void a_viewer_is_told_that_he_may_not() throws Exception {
    Console console = Console.as("victor", "viewer", "#/methods/relax/submit");

    assertThat(console.main()).containsText("submitting takes the role of a submitter");
    assertThat(console.button("Submit")).hasCount(0);
  }
}

package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every dialect has to satisfy. */
abstract class DialectContract {

  private static final String HOSTILE = "1'; touch broken; echo '$(touch broken)`touch broken`\n2";

  private final Dialect dialect;

  DialectContract(Dialect dialect) {
    this.dialect = dialect;
  }

  /** A directive that would undo what the server sets. */
  abstract List<String> ours();

  /** What submitting prints, and the id in it. */
  abstract List<String> submissions();

  @Test
  void it_is_found_by_its_name() {
    assertThat(Dialects.named(dialect.name())).hasSameClassAs(dialect);
  }

  @Test
  void the_template_has_a_place_for_directives_and_for_the_script() {
    assertThat(SamplePlan.template(dialect))
        .containsOnlyOnce("{directives}")
        .containsOnlyOnce("{run}");
  }

  @Test
  void a_shell_takes_the_script_that_is_submitted(@TempDir Path directory) throws Exception {
    if (!dialect.template().endsWith(".sh")) {
      // A description of a job, whose shell is given the script itself.
      return;
    }
    String directives = String.join("\n", dialect.directives(SamplePlan.minimal()));
    String script =
        SamplePlan.template(dialect).replace("{directives}", directives).replace("{run}", "'r u'");

    assertThat(script).startsWith("#!/bin/sh\n");
    assertShellTakes(script, directory);
  }

  @Test
  void a_shell_takes_all_commands(@TempDir Path directory) throws Exception {
    assertShellTakes(dialect.submit(), directory);
    assertShellTakes(dialect.find(), directory);
    assertShellTakes(dialect.status(), directory);
    assertShellTakes(dialect.cancel(List.of("1", "2[3].host", HOSTILE)), directory);
    Optional<String> account = dialect.account(List.of("1", HOSTILE), Instant.EPOCH);
    if (account.isPresent()) {
      assertShellTakes(account.get(), directory);
    }
  }

  @Test
  void ids_are_never_read_by_a_shell(@TempDir Path directory) throws Exception {
    run(dialect.cancel(List.of(HOSTILE)), directory);
    Optional<String> account = dialect.account(List.of(HOSTILE), Instant.EPOCH);
    if (account.isPresent()) {
      run(account.get(), directory);
    }
    assertThat(directory.resolve("broken")).doesNotExist();
  }

  @Test
  void without_its_commands_nothing_is_found_and_nothing_shown(@TempDir Path directory)
      throws Exception {
    if (dialect instanceof NoScheduler) {
      return;
    }
    assertThat(run(dialect.find(), directory)).isNotZero();
    assertThat(run(dialect.status(), directory)).isNotZero();
    assertThat(run(dialect.submit(), directory)).isNotZero();
    assertThat(run(dialect.cancel(List.of("1")), directory)).isNotZero();
  }

  @Test
  void a_line_break_ends_no_directive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dialect.directives(SamplePlan.with("-x\n-y")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dialect.directives(SamplePlan.named("a\nb")));
    for (String hostile : List.of("a b", "a\nb", "a'b", "a\"b", "a\\b", "a`b", "$a", "a#b")) {
      Resources queue = new Resources(1, 1, 1, null, null, null, hostile, null);
      Resources account = new Resources(1, 1, 1, null, null, null, null, hostile);
      if (!(dialect instanceof NoScheduler)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> dialect.directives(SamplePlan.of(queue, null, null)));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> dialect.directives(SamplePlan.of(account, null, null)));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> dialect.directives(SamplePlan.of(Resources.MINIMAL, null, hostile)));
      }
    }
  }

  @Test
  void a_directive_that_undoes_what_the_server_sets_is_refused() {
    for (String directive : ours()) {
      assertThatIllegalArgumentException()
          .as(directive)
          .isThrownBy(() -> dialect.directives(SamplePlan.with(directive)));
    }
  }

  @Test
  void a_name_is_as_long_as_the_scheduler_takes_it_at_most() {
    String longest = "x".repeat(dialect.longestName());

    assertThat(dialect.directives(SamplePlan.named(longest)))
        .anyMatch(line -> line.contains(longest));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dialect.directives(SamplePlan.named(longest + "x")));
  }

  @Test
  void an_array_is_asked_for_or_refused() {
    if (dialect.firstIndex().isPresent()) {
      assertThat(dialect.directives(SamplePlan.array(3, null)))
          .isNotEqualTo(dialect.directives(SamplePlan.minimal()));
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> dialect.directives(SamplePlan.array(3, null)));
      assertThatThrownBy(() -> dialect.elementId("1", 0)).isNotNull();
    }
  }

  @Test
  void the_id_of_a_new_job_is_found_in_what_submitting_prints() {
    for (int i = 0; i < submissions().size(); i += 2) {
      Matcher found = Pattern.compile(dialect.submitted()).matcher(submissions().get(i));
      assertThat(found.find()).as(submissions().get(i)).isTrue();
      assertThat(found.group(1)).isEqualTo(submissions().get(i + 1));
    }
    assertThat(Pattern.compile(dialect.submitted()).matcher("error: 17 is wrong").find()).isFalse();
  }

  @Test
  void an_answer_that_is_none_is_not_taken_for_an_empty_one() {
    for (String garbage : List.of("Segmentation fault", "<html><body>503</body></html>", "[1, 2")) {
      assertThatIllegalArgumentException()
          .as(garbage)
          .isThrownBy(() -> dialect.readStatus(garbage));
    }
  }

  @Test
  void a_complaint_about_what_is_asked_for_is_final() {
    assertThat(dialect.refusedForNow("invalid partition specified: nosuch")).isFalse();
  }

  private static void assertShellTakes(String text, Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("text.sh"), text + "\n");
    Process shell =
        new ProcessBuilder("sh", "-n", file.toString()).redirectErrorStream(true).start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as("%s: %s", text, said).isZero();
  }

  /** As a host would where no scheduler is. */
  private static int run(String text, Path directory) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", text, "sh", "nothing");
    Path commands = directory.resolve("bin");
    if (Files.notExists(commands)) {
      Files.createDirectory(commands);
      for (String tool : List.of("sh", "id", "sort", "sed", "awk", "grep", "touch", "cut", "tr")) {
        Path command = commands.resolve(tool);
        Files.writeString(command, "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
        assertThat(command.toFile().setExecutable(true)).isTrue();
      }
    }
    builder.environment().put("PATH", commands.toString());
    Process shell =
        builder
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said").toFile())
            .start();
    shell.getOutputStream().close();
    assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return shell.exitValue();
  }
}

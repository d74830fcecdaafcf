package colmenar.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTest {

  @Test
  void what_needs_no_quotes_has_none() {
    assertThat(Shell.command("sbatch", "--time=1:00", "/home/a_b/x.sh", "50%"))
        .isEqualTo("sbatch --time=1:00 /home/a_b/x.sh 50%");
  }

  @Test
  void what_a_shell_might_take_for_something_is_quoted() {
    assertThat(Shell.quote("")).isEqualTo("''");
    assertThat(Shell.quote("it's")).isEqualTo("'it'\\''s'");
    assertThat(Shell.quote("=x")).isEqualTo("'=x'");
    assertThat(Shell.quote("~")).isEqualTo("'~'");
    assertThat(Shell.quote("a b;c")).isEqualTo("'a b;c'");
    assertThat(Shell.quote("\u00e9")).isEqualTo("'\u00e9'");
  }

  @Test
  void no_word_holds_a_nul() {
    assertThatIllegalArgumentException().isThrownBy(() -> Shell.quote("a\0b"));
  }

  @Test
  void a_readable_command_stays_readable_for_the_login_shell() {
    assertThat(Shell.inLoginShell("squeue --me | wc -l"))
        .isEqualTo("/bin/sh -c 'squeue --me | wc -l'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"echo hi!", "printf 'a\\tb'", "echo 1\necho 2\n", "echo '\u00e9\\\u4e2d'", "# no"})
  void what_csh_and_fish_would_change_between_quotes_is_hidden_from_them(String command)
      throws IOException {
    String hidden = Shell.inLoginShell(command);

    if (!command.equals("# no")) {
      // Between single quotes, csh changes !, \! and line ends, and fish \\ and \'.
      assertThat(hidden).matches("/bin/sh -c '[^'!\\n]*'").doesNotContain("\\\\", "\\'");
    }
    for (String shell : new String[] {"sh", "bash"}) {
      assertThat(output(shell, hidden)).isEqualTo(output("sh", command));
    }
  }

  private static String output(String shell, String command) throws IOException {
    Process process = new ProcessBuilder(shell, "-c", command).start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}

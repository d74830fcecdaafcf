package colmenar.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import colmenar.remote.SshSettings.Hop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshSettingsTest {

  private static final String FINGERPRINT = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

  @Test
  void a_passphrase_is_not_shown() {
    SshSettings settings =
        new SshSettings(
            new Hop("ada", "cluster", 22, null),
            List.of(new Hop("bob", "gate", 2222, null)),
            List.of(Path.of("/key")),
            "secret",
            null,
            List.of(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1);

    assertThat(settings).hasToString("SshSettings[ada@cluster, by [bob@gate:2222]]");
  }

  @Test
  void a_machine_is_known_as_openssh_knows_it() {
    assertThat(new Hop("ada", "Login.Example.ORG", 22, null).knownAs())
        .isEqualTo("login.example.org");
    assertThat(new Hop("ada", "host", 2222, null).knownAs()).isEqualTo("[host]:2222");
  }

  @Test
  void one_key_has_the_fingerprint() {
    PinnedKey key = new PinnedKey(FINGERPRINT);

    // The digest of nothing is a well-known one.
    assertThat(key.check("host", new byte[0])).isEqualTo(PinnedKey.OK);
    assertThat(key.check("host", new byte[1])).isEqualTo(PinnedKey.CHANGED);
    assertThat(new PinnedKey(FINGERPRINT + "=").check("host", new byte[0])).isEqualTo(PinnedKey.OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SHA256:",
        "SHA256:*",
        "SHA256:abc",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
        "SHA256:!!DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
      })
  void anything_else_is_no_fingerprint(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Hop("ada", "host", 22, text))
        .withMessageContaining("is no fingerprint");
  }

  @ParameterizedTest
  @CsvSource({"KILL,137", "TERM,143", "HUP,129", "USR2,140", "WHATEVER@example.org,128"})
  void signals_have_the_exit_codes_of_shells(String signal, int exitCode) {
    assertThat(Signals.exitCode(signal)).isEqualTo(exitCode);
  }

  @Test
  void a_complaint_is_the_last_line_that_says_something() {
    assertThat(new Answer(1, "out\n", "first\nlast \n\n", false).complaint()).isEqualTo("last");
    assertThat(new Answer(1, "out\n", " \n", false).complaint()).isEqualTo("out");
    assertThat(new Answer(3, "", "", false).complaint()).isEqualTo("exit code 3");
  }
}

package colmenar.backend.parsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ParslOptionsTest {

  @Test
  void a_launcher_may_be_given_more_words() {
    assertThat(ParslOptions.parse("{}").launcherOptions()).isEmpty();
    assertThat(ParslOptions.parse("{\"launcherOptions\":\"--cpu-bind=none\"}").launcherOptions())
        .isEqualTo("--cpu-bind=none");
  }

  @Test
  void what_is_not_known_is_named() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> ParslOptions.parse("{\"launcher\":\"srun\"}"))
        .withMessage("options.launcher is unknown; there are [launcherOptions]");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> ParslOptions.parse("{\"launcherOptions\":5}"))
        .withMessage("options.launcherOptions must be a text");
  }
}

package colmenar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSettingsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "LC_",
        "TMPDIR",
        "OMP_NUM_THREADS",
        "CONDA_PREFIX",
        "VIRTUAL_ENV",
        "CUDA_VISIBLE_DEVICES",
        "OMPI_ALLOW_RUN_AS_ROOT",
        "MODULEPATH",
        "LD_LIBRARY_PATH"
      })
  void user_code_gets_what_it_needs_to_find_programs_and_processors(String variable) {
    assertThat(SampleSettings.defaults().passes(variable)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COLMENAR_DB_PASSWORD",
        "COLMENAR_DB_URL",
        "COLMENAR_DATA_DIR",
        "COLMENAR",
        "AWS_SECRET_ACCESS_KEY",
        "PGPASSWORD",
        "GITHUB_TOKEN",
        "SSH_AUTH_SOCK",
        "KEYSTORE_PASSWORD",
        "JAVA_TOOL_OPTIONS",
        "PYTHONSTARTUP",
        "LD_PRELOAD",
        "PATHS",
        "path",
        "MY_PATH",
        ""
      })
  void the_servers_secrets_are_not_passed_to_user_code(String variable) {
    assertThat(SampleSettings.defaults().passes(variable)).isFalse();
  }

  @Test
  void a_configured_list_replaces_the_default() {
    LocalSettings settings = SampleSettings.environment("A, B_* ,C");

    assertThat(settings.passes("A")).isTrue();
    assertThat(settings.passes("B_1")).isTrue();
    assertThat(settings.passes("C")).isTrue();
    assertThat(settings.passes("AA")).isFalse();
    assertThat(settings.passes("B")).isFalse();
    assertThat(settings.passes("PATH")).isFalse();
  }

  @Test
  void an_empty_list_passes_nothing() {
    assertThat(SampleSettings.environment("").passes("PATH")).isFalse();
  }

  @Test
  void there_are_as_many_workers_as_processors_unless_configured() {
    assertThat(SampleSettings.defaults().workers())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(SampleSettings.workers(7).workers()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void no_workers_at_all_is_a_mistake(int workers) {
    assertThatThrownBy(() -> SampleSettings.workers(workers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("colmenar.local.workers");
  }

  @Test
  void the_python_path_is_a_list_in_the_words_of_the_system() {
    assertThat(SampleSettings.pythonPath("/a" + File.pathSeparator + "/b").pythonPath())
        .containsExactly("/a", "/b");
    assertThat(SampleSettings.defaults().pythonPath()).isEmpty();
  }
}

package colmenar.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class ServicesTest {

  @Test
  void a_present_service_lets_the_test_go_on() {
    assertThatCode(() -> Services.require("python3", true, true)).doesNotThrowAnyException();
  }

  @Test
  void a_missing_service_skips_the_test_and_is_named() {
    assertThatThrownBy(() -> Services.require("sbatch", false, false))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("sbatch");
  }

  @Test
  void a_missing_service_fails_the_test_where_nothing_may_be_skipped() {
    assertThatThrownBy(() -> Services.require("sbatch", false, true))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("sbatch");
  }

  @Test
  void a_program_that_does_not_exist_is_not_on_the_path() {
    assertThat(Services.onPath("no-such-program-at-all")).isFalse();
  }
}

package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DialectsTest {

  @Test
  void one_that_is_not_there_is_answered_with_those_that_are() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dialects.named("cobalt"))
        .withMessage(
            "no scheduler cobalt is known; there are slurm, gridengine, pbs, torque, lsf, htcondor,"
                + " flux, none");
  }

  @Test
  void each_has_a_name_and_a_template_of_its_own() {
    assertThat(Dialects.ALL).extracting(Dialect::name).doesNotHaveDuplicates();
    assertThat(Dialects.ALL).extracting(Dialect::template).doesNotHaveDuplicates();
  }
}

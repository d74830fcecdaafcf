package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.problem.InvalidException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseTest {

  private static final UUID ID = UUID.fromString("01955193-de00-7001-ad1b-a7cfe1000000");

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5000", "0, 999999999999999999"})
  void its_text_can_be_read_again(long first, long last) {
    Lease lease = new Lease(ID, first, last);

    assertThat(Lease.parse(lease.toString())).isEqualTo(lease);
  }

  @Test
  void its_text_says_which_results_it_may_have() {
    assertThat(new Lease(ID, 3, 17)).hasToString("01955193-de00-7001-ad1b-a7cfe1000000.3.17");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "01955193-de00-7001-ad1b-a7cfe1000000",
        "01955193-de00-7001-ad1b-a7cfe1000000.3",
        "01955193-de00-7001-ad1b-a7cfe1000000.3.",
        "01955193-de00-7001-ad1b-a7cfe1000000..17",
        "01955193-de00-7001-ad1b-a7cfe1000000.3.17.18",
        "01955193-de00-7001-ad1b-a7cfe1000000.3.17\n",
        " 01955193-de00-7001-ad1b-a7cfe1000000.3.17",
        "01955193-de00-7001-ad1b-a7cfe1000000.-3.17",
        "01955193-de00-7001-ad1b-a7cfe1000000.3.1234567890123456789",
        "01955193-DE00-7001-AD1B-A7CFE1000000.3.17",
        "01955193-de00-7001-ad1b-a7cfe100000.3.17",
        "01955193-de00-7001-ad1b-a7cfe10000000.3.17",
        "01955193de007001ad1ba7cfe1000000.3.17",
        "01955193-de00-7001-ad1b-a7cfe1000000-3-17",
        "g1955193-de00-7001-ad1b-a7cfe1000000.3.17"
      })
  void a_text_that_is_no_lease_is_a_mistake_of_the_user(String text) {
    assertThatThrownBy(() -> Lease.parse(text)).isInstanceOf(InvalidException.class);
  }
}

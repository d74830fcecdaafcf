package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrandTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"add//ada", "add/ansys=2/ada", "a.b-c/ansys=2,fluent=1/ada@example.org/x", "a//"})
  void its_text_says_all_of_it(String text) {
    assertThat(Strand.parse(text)).hasToString(text);
  }

  @Test
  void tasks_that_take_the_same_are_in_the_same_strand() {
    String one = new Strand("m", new TreeMap<>(Map.of("a", 1, "b", 2)), "ada").toString();
    Strand other = Strand.of(TaskRequests.taking("m", Map.of("b", 2, "a", 1)), "ada");

    assertThat(other).hasToString(one).hasToString("m/a=1,b=2/ada");
  }

  @Test
  void an_attempt_counts_for_its_method_backend_owner_and_resources() {
    assertThat(Strand.parse("add/ansys=2/ada").shares("local"))
        .isEqualTo(
            Map.of("METHOD/add", 1, "BACKEND/local", 1, "OWNER/ada", 1, "RESOURCE/ansys", 2));
  }
}

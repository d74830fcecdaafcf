package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MethodLabelsTest {

  private final MethodLabels labels = new MethodLabels(2);

  @Test
  void the_first_methods_have_labels_of_their_own_and_keep_them() {
    assertThat(labels.of("first")).isEqualTo("first");
    assertThat(labels.of("second")).isEqualTo("second");
    assertThat(labels.of("third")).isEqualTo("other");

    assertThat(labels.of("first")).isEqualTo("first");
    assertThat(labels.of("second")).isEqualTo("second");
    assertThat(labels.of("third")).isEqualTo("other");
  }
}

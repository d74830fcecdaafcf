package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Code;
import org.junit.jupiter.api.Test;

class FunctionTextTest {

  private final FunctionText text = new FunctionText();

  @Test
  void it_is_the_same_for_the_same_code_and_another_one_for_other_code() {
    Code code = new Code.Python("def f(): return 'é'", "f");
    assertThat(text.of(code)).isEqualTo(new FunctionText().of(code));
    assertThat(text.of(code)).isNotEqualTo(text.of(new Code.Python("def f(): return 2", "f")));
  }

  @Test
  void it_defines_what_is_called_and_is_all_in_ascii() {
    String source = text.of(new Code.Python("def f(): return 'é'", "f"));
    assertThat(source).contains("\ndef " + FunctionText.ENTRY + "(requests, most_characters):\n");
    assertThat(source.chars()).allMatch(c -> c < 0x80);
  }
}

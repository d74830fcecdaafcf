package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailurePrintTest {

  private static String print(String method, FailureClass cause, String type, String message) {
    return FailurePrint.of(method, new Failure(cause, type, message, "never looked at"));
  }

  private static String print(String message) {
    return print("m", FailureClass.APPLICATION, "ValueError", message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no energy after 17 steps                 | no energy after <n> steps",
        "x = -1.5e-07, y = .5                     | x = <n>, y = <n>",
        "step17 of node3 failed                   | step<n> of node<n> failed",
        "bad value 0x7ffe12                       | bad value <id>",
        "commit 3f786850e387550fdab836ed          | commit <n>",
        "task 01956f3a-7c00-7000-8abc-def123456789 | task <id>",
        "at 2025-03-01T12:00:00.123Z: over        | at <time>: over",
        "at 2025-03-01 12:00:00+01:00             | at <time>",
        "[12:00:01] over                          | [<time>] over",
        "[Errno 2] No such file: '/data/x y.txt'  | [Errno <n>] No such file: <text>",
        "cannot open /scratch/ann/run-17: denied  | cannot open <path>: denied",
        "cannot open runs/a/in.txt                | cannot open <path>",
        "cannot open C:\\data\\in.txt         | cannot open <path>",
        "GET https://n1:8080/a?b=c, refused       | GET <path>, refused",
        "unknown key \"Cu\" in 'Si'             | unknown key <text> in <text>",
        "it can't be what it isn't                | it can't be what it isn't",
        "shapes (3, 4, 5) and (1, 2) differ       | shapes (<n>) and (<n>) differ",
        "[1. 2.5 3.]                              | [<n>]",
        "one of 'a', 'b', 'c'                     | one of <text>",
        "energy is nan                            | energy is <n>",
        "two   blanks                             | two blanks"
      })
  void what_varies_is_taken_out(String message, String plain) {
    assertThat(FailurePrint.plain(message)).isEqualTo(plain);
  }

  @Test
  void lines_are_no_more_than_blanks() {
    assertThat(FailurePrint.plain("a\n  b\r\n\tc\n")).isEqualTo("a b c");
  }

  @Test
  void method_class_type_and_words_tell_causes_apart() {
    assertThat(
            new String[] {
              print("no energy"),
              print("no entropy"),
              print("m2", FailureClass.APPLICATION, "ValueError", "no energy"),
              print("m", FailureClass.INFRASTRUCTURE, "ValueError", "no energy"),
              print("m", FailureClass.APPLICATION, "KeyError", "no energy")
            })
        .doesNotHaveDuplicates()
        .allMatch(print -> print.matches("[0-9a-f]{16}"));
  }

  /** It is stored with tasks, so tomorrow's servers must come to the same. */
  @Test
  void it_never_changes() {
    assertThat(print("no energy after 17 steps")).isEqualTo("73f0126b8ab6b76c");
  }

  @Test
  void an_empty_message_is_one_too() {
    assertThat(print("")).matches("[0-9a-f]{16}").isEqualTo(print("  \n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'", "\"", "a/", "/", "1 ", "1", "a", "-", "0123-", "://", "a:", "' ", ", ", "\\"})
  void no_message_takes_long(String piece) {
    String message = piece.repeat(1_000_000);
    print(message);
    long begin = System.nanoTime();

    for (int i = 0; i < 20; i++) {
      print(message);
    }

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
  }
}

package colmenar.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.problem.MalformedException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

  private static final int FAR_TOO_DEEP = 100_000;

  @Test
  void every_kind_of_value_can_stand_alone() {
    assertThat(JsonText.parse("{}")).isEqualTo(JsonValue.EMPTY_JSON_OBJECT);
    assertThat(JsonText.parse("[]")).isEqualTo(JsonValue.EMPTY_JSON_ARRAY);
    assertThat(JsonText.parse(" null ")).isEqualTo(JsonValue.NULL);
    assertThat(JsonText.parse("true")).isEqualTo(JsonValue.TRUE);
    assertThat(JsonText.parse("\n 5 \n")).hasToString("5");
    assertThat(JsonText.parse("\"ä\"")).hasToString("\"ä\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t "})
  void nothing_is_no_json(String text) {
    assertThatThrownBy(() -> JsonText.parse(text))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("nothing");
  }

  @Test
  void the_message_says_where_the_text_goes_wrong() {
    assertThatThrownBy(() -> JsonText.parse("{\n  \"a\": 1,\n    b: 2\n}"))
        .isInstanceOf(MalformedException.class)
        .hasMessage("not JSON: unexpected text at line 3, column 5");
  }

  @Test
  void the_message_does_not_repeat_the_text() {
    assertThatThrownBy(() -> JsonText.parse("{\"password\": secret}"))
        .isInstanceOf(MalformedException.class)
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("password");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{} x", "{}{}", "{} []", "[1] ,", "1 2", "{}]", "truex", "nul", "[1,2", "{\"a\"", "\"abc",
        "{\"a\":1,}", "[1,]", "01", "-", "+1", ".5", "NaN", "'a'", "{a:1}", "\"\n\"", "\"\0\"",
        "// a\n1", "]", ":"
      })
  void text_that_only_resembles_json_is_refused(String text) {
    assertThatThrownBy(() -> JsonText.parse(text)).isInstanceOf(MalformedException.class);
  }

  @Test
  void of_a_name_given_twice_the_last_value_counts() {
    assertThat(JsonText.parse("{\"a\":1,\"a\":2}")).hasToString("{\"a\":2}");
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "-0, 0",
    "1e3, 1E+3",
    "123456789012345678901234567890, 123456789012345678901234567890",
    "0.1000000000000000055511151231257827, 0.1000000000000000055511151231257827",
    "1e-400, 1E-400"
  })
  void numbers_keep_every_digit(String text, BigDecimal expected) {
    assertThat(((JsonNumber) JsonText.parse(text)).bigDecimalValue())
        .isEqualByComparingTo(expected);
  }

  @Test
  void numbers_are_written_as_they_were_read() {
    String text = "[0.1,1.50,123456789012345678901234567890]";

    assertThat(JsonText.parse(text)).hasToString(text);
  }

  @Test
  void nesting_of_some_hundred_levels_is_read() {
    int levels = 500;

    assertThat(JsonText.parse("[".repeat(levels) + "]".repeat(levels)).toString())
        .hasSize(2 * levels);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void nesting_too_deep_to_be_meant_is_refused(String level) {
    assertThatThrownBy(() -> JsonText.parse(level.repeat(FAR_TOO_DEEP)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("nested");
  }

  @ParameterizedTest
  @CsvSource({"1, PT1S", "0.001, PT0.001S", "1.5e2, PT2M30S", "0.0000000019, PT0.000000001S"})
  void seconds_may_have_fractions(String number, Duration expected) {
    assertThat(JsonText.seconds(Json.object("{'limit': " + number + "}"), "limit"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'limit': null}"})
  void seconds_that_are_not_given_are_none(String json) {
    assertThat(JsonText.seconds(Json.object(json), "limit")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "\u007f",
        "\u0080",
        "ä",
        "\u07ff",
        "\u0800",
        "€",
        "\ud7ff",
        "\ue000",
        "\uffff",
        "\ud83d\ude00",
        "\ud800\udc00",
        "\udbff\udfff",
        "a\ud83d\ude00ä€\0b"
      })
  void the_size_of_a_text_is_that_of_its_bytes_in_utf_8(String text) {
    assertThat(JsonText.bytes(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    assertThat(JsonText.bytes(text.repeat(3)))
        .isEqualTo(text.repeat(3).getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void every_single_character_is_counted_as_it_is_written() {
    IntStream wrong =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
            .filter(
                c -> {
                  String text = Character.toString(c);
                  return JsonText.bytes(text) != text.getBytes(StandardCharsets.UTF_8).length;
                });

    assertThat(wrong).isEmpty();
  }

  /** It stands for a character that no UTF-8 has: written as a question mark, counted as two. */
  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "\udc00", "a\ud83d", "\ude00\ud83d"})
  void half_a_pair_is_never_counted_as_less_than_is_written(String text) {
    assertThat(JsonText.bytes(text))
        .isGreaterThanOrEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
  }
}

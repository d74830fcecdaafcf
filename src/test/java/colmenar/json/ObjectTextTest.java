package colmenar.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectTextTest {

  @Test
  void members_come_in_order_and_null_is_left_out() {
    StringBuilder out = new StringBuilder();
    ObjectText.in(out)
        .add("text", "t")
        .add("none", (String) null)
        .add("number", 1.5)
        .add("noNumber", (Number) null)
        .add("truth", false)
        .add("at", Instant.parse("2025-03-01T12:00:00.5Z"))
        .add("never", (Instant) null)
        .addJson("json", "[1,{}]")
        .addJson("noJson", null)
        .end();

    assertThat(out)
        .hasToString(
            "{\"text\":\"t\",\"number\":1.5,\"truth\":false,"
                + "\"at\":\"2025-03-01T12:00:00.500Z\",\"json\":[1,{}]}");
  }

  @Test
  void objects_nest() {
    StringBuilder out = new StringBuilder();
    ObjectText outer = ObjectText.in(out);
    outer.member("inner");
    ObjectText.in(out).add("a", 1).end();
    outer.add("b", 2).end();

    assertThat(out).hasToString("{\"inner\":{\"a\":1},\"b\":2}");
  }

  @Test
  void an_object_may_be_empty() {
    StringBuilder out = new StringBuilder();
    ObjectText.in(out).end();

    assertThat(out).hasToString("{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a\"b", "back\\slash", "line\nfeed\r\t", "\u0000\u001f\u007f", "ä€😀"})
  void whatever_a_text_holds_a_parser_reads_it_back(String text) {
    StringBuilder out = new StringBuilder();
    ObjectText.in(out).add("text", text).end();

    assertThat(JsonText.stored(out.toString()).asJsonObject().getString("text")).isEqualTo(text);
  }
}

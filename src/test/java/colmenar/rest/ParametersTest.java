package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import colmenar.backend.FailureClass;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import colmenar.problem.NotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

  private static final String ID = "01955193-de00-7001-ad1b-a7cfe11384fc";

  @Test
  void an_id_is_read() {
    assertThat(Parameters.task(ID)).isEqualTo(UUID.fromString(ID));
    assertThat(Parameters.id("cursor", ID)).isEqualTo(UUID.fromString(ID));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "not-an-id", ID + "0000000000000", "..", "%00"})
  void what_cannot_be_an_id_belongs_to_no_task(String text) {
    assertThatThrownBy(() -> Parameters.task(text))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no task " + text);
  }

  @Test
  void a_cursor_that_is_no_id_is_named() {
    assertThatThrownBy(() -> Parameters.id("cursor", "x"))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e -> assertThat(e.errors()).containsExactly(new FieldError("cursor", "is no id: x")));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10, 10", "007, 7", "+5, 5"})
  void a_number_within_its_bounds_is_read(String text, int expected) {
    assertThat(Parameters.integer("limit", text, 1, 10)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "11", "-1", "99999999999", "-99999999999"})
  void a_number_out_of_bounds_is_named_with_them(String text) {
    assertThatThrownBy(() -> Parameters.integer("limit", text, 1, 10))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e ->
                assertThat(e.errors())
                    .containsExactly(
                        new FieldError("limit", "must be from 1 to 10, found " + text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " 1", "1.5", "one", "0x1", "99999999999999999999"})
  void what_is_no_number_is_named(String text) {
    assertThatThrownBy(() -> Parameters.integer("limit", text, 1, 10))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e ->
                assertThat(e.errors())
                    .containsExactly(new FieldError("limit", "is no number: " + text)));
  }

  @Test
  void a_number_may_be_as_large_as_a_sequence_number() {
    assertThat(Parameters.integer("after", "9223372036854775807", 0, Long.MAX_VALUE))
        .isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "default", "A.b_c@d-9", "0"})
  void a_name_is_read_as_it_is(String text) {
    assertThat(Parameters.name("topic", text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a/b", "-a", ".a", "a b", "ä", "a\n", "a\0"})
  void what_is_no_name_is_named(String text) {
    assertThatThrownBy(() -> Parameters.name("topic", text))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly("topic"));
  }

  @Test
  void a_name_has_at_most_a_hundred_characters() {
    assertThat(Parameters.name("topic", "a".repeat(100))).hasSize(100);
    assertThatThrownBy(() -> Parameters.name("topic", "a".repeat(101)))
        .isInstanceOf(InvalidException.class);
  }

  @Test
  void a_time_has_a_zone() {
    assertThat(Parameters.instant("since", "2025-03-01T13:00:00+01:00"))
        .isEqualTo(Instant.parse("2025-03-01T12:00:00Z"));
    assertThat(Parameters.instant("since", null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2025-03-01",
        "2025-03-01T12:00:00",
        "1740830400",
        "+10000-01-01T00:00:00Z",
        "0000-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00"
      })
  void what_is_no_time_is_named(String text) {
    assertThatThrownBy(() -> Parameters.instant("since", text))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly("since"));
  }

  @ParameterizedTest
  @EnumSource
  void every_failure_class_is_read_by_its_name(FailureClass cause) {
    assertThat(Parameters.failureClass(cause.name())).isEqualTo(cause);
  }

  @Test
  void what_is_none_of_the_words_there_are_is_answered_with_these() {
    assertThat(Parameters.failureClass(null)).isNull();
    assertThatThrownBy(() -> Parameters.failureClass("BUG"))
        .isInstanceOf(InvalidException.class)
        .hasMessageContaining("TIME_LIMIT");
    assertThatThrownBy(() -> Parameters.word("sort", "oldest", List.of("newest", "largest")))
        .isInstanceOf(InvalidException.class)
        .hasMessageContaining("largest");
    assertThatThrownBy(() -> Parameters.truth("acknowledge", "yes"))
        .isInstanceOf(InvalidException.class)
        .hasMessageContaining("true or false");
  }

  @Test
  void truth_is_true_or_false() {
    assertThat(Parameters.truth("acknowledge", "true")).isTrue();
    assertThat(Parameters.truth("acknowledge", "false")).isFalse();
  }
}

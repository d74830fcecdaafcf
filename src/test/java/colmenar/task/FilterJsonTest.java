package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import colmenar.backend.FailureClass;
import colmenar.json.Json;
import colmenar.json.JsonText;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FilterJsonTest {

  private static final TaskFilter FULL =
      new TaskFilter(
          Set.of(TaskState.FAILED, TaskState.PENDING),
          "m",
          "site/executor",
          "t",
          "ann",
          "c",
          Map.of("site", "north", "run", "7:8"),
          FailureClass.TIME_LIMIT,
          "0123456789abcdef",
          Instant.parse("2025-03-01T12:00:00Z"),
          Instant.parse("2025-03-02T12:00:00.5Z"),
          "50%_'\"",
          Set.of(new UUID(7, 7), new UUID(7, 8)));

  @Test
  void what_is_written_is_read() {
    assertThat(FilterJson.read("", FilterJson.write(FULL))).isEqualTo(FULL);
    assertThat(FilterJson.read("", FilterJson.write(TaskFilter.ALL))).isEqualTo(TaskFilter.ALL);
    assertThat(FilterJson.write(TaskFilter.ALL)).isEmpty();
  }

  @Test
  void times_may_have_any_offset() {
    assertThat(FilterJson.read("", Json.object("{'since':'2025-03-01T13:00:00+01:00'}")).since())
        .isEqualTo(FULL.since());
  }

  @ParameterizedTest
  @EnumSource
  void a_state_may_stand_alone_or_in_an_array(TaskState state) {
    for (String form : new String[] {"'%s'", "['%s']"}) {
      assertThat(
              FilterJson.read("", Json.object("{'state':" + form.formatted(state) + "}")).states())
          .containsExactly(state);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'state':''}|state",
        "{'state':['PENDING','pending']}|state",
        "{'state':[5]}|state.0",
        "{'failureClass':'BAD'}|failureClass",
        "{'since':'yesterday'}|since",
        "{'until':'2025-03-01T12:00:00'}|until",
        "{'labels':{'a':5}}|labels.a",
        "{'topic':'a\\u0000'}|topic",
        "{'text':''}|text",
        "{'ids':[]}|ids",
        "{'ids':['x']}|ids",
        "{'ids':[7]}|ids.0",
        "{'text':'a\\u0000'}|text",
        "{'metod':'m'}|metod",
        "{'method':null}|method"
      })
  void what_does_not_fit_is_named(String json, String field) {
    assertThatThrownBy(() -> FilterJson.read("filter.", Json.object(json.replace("|", ""))))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e ->
                assertThat(e.errors())
                    .extracting(FieldError::field)
                    .containsExactly("filter." + field));
  }

  @Test
  void no_more_than_a_thousand_tasks_are_named() {
    for (int many : new int[] {1000, 1001}) {
      JsonArrayBuilder ids = JsonText.JSON.createArrayBuilder();
      for (int i = 0; i < many; i++) {
        ids.add(new UUID(7, i).toString());
      }
      JsonObject json = JsonText.JSON.createObjectBuilder().add("ids", ids).build();
      if (many == 1000) {
        assertThat(FilterJson.read("", json).ids()).hasSize(many);
      } else {
        assertThatThrownBy(() -> FilterJson.read("", json)).isInstanceOf(InvalidException.class);
      }
    }
  }

  @Test
  void a_text_has_at_most_200_characters() {
    String text = "ü".repeat(200);
    assertThat(FilterJson.read("", Json.object("{'text':'" + text + "'}")).text()).isEqualTo(text);
    assertThatThrownBy(() -> FilterJson.read("", Json.object("{'text':'" + text + "x'}")))
        .isInstanceOf(InvalidException.class);
  }

  @Test
  void an_unknown_state_is_answered_with_those_there_are() {
    assertThatThrownBy(() -> FilterJson.read("", Json.object("{'state':'DONE'}")))
        .hasMessageContaining("PENDING")
        .hasMessageContaining("CANCELED");
  }
}

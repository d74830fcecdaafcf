package colmenar.worker;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.json.Json;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorkerReportTest {

  private static final UUID ATTEMPT = new UUID(0, 3);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"5 | 5", "null | null", "{\"a\":[1]} | {\"a\":[1]}"})
  void a_success_has_its_value_as_json_text(String value, String expected) {
    assertThat(WorkerReport.outcome(Json.object("{'ok': true, 'value': " + value + "}")))
        .isEqualTo(new Outcome.Succeeded(expected));
  }

  @Test
  void a_text_stays_a_json_text() {
    assertThat(WorkerReport.outcome(Json.object("{'ok': true, 'value': 'ä'}")))
        .isEqualTo(new Outcome.Succeeded("\"ä\""));
  }

  @Test
  void no_value_is_null() {
    assertThat(WorkerReport.outcome(Json.object("{'ok': true}")))
        .isEqualTo(new Outcome.Succeeded("null"));
  }

  @ParameterizedTest
  @EnumSource
  void a_failure_is_told_with_its_class(FailureClass cause) {
    assertThat(
            WorkerReport.outcome(
                Json.object(
                    """
                    {'ok': false, 'failure': {'class': '%s', 'type': 'ValueError', 'message': 'no',
                     'traceback': 'at line 1'}}"""
                        .formatted(cause))))
        .isEqualTo(new Outcome.Failed(new Failure(cause, "ValueError", "no", "at line 1")));
  }

  @Test
  void a_failure_need_not_have_a_traceback() {
    assertThat(
            WorkerReport.outcome(
                Json.object(
                    """
                    {'ok': false,
                     'failure': {'class': 'APPLICATION', 'type': 'NonZeroExit', 'message': '1'}}""")))
        .isEqualTo(
            new Outcome.Failed(new Failure(FailureClass.APPLICATION, "NonZeroExit", "1", null)));
  }

  @Test
  void a_cancel_comes_before_everything_else() {
    assertThat(WorkerReport.outcome(Json.object("{'canceled': true, 'ok': true, 'value': 1}")))
        .isEqualTo(new Outcome.Canceled(""));
  }

  @Test
  void what_was_measured_is_read() {
    Execution execution =
        WorkerReport.execution(
            Json.object(
                """
                {
                  'times': {'received': 1740830400.5, 'started': 1740830401, 'ended': 1740830402},
                  'spans': {'running': 1.5, 'additional': {'exec_preprocess': 0.25}},
                  'worker': {'hostname': 'n1', 'pid': 17},
                  'exitCode': 137
                }"""),
            "out",
            null);

    assertThat(execution)
        .isEqualTo(
            new Execution(
                Instant.parse("2025-03-01T12:00:00.5Z"),
                Instant.parse("2025-03-01T12:00:01Z"),
                Instant.parse("2025-03-01T12:00:02Z"),
                Map.of("running", 1.5, "additional.exec_preprocess", 0.25),
                Map.of("hostname", "n1", "pid", "17"),
                137,
                "out",
                null));
  }

  @Test
  void what_was_not_measured_is_not_made_up() {
    assertThat(WorkerReport.execution(Json.object("{}"), null, null))
        .isEqualTo(new Execution(null, null, null, Map.of(), Map.of(), null, null, null));
  }

  @Test
  void what_makes_no_sense_is_left_out() {
    assertThat(
            WorkerReport.execution(
                Json.object(
                    """
                    {'times': {'received': null, 'started': 'now'}, 'spans': {'running': 'long'},
                     'worker': 5, 'exitCode': null}"""),
                null,
                null))
        .isEqualTo(new Execution(null, null, null, Map.of(), Map.of(), null, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "0,                 1970-01-01T00:00:00Z",
    "1740830400.123456, 2025-03-01T12:00:00.123456Z",
    "-0.5,              1969-12-31T23:59:59.5Z"
  })
  void seconds_since_1970_are_read_to_the_microsecond(String seconds, Instant expected) {
    assertThat(WorkerReport.instant(Json.value(seconds))).isEqualTo(expected);
  }

  @Test
  void what_is_no_number_is_no_time() {
    assertThat(WorkerReport.instant(null)).isNull();
    assertThat(WorkerReport.instant(JsonValue.NULL)).isNull();
    assertThat(WorkerReport.instant(Json.value("'12:00'"))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'ev': 'started', 'at': 5, 'worker': {'hostname': 'n1', 'pid': 3}} | Running",
        "{'ev': 'item', 'at': 5, 'index': 2, 'value': [1]} | Item",
        "{'ev': 'progress', 'at': 5, 'fraction': 0.5} | Progress",
      })
  void what_is_told_on_the_way_is_an_event(String told, String kind) {
    Optional<Event> event = WorkerReport.event(ATTEMPT, Json.object(told), Instant.EPOCH);

    assertThat(event.orElseThrow())
        .isEqualTo(
            switch (kind) {
              case "Running" ->
                  new Event.Running(
                      ATTEMPT, Map.of("hostname", "n1", "pid", "3"), Instant.ofEpochSecond(5));
              case "Item" -> new Event.Item(ATTEMPT, 2, "[1]", Instant.ofEpochSecond(5));
              default -> new Event.Progress(ATTEMPT, 0.5, "", Instant.ofEpochSecond(5));
            });
  }

  @Test
  void other_words_are_none() {
    assertThat(WorkerReport.event(ATTEMPT, Json.object("{'ev': 'group'}"), Instant.EPOCH))
        .isEmpty();
  }
}
